package dev.wharf.bench.fork;

import dev.wharf.bench.fork.ForkResults.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A run's figures as Markdown and as raw CSV. The files: {@code fork.md}, {@code fork.csv}. */
public final class ForkReport {
    /** Milliseconds to the first task. */
    static final double BAR = 250;
    static final double GOAL = 100;
    private static final double MICROS = 1e3;

    private final ForkResults results;

    public ForkReport(ForkResults results) {
        this.results = results;
    }

    /** Writes the files, replacing those of a run before. @return their names */
    public List<String> write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("fork.csv"), csv());
        Files.writeString(directory.resolve("fork.md"), markdown());
        return List.of("fork.md", "fork.csv");
    }

    private String markdown() {
        StringBuilder out = new StringBuilder("# Background workers: from fork to first task\n\n");
        line(out, "Written by `bench/run fork`; how it measures is in [bench/README.md](../bench/README.md), every worker in"
                + " [fork.csv](fork.csv). %d worker%s of each, in turn; milliseconds from the moment a worker is asked for.",
                results.runs(), results.runs() == 1 ? "" : "s");
        out.append("\n## Bar\n\n").append(bars()).append("\n## Stages\n\n").append(stages()).append("\n## A task\n\n")
                .append(tasks());
        if (!results.remarks().isEmpty()) {
            out.append("\n## Left out or failed\n\n");
            results.remarks().forEach(remark -> out.append("- ").append(remark).append('\n'));
        }
        return out.append("\n## The machine and the run\n\n").append(results.environment().markdown()).toString();
    }

    /** The bar, and whether it is met. */
    public String bars() {
        StringBuilder out = new StringBuilder("| bar | must be | goal | measured | |\n| --- | ---: | ---: | ---: | --- |\n");
        double measured = results.median(ForkContender.AOT, sample -> sample.millis(Stage.FIRST_TASK));
        line(out, "| fork to first task | %.0f ms | %.0f ms | %s | %s |", BAR, GOAL,
                Double.isNaN(measured) ? "" : String.format(Locale.ROOT, "%.0f ms", measured),
                Double.isNaN(measured) ? "not measured" : measured <= GOAL ? "goal met" : measured <= BAR ? "met" : "MISSED");
        return out.toString();
    }

    /** When each stage is reached: medians, with the least and the most. */
    public String stages() {
        StringBuilder out = new StringBuilder("Medians; in brackets the least and the most.\n\n| stage | |");
        results.contenders().forEach(contender -> out.append(' ').append(contender.label()).append(" |"));
        out.append("\n| --- | --- |").append(" ---: |".repeat(results.contenders().size())).append('\n');
        for (Stage stage : Stage.values()) {
            out.append("| ").append(stage.label()).append(" | ").append(stage.meaning()).append(" |");
            for (ForkContender contender : results.contenders()) {
                double[] sorted = results.sorted(contender, sample -> sample.millis(stage));
                out.append(String.format(Locale.ROOT, " %.1f (%.1f to %.1f) |",
                        results.median(contender, sample -> sample.millis(stage)), sorted[0], sorted[sorted.length - 1]));
            }
            out.append('\n');
        }
        return out.toString();
    }

    private String tasks() {
        StringBuilder out = new StringBuilder("Medians, microseconds.\n\n| | the first | a hot one |\n| --- | ---: | ---: |\n");
        for (ForkContender contender : results.contenders()) {
            line(out, "| %s | %.0f | %.1f |", contender.label(), results.median(contender, Sample::coldTask) / MICROS,
                    results.median(contender, Sample::hotTask) / MICROS);
        }
        return out.toString();
    }

    private String csv() {
        StringBuilder out = new StringBuilder("contender,round");
        for (Stage stage : Stage.values()) {
            out.append(',').append(stage.name().toLowerCase(Locale.ROOT)).append("_ns");
        }
        out.append(",cold_task_ns,hot_task_ns\n");
        for (Sample sample : results.samples()) {
            out.append(sample.contender().name().toLowerCase(Locale.ROOT)).append(',').append(sample.round());
            sample.times().values().forEach(nanos -> out.append(',').append(nanos));
            out.append(',').append(sample.coldTask()).append(',').append(sample.hotTask()).append('\n');
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
