package dev.wharf.bench.lock;

import dev.wharf.bench.Environment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** What a run of {@link LockBenchmark} found. Filled by one thread. */
public final class LockResults {
    /**
     * One cell of a sweep in one round.
     *
     * @param seconds   from go to stop
     * @param perWorker acquires of each
     * @param retries   reads done again, of an optimistic lock
     * @param voluntary context switches: a worker slept, or gave way
     * @param waits     of the acquires that were timed, nanoseconds
     */
    public record Sample(LockContender contender, Mix mix, int round, double seconds, long[] perWorker, long exclusive,
                         long retries, long voluntary, long forced, Histogram waits) {
        /** In all. */
        public long acquires() {
            return Arrays.stream(perWorker).sum();
        }

        /** By all workers together. */
        public double acquiresPerSecond() {
            return acquires() / seconds;
        }

        /** Jain's index: 1 if all had as much, 1/n if one had all. */
        public double jain() {
            double sum = acquires();
            double squares = Arrays.stream(perWorker).mapToDouble(n -> (double) n * n).sum();
            return squares == 0 ? 1 : sum * sum / (perWorker.length * squares);
        }

        /** The least that a worker had, of what the one with the most had. */
        public double leastShare() {
            long most = Arrays.stream(perWorker).max().orElse(0);
            return most == 0 ? 1 : (double) Arrays.stream(perWorker).min().orElse(0) / most;
        }
    }

    /** Acquire and release by one process, with nothing between; the loop's own cost is in it. */
    public record Uncontended(LockContender contender, boolean exclusive, int round, double nanos) {
    }

    /**
     * All rounds of the wake-up.
     *
     * @param sleeps context switches of the waiter in all: if it slept each time, as many as there are values at least
     */
    public record WakeUp(LockContender contender, Histogram latency, long sleeps) {
    }

    /** A JMH benchmark's figure. */
    public record Jmh(String name, double nanos, double error) {
    }

    /** What tells histograms apart. */
    record Key(LockContender contender, Mix mix) {
    }

    private Environment environment;
    private final LockBenchmark.Settings settings;
    private final List<Sample> samples = new ArrayList<>();
    private final Map<Key, Histogram> waits = new LinkedHashMap<>();
    private final List<Uncontended> uncontended = new ArrayList<>();
    private final Map<LockContender, WakeUp> wakeUps = new LinkedHashMap<>();
    private final List<Jmh> jmh = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();
    private boolean failed;

    LockResults(LockBenchmark.Settings settings, Environment environment) {
        this.settings = settings;
        this.environment = environment;
    }

    public LockBenchmark.Settings settings() {
        return settings;
    }

    public Environment environment() {
        return environment;
    }

    /** Adds to the environment what was not known at the start. */
    void note(String fact, String value) {
        environment = environment.with(fact, value);
    }

    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    public List<Uncontended> uncontended() {
        return List.copyOf(uncontended);
    }

    public List<WakeUp> wakeUps() {
        return List.copyOf(wakeUps.values());
    }

    public List<Jmh> jmh() {
        return List.copyOf(jmh);
    }

    /** What was skipped or failed, a line each. */
    public Set<String> remarks() {
        return new LinkedHashSet<>(remarks);
    }

    /** Whether every contender that could be started did all that was asked, and no lock let two in that it must not. */
    public boolean trustworthy() {
        return !failed;
    }

    void add(Sample sample) {
        samples.add(sample);
        waits.computeIfAbsent(new Key(sample.contender(), sample.mix()), _ -> WaitBuckets.histogram()).add(sample.waits());
    }

    void add(Uncontended figure) {
        uncontended.add(figure);
    }

    void add(WakeUp figure) {
        WakeUp before = wakeUps.get(figure.contender());
        if (before != null) {
            figure.latency().add(before.latency());
        }
        wakeUps.put(figure.contender(), new WakeUp(figure.contender(), figure.latency(),
                figure.sleeps() + (before == null ? 0 : before.sleeps())));
    }

    void add(Jmh figure) {
        jmh.add(figure);
    }

    void remark(String line) {
        remarks.add(line);
    }

    /** A remark on something that was started and then went wrong. */
    void failure(String line) {
        remarks.add(line);
        failed = true;
    }

    /** Those of the sweep, in the order of the report. */
    public List<LockContender> swept() {
        return LockContender.ALL.stream().filter(c -> samples.stream().anyMatch(s -> s.contender() == c)).toList();
    }

    /** In the order in which they were measured. */
    public List<Mix> mixes() {
        return samples.stream().map(Sample::mix).distinct().toList();
    }

    /** All rounds together. */
    Map<Key, Histogram> waits() {
        return Map.copyOf(waits);
    }

    Histogram waits(LockContender contender, Mix mix) {
        return waits.get(new Key(contender, mix));
    }

    /** Of all rounds, NaN where nothing was measured. */
    public double median(LockContender contender, Mix mix, ToDoubleFunction<Sample> what) {
        return median(values(contender, mix, what));
    }

    /** Of all rounds, NaN where nothing was measured. */
    double most(LockContender contender, Mix mix, ToDoubleFunction<Sample> what) {
        return Arrays.stream(values(contender, mix, what)).max().orElse(Double.NaN);
    }

    private double[] values(LockContender contender, Mix mix, ToDoubleFunction<Sample> what) {
        return samples.stream().filter(s -> s.contender() == contender && s.mix().equals(mix)).mapToDouble(what).sorted()
                .toArray();
    }

    /** Nanoseconds of an acquire and release: the median of the rounds, NaN where nothing was measured. */
    public double uncontended(LockContender contender, boolean exclusive) {
        return median(uncontended.stream().filter(u -> u.contender() == contender && u.exclusive() == exclusive)
                .mapToDouble(Uncontended::nanos).sorted().toArray());
    }

    /** Nanoseconds, NaN where it was not measured. */
    public double jmh(String name) {
        return jmh.stream().filter(figure -> figure.name().equals(name)).mapToDouble(Jmh::nanos)
                .findFirst().orElse(Double.NaN);
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length == 0 ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
