package dev.wharf.bench.formats;

import dev.wharf.bench.copy.Operation;
import dev.wharf.bench.formats.FormsResults.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A run's figures as Markdown and as raw CSV: {@code formats.md}, {@code formats.csv}. */
public final class FormsReport {
    /** How many times the clean time a load may take that leaves out 1 % of the rows. */
    private static final double BAD_ROWS_BAR = 1.2;

    private final FormsResults results;

    public FormsReport(FormsResults results) {
        this.results = results;
    }

    /** Writes the files, replacing those of a run before. @return their names */
    public List<String> write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("formats.md"), markdown());
        Files.writeString(directory.resolve("formats.csv"), csv());
        return List.of("formats.md", "formats.csv");
    }

    String markdown() {
        StringBuilder out = new StringBuilder("# COPY's forms: Wharf and PostgreSQL\n\n");
        line(out, "Written by `bench/run formats`; how it measures is in [bench/README.md](../bench/README.md), every single "
                + "timing in [formats.csv](formats.csv).");
        line(out, "lineitem, %d rows, %.1f MB of CSV; %d round%s. Seconds are the median, the least and the most of the "
                + "rounds.\n",
                results.data().rows(), results.data().bytes() / 1e6, results.runs(), results.runs() == 1 ? "" : "s");
        out.append(table());
        out.append("\n").append(badRows());
        if (!results.remarks().isEmpty()) {
            out.append("\n## Left out or failed\n\n");
            results.remarks().forEach(remark -> out.append("- ").append(remark).append('\n'));
        }
        out.append("\n## The machine and the run\n\n").append(results.environment().markdown());
        results.versions().forEach(version -> out.append("- measured: ").append(version).append('\n'));
        return out.toString();
    }

    /** A row for each form and operation. */
    public String table() {
        StringBuilder out = new StringBuilder("| form | operation | Wharf s | min, max | PostgreSQL s | min, max | Wharf is | "
                + "bar | |\n"
                + "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
        for (Form form : Form.values()) {
            for (Operation operation : Operation.values()) {
                double wharf = results.median(form, true, operation);
                double postgres = results.median(form, false, operation);
                if (!Double.isNaN(wharf)) {
                    double times = postgres / wharf;
                    double bar = form.bar(operation);
                    line(out, "| %s | %s | %.3f | %s | %s | %s | %s | %s | %s |", form.label(), operation.label(), wharf,
                            range(results.seconds(form, true, operation)), number("%.3f", postgres),
                            range(results.seconds(form, false, operation)), number("%.1f ×", times),
                            bar == 0 ? "" : number("%.0f ×", bar),
                            bar == 0 || Double.isNaN(times) ? "" : times >= bar ? "met" : "MISSED");
                }
            }
        }
        return out.toString();
    }

    /** What leaving bad rows out costs. */
    public String badRows() {
        double ratio = results.median(Form.BAD_ROWS, true, Operation.COPY_FROM)
                / results.median(Form.CSV, true, Operation.COPY_FROM);
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "1 %% bad rows with ON_ERROR ignore take %.2f times as "
                + "long as"
                + " the clean file (bar: at most %.1f; %s).%n", ratio, BAD_ROWS_BAR, ratio <= BAD_ROWS_BAR ? "met" : "MISSED");
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private static String range(double[] sorted) {
        return sorted.length == 0 ? "" : String.format(Locale.ROOT, "%.3f, %.3f", sorted[0], sorted[sorted.length - 1]);
    }

    private String csv() {
        StringBuilder out = new StringBuilder("form,operation,product,round,seconds,rows,bytes\n");
        for (Sample sample : results.samples()) {
            line(out, "%s,%s,%s,%d,%.6f,%d,%d", sample.form().name().toLowerCase(Locale.ROOT),
                    sample.operation().name().toLowerCase(Locale.ROOT), sample.wharf() ? "wharf" : "postgres", sample.round(),
                    sample.seconds(), sample.rows(), sample.bytes());
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values)).append('\n');
    }
}
