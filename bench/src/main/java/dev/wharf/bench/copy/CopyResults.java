package dev.wharf.bench.copy;

import dev.wharf.bench.Environment;
import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.Fingerprint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a run of {@link CopyBenchmark} found. Filled by one thread. */
public final class CopyResults {
    /** One timed operation. {@code bytes} are those of the CSV read or written. */
    public record Sample(DataFile file, Contender contender, Operation operation, int round, double seconds,
                         long bytes) {
    }

    /** All rounds of one operation. Rates are in 10^6 bytes of CSV a second, of the median. */
    public record Summary(DataFile file, Contender contender, Operation operation, int rounds, double median,
                          double min, double max, double megabytesPerSecond) {
    }

    /** A file written back, to be compared with the one that was loaded. */
    public record Check(DataFile file, Contender contender, Fingerprint written) {
        /** What the contender owes: Wharf the same bytes, PostgreSQL the same rows, DuckDB (its own forms) nothing. */
        public boolean asOwed() {
            return switch (contender.product()) {
                case "wharf" -> written.equals(file.fingerprint());
                case "postgres" -> written.sameRows(file.fingerprint());
                default -> true;
            };
        }

        /** In words. */
        public String verdict() {
            String words = written.equals(file.fingerprint()) ? "the input's bytes"
                    : written.sameRows(file.fingerprint()) ? "the input's rows, in another order" : "another text";
            return asOwed() ? words : "WRONG: " + words;
        }
    }

    private record Key(DataFile file, Contender contender, Operation operation) {
    }

    private Environment environment;
    private final double scale;
    private final int runs;
    private final List<Sample> samples = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();
    private final Set<String> versions = new LinkedHashSet<>();
    private final Map<String, Integer> warmUps = new LinkedHashMap<>();
    private boolean failed;

    public CopyResults(Environment environment, double scale, int runs) {
        this.environment = environment;
        this.scale = scale;
        this.runs = runs;
    }

    public Environment environment() {
        return environment;
    }

    /** Adds to the environment what was not known at the start. */
    public void note(String fact, String value) {
        environment = environment.with(fact, value);
    }

    /** 0 where a number of rows was asked for. */
    public double scale() {
        return scale;
    }

    public int runs() {
        return runs;
    }

    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    public List<Check> checks() {
        return List.copyOf(checks);
    }

    /** What was skipped or failed, a line each. */
    public Set<String> remarks() {
        return new LinkedHashSet<>(remarks);
    }

    /** Products measured. */
    public Set<String> versions() {
        return new LinkedHashSet<>(versions);
    }

    /** Loads before the first measured one, by data set and contender. */
    public Map<String, Integer> warmUps() {
        return new LinkedHashMap<>(warmUps);
    }

    public void add(Sample sample) {
        samples.add(sample);
    }

    public void add(Check check) {
        checks.add(check);
    }

    public void remark(String line) {
        remarks.add(line);
    }

    /** A remark on something that was started and then went wrong. */
    public void failure(String line) {
        remarks.add(line);
        failed = true;
    }

    /** Whether every contender that could be started did all that was asked, and gave back what it owed. */
    public boolean trustworthy() {
        return !failed && checks.stream().allMatch(Check::asOwed);
    }

    public void version(String version) {
        versions.add(version);
    }

    public void warmedUp(DataFile file, Contender contender, int loads) {
        warmUps.put(file.set().name() + ", " + contender.label(), loads);
    }

    public List<DataFile> files() {
        return samples.stream().map(Sample::file).distinct().toList();
    }

    /** A summary for each operation measured, in the order in which they were. */
    public List<Summary> summaries() {
        Map<Key, List<Sample>> groups = new LinkedHashMap<>();
        for (Sample sample : samples) {
            groups.computeIfAbsent(new Key(sample.file(), sample.contender(), sample.operation()),
                    _ -> new ArrayList<>()).add(sample);
        }
        List<Summary> summaries = new ArrayList<>();
        groups.forEach((key, group) -> {
            double[] seconds = group.stream().mapToDouble(Sample::seconds).sorted().toArray();
            double median = median(seconds);
            summaries.add(new Summary(key.file(), key.contender(), key.operation(), seconds.length, median,
                    seconds[0], seconds[seconds.length - 1], group.getFirst().bytes() / 1e6 / median));
        });
        return summaries;
    }

    /** Seconds, or NaN where nothing was measured. */
    public double median(DataFile file, Contender contender, Operation operation) {
        double[] seconds = samples.stream()
                .filter(s -> s.file().equals(file) && s.contender() == contender && s.operation() == operation)
                .mapToDouble(Sample::seconds).sorted().toArray();
        return seconds.length == 0 ? Double.NaN : median(seconds);
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
