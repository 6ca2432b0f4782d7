package dev.wharf.bench.formats;

import dev.wharf.bench.Environment;
import dev.wharf.bench.copy.Operation;
import dev.wharf.bench.data.DataFile;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a run of {@link FormsBenchmark} found. Filled by one thread. */
public final class FormsResults {
    /** One timed operation. */
    public record Sample(Form form, String subject, boolean wharf, Operation operation, int round, double seconds, long rows,
                         long bytes) {
    }

    private final Environment environment;
    private final DataFile data;
    private final int runs;
    private final List<Sample> samples = new ArrayList<>();
    private final Set<String> versions = new LinkedHashSet<>();
    private final Set<String> remarks = new LinkedHashSet<>();
    private boolean failed;

    FormsResults(Environment environment, DataFile data, int runs) {
        this.environment = environment;
        this.data = data;
        this.runs = runs;
    }

    Environment environment() {
        return environment;
    }

    DataFile data() {
        return data;
    }

    int runs() {
        return runs;
    }

    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    public Set<String> remarks() {
        return new LinkedHashSet<>(remarks);
    }

    Set<String> versions() {
        return new LinkedHashSet<>(versions);
    }

    void add(Sample sample) {
        samples.add(sample);
    }

    void version(String version) {
        versions.add(version);
    }

    void remark(String line) {
        remarks.add(line);
    }

    /** A remark on something that was started and then went wrong. */
    void failure(String line) {
        remarks.add(line);
        failed = true;
    }

    /** Whether all that was started did what was asked, and gave back what it owed. */
    public boolean trustworthy() {
        return !failed;
    }

    /** Sorted seconds; empty where nothing was measured. */
    double[] seconds(Form form, boolean wharf, Operation operation) {
        return samples.stream().filter(s -> s.form() == form && s.wharf() == wharf && s.operation() == operation)
                .mapToDouble(Sample::seconds).sorted().toArray();
    }

    /** Seconds, or NaN where nothing was measured. */
    double median(Form form, boolean wharf, Operation operation) {
        double[] sorted = seconds(form, wharf, operation);
        int middle = sorted.length / 2;
        return sorted.length == 0 ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
