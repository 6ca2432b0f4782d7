package dev.wharf.bench.copy;

import dev.wharf.bench.copy.CopyResults.Check;
import dev.wharf.bench.copy.CopyResults.Sample;
import dev.wharf.bench.copy.CopyResults.Summary;
import dev.wharf.bench.data.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A run's figures as Markdown, as raw CSV, and as charts. The files: {@code copy.md}, {@code copy.csv},
 * {@code copy-from.svg}, {@code copy-to.svg}.
 */
public final class CopyReport {
    private final CopyResults results;

    public CopyReport(CopyResults results) {
        this.results = results;
    }

    /** Writes the files, replacing those of a run before. @return their names */
    public List<String> write(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<String> written = new ArrayList<>(List.of("copy.md", "copy.csv"));
        Files.writeString(directory.resolve("copy.csv"), csv());
        List<String> charts = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            String name = operation == Operation.COPY_FROM ? "copy-from.svg" : "copy-to.svg";
            if (CopyChart.write(results, operation, directory.resolve(name))) {
                charts.add(name);
            }
        }
        Files.writeString(directory.resolve("copy.md"), markdown(charts));
        written.addAll(charts);
        return written;
    }

    /** The whole report. @param charts names of the SVG files beside it */
    String markdown(List<String> charts) {
        StringBuilder out = new StringBuilder("# COPY: Wharf and its peers\n\n");
        line(out, "Written by `bench/run copy`; how it measures is in [bench/README.md](../bench/README.md), every"
                + " single timing in [copy.csv](copy.csv).");
        line(out, "%s, %d round%s. Seconds are the median, the least and the most of the rounds; MB is 10^6 bytes of"
                + " CSV.", results.scale() > 0 ? "Scale " + number(results.scale()) : "A set number of rows",
                results.runs(), results.runs() == 1 ? "" : "s");
        line(out, "\"Wharf warm is\" and \"Wharf cold is\" tell how many times faster than that row Wharf is with a"
                + " warm pool of workers, and as a one-shot command; durable loads are compared with durable ones and"
                + " unlogged with unlogged.");
        out.append("\n").append(table());
        charts.forEach(name -> out.append("\n![MB/s, a bar for each contender](").append(name).append(")\n"));
        out.append("\n## Bars\n\n").append(bars());
        out.append("\n## Written back\n\n").append(checks());
        if (!results.remarks().isEmpty()) {
            out.append("\n## Left out or failed\n\n");
            results.remarks().forEach(remark -> out.append("- ").append(remark).append('\n'));
        }
        out.append("\n## The data\n\n");
        for (DataFile file : results.files()) {
            line(out, "- %s: %s. %d rows, %.1f MB, CRC-32C %08x", file.set().name(), file.set().description(),
                    file.rows(), file.bytes() / 1e6, file.fingerprint().crc32c());
        }
        out.append("\n## The machine and the run\n\n").append(results.environment().markdown());
        results.versions().forEach(version -> out.append("- measured: ").append(version).append('\n'));
        results.warmUps().forEach((who, loads) -> {
            if (loads > 1) {
                out.append("- loads to warm up, ").append(who).append(": ").append(loads).append('\n');
            }
        });
        return out.append("- loads to warm up, all others: 1\n").toString();
    }

    /** The one table: a row for each data set, operation and contender. */
    public String table() {
        StringBuilder out = new StringBuilder();
        out.append("| data | operation | who | median s | min s | max s | MB/s | Wharf warm is | Wharf cold is |\n");
        out.append("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        List<Summary> summaries = results.summaries();
        for (DataFile file : results.files()) {
            for (Operation operation : Operation.values()) {
                for (Summary summary : summaries) {
                    if (summary.file().equals(file) && summary.operation() == operation) {
                        line(out, "| %s | %s | %s | %.3f | %.3f | %.3f | %.0f | %s | %s |", file.set().name(),
                                operation.label(), summary.contender().label(), summary.median(), summary.min(),
                                summary.max(), summary.megabytesPerSecond(), times(summary, true),
                                times(summary, false));
                    }
                }
            }
        }
        return out.toString();
    }

    private String times(Summary summary, boolean warm) {
        Contender wharf = summary.contender().wharf(summary.operation(), warm);
        double times = summary.median() / results.median(summary.file(), wharf, summary.operation());
        return wharf == summary.contender() || Double.isNaN(times) ? "" : String.format(Locale.ROOT, "%.2f ×", times);
    }

    /** The bars, and whether they are met. */
    public String bars() {
        StringBuilder out = new StringBuilder();
        DataFile lineItem = results.files().stream().filter(file -> file.set().name().equals("lineitem")).findFirst()
                .orElse(null);
        if (lineItem == null) {
            return "The bars are set for lineitem, which was not measured.\n";
        }
        if (results.scale() != 1) {
            out.append("The bars are set for lineitem at scale 1: at another scale, as here, they tell little.\n\n");
        }
        out.append("| bar (lineitem) | at least | goal | measured | |\n| --- | ---: | ---: | ---: | --- |\n");
        for (Bar bar : Bar.ALL) {
            double times = results.median(lineItem, bar.peer(), bar.operation())
                    / results.median(lineItem, bar.wharf(), bar.operation());
            line(out, "| %s | %s × | %s × | %s | %s |", bar.name(), number(bar.least()), number(bar.goal()),
                    Double.isNaN(times) ? "" : String.format(Locale.ROOT, "%.2f ×", times), bar.verdict(times));
        }
        return out.toString();
    }

    private String checks() {
        StringBuilder out = new StringBuilder("The inputs are in PostgreSQL's canonical form. Wharf owes the same bytes"
                + " back; PostgreSQL the same rows, as its heap does not keep the order of rows of different length;"
                + " DuckDB writes some types in forms of its own.\n\n");
        out.append("| data | who | bytes | CRC-32C | what came back |\n| --- | --- | ---: | --- | --- |\n");
        for (Check check : results.checks()) {
            line(out, "| %s | %s | %d | %08x | %s |", check.file().set().name(), check.contender().label(),
                    check.written().bytes(), check.written().crc32c(), check.verdict());
        }
        return out.toString();
    }

    /** Every timing: one line for each operation of each round. */
    public String csv() {
        StringBuilder out = new StringBuilder("data,operation,contender,durable,round,seconds,rows,bytes\n");
        for (Sample sample : results.samples()) {
            line(out, "%s,%s,%s,%b,%d,%.6f,%d,%d", sample.file().set().name(),
                    sample.operation().name().toLowerCase(Locale.ROOT),
                    sample.contender().name().toLowerCase(Locale.ROOT), sample.contender().durable(), sample.round(),
                    sample.seconds(), sample.file().rows(), sample.bytes());
        }
        return out.toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values)).append('\n');
    }
}
