package dev.wharf.bench.fork;

import dev.wharf.bench.Environment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a run has measured. */
public final class ForkResults {
    private final Environment environment;
    private final int runs;
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /**
     * One worker.
     *
     * @param contender how it was started
     * @param times     nanoseconds from the moment it was asked for
     * @param coldTask  nanoseconds of its first task
     * @param hotTask   of its quickest among the last
     */
    record Sample(ForkContender contender, int round, Map<Stage, Long> times, long coldTask, long hotTask) {
        Sample {
            times = new EnumMap<>(times);
        }

        double millis(Stage stage) {
            return times.get(stage) / 1e6;
        }
    }

    ForkResults(Environment environment, int runs) {
        this.environment = environment;
        this.runs = runs;
    }

    Environment environment() {
        return environment;
    }

    int runs() {
        return runs;
    }

    void add(Sample sample) {
        samples.add(sample);
    }

    /** What was left out, or went wrong. */
    void remark(String remark) {
        remarks.add(remark);
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Those that were measured. */
    List<ForkContender> contenders() {
        return samples.stream().map(Sample::contender).distinct().toList();
    }

    /** Sorted; empty for a contender that was not measured. */
    double[] sorted(ForkContender contender, ToDoubleFunction<Sample> figure) {
        return samples.stream().filter(sample -> sample.contender() == contender).mapToDouble(figure).sorted().toArray();
    }

    /** NaN for a contender that was not measured. */
    double median(ForkContender contender, ToDoubleFunction<Sample> figure) {
        double[] sorted = sorted(contender, figure);
        int middle = sorted.length / 2;
        return sorted.length == 0 ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
