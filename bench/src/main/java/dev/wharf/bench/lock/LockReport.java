package dev.wharf.bench.lock;

import dev.wharf.bench.lock.LockResults.Jmh;
import dev.wharf.bench.lock.LockResults.Sample;
import dev.wharf.bench.lock.LockResults.WakeUp;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * A run's figures as Markdown, as raw CSV, as a log of histograms, and as charts. The files: {@code lock.md}, {@code lock.csv},
 * {@code lock.hlog}, {@code lock-*.svg}.
 */
public final class LockReport {
    private static final double MICROS = 1000;

    private final LockResults results;

    public LockReport(LockResults results) {
        this.results = results;
    }

    /** Writes the files, replacing those of a run before. @return their names */
    public List<String> write(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<String> written = new ArrayList<>(List.of("lock.md", "lock.csv", "lock.hlog"));
        Files.writeString(directory.resolve("lock.csv"), csv());
        writeHistograms(directory.resolve("lock.hlog"));
        List<String> charts = new LockChart(results).write(directory);
        Files.writeString(directory.resolve("lock.md"), markdown(charts));
        written.addAll(charts);
        return written;
    }

    private String markdown(List<String> charts) {
        LockBenchmark.Settings settings = results.settings();
        StringBuilder out = new StringBuilder("# Locks between processes: Wharf's LWLock and its peers\n\n");
        line(out, "Written by `bench/run lock`; how it measures is in [bench/README.md](../bench/README.md). Every cell of every"
                + " round is in [lock.csv](lock.csv), the histograms of waits and wake-ups in [lock.hlog](lock.hlog).");
        line(out, "%d round%s, %d ms a cell; figures are medians of the rounds, of percentiles all rounds together.",
                settings.runs(), settings.runs() == 1 ? "" : "s", settings.millis());
        out.append("\n## Bars\n\n").append(bars());
        out.append("\n## Uncontended\n\n").append(uncontended());
        if (!results.jmh().isEmpty()) {
            out.append("\n## Uncontended, in JMH\n\n").append(jmh());
            out.append("\n### What surviving its owner's death costs\n\n").append(steps());
        }
        if (!results.wakeUps().isEmpty()) {
            out.append("\n## Wake-up\n\n").append(wakeUps());
        }
        out.append("\n## The sweep\n\n").append(sweep());
        charts.forEach(name -> out.append("\n![").append(name).append("](").append(name).append(")\n"));
        out.append("\n## Waits and fairness\n\n").append(waits());
        if (!results.remarks().isEmpty()) {
            out.append("\n## Left out or failed\n\n");
            results.remarks().forEach(remark -> out.append("- ").append(remark).append('\n'));
        }
        out.append("\n## The machine and the run\n\n").append(results.environment().markdown());
        int most = settings.mostProcesses();
        if (most > Runtime.getRuntime().availableProcessors()) {
            line(out, "- with more than %d processes the machine is over-subscribed: what is measured then is also the"
                    + " scheduler, and nothing here tells how a lock scales to many cores",
                    Runtime.getRuntime().availableProcessors());
        }
        return out.toString();
    }

    /** The bars, and whether they are met; of the sweep a line for each mix. */
    public String bars() {
        List<LockBar> bars = LockBar.of(results);
        StringBuilder out = new StringBuilder();
        List<LockBar> sweep = bars.stream().filter(LockBar::isSweep).toList();
        Map<String, Long> verdicts = sweep.stream().collect(Collectors.groupingBy(LockBar::verdict, Collectors.counting()));
        line(out, "Contended, against pthread_rwlock: %d mixes, of which %s.", sweep.size(),
                Stream.of("goal met", "met", "even", "MISSED", "not measured").filter(verdicts::containsKey)
                        .map(verdict -> verdicts.get(verdict) + " " + verdict).collect(Collectors.joining(", ")));
        line(out, "\"Even\": the median is below the bar, the best round is not.");
        out.append("\n| bar | must be | goal | measured | |\n| --- | ---: | ---: | ---: | --- |\n");
        for (LockBar bar : bars) {
            line(out, "| %s | %s | %s | %s | %s |", bar.name(), bar.value(bar.least()), bar.value(bar.goal()),
                    bar.value(bar.measured()), bar.verdict());
        }
        return out.toString();
    }

    /** Of each contender in the harness's loop, with one worker. */
    public String uncontended() {
        StringBuilder out = new StringBuilder("Acquire and release by one worker, nothing between, ns. The loop is in the"
                + " figures: random number, look at the stop word.\n\n");
        out.append("| who | | exclusive | shared |\n| --- | --- | ---: | ---: |\n");
        for (LockContender contender : LockContender.ALL) {
            double exclusive = results.uncontended(contender, true);
            if (!Double.isNaN(exclusive)) {
                line(out, "| %s | %s | %.1f | %.1f |", contender.label(), contender.kind().label(), exclusive,
                        results.uncontended(contender, false));
            }
        }
        return out.toString();
    }

    private String jmh() {
        StringBuilder out = new StringBuilder("Acquire and release, ns, with the half-width of the 99.9 % interval.\n\n"
                + "| benchmark | ns |\n| --- | ---: |\n");
        for (Jmh figure : results.jmh()) {
            line(out, "| %s | %s |", figure.name(), withError(figure));
        }
        return out.toString();
    }

    private static String withError(Jmh figure) {
        return Double.isNaN(figure.error()) ? String.format(Locale.ROOT, "%.1f", figure.nanos())
                : String.format(Locale.ROOT, "%.1f ± %.1f", figure.nanos(), figure.error());
    }

    private String steps() {
        StringBuilder out = new StringBuilder("The exclusive path built up from the bare word, in the JMH benchmark's own copy,"
                + " ns. Each row has what the one above has, and what it says.\n\n");
        out.append("| with | ns | more |\n| --- | ---: | ---: |\n");
        List<String[]> steps = List.of(
                new String[] {"stepBare", "compare-and-set, atomic subtraction"},
                new String[] {"stepStores", "four release stores: INTENT, HELD, RELEASING, FREE"},
                new String[] {"stepList", "the list of held locks: push, find, pop"},
                new String[] {"lwLockExclusive", "LWLock: modes, the ways out to waiting and recovery"});
        double before = Double.NaN;
        for (String[] step : steps) {
            double nanos = results.jmh(step[0]);
            line(out, "| %s | %.1f | %s |", step[1], nanos, more(nanos - before));
            before = nanos;
        }
        return out.toString();
    }

    private static String more(double nanos) {
        return Double.isNaN(nanos) ? "" : String.format(Locale.ROOT, "%+.1f", nanos);
    }

    private String wakeUps() {
        StringBuilder out = new StringBuilder("From just before the holder's release to the sleeping waiter's having the lock,"
                + " two workers, microseconds. Sleeps: the waiter's voluntary context switches for each wake-up; below 1 it was"
                + " not asleep each time.\n\n");
        out.append("| who | | p50 | p90 | p99 | max | sleeps |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
        for (WakeUp wakeUp : results.wakeUps()) {
            Histogram latency = wakeUp.latency();
            line(out, "| %s | %s | %.1f | %.1f | %.1f | %.1f | %.2f |", wakeUp.contender().label(),
                    wakeUp.contender().kind().label(), latency.getValueAtPercentile(50) / MICROS,
                    latency.getValueAtPercentile(90) / MICROS, latency.getValueAtPercentile(99) / MICROS,
                    latency.getMaxValue() / MICROS, (double) wakeUp.sleeps() / latency.getTotalCount());
        }
        return out.toString();
    }

    /** Rates of all contenders, a row for each mix. */
    private String sweep() {
        List<LockContender> swept = results.swept();
        LockContender peer = LockContender.named(LockContender.PEER);
        StringBuilder out = new StringBuilder("Million acquires a second, of all workers together; in brackets as a multiple of"
                + " pthread_rwlock's. Workers are processes, but threads of one JVM where the name is of the JDK's locks.\n\n");
        line(out, "| hold | workers | writers %% | %s |", swept.stream().map(LockContender::label)
                .collect(Collectors.joining(" | ")));
        line(out, "| ---: | ---: | ---: |%s", " ---: |".repeat(swept.size()));
        for (Mix mix : results.mixes()) {
            out.append(mixCells(mix));
            double theirs = results.median(peer, mix, Sample::acquiresPerSecond);
            for (LockContender contender : swept) {
                double rate = results.median(contender, mix, Sample::acquiresPerSecond);
                out.append(Double.isNaN(rate) ? " |" : contender == peer || Double.isNaN(theirs)
                        ? String.format(Locale.ROOT, " %s |", rate(rate))
                        : String.format(Locale.ROOT, " %s (%.2f) |", rate(rate), rate / theirs));
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static String mixCells(Mix mix) {
        return String.format(Locale.ROOT, "| %s | %d | %d |", Mix.hold(mix.holdNanos()), mix.processes(), mix.writers());
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 1e6 ? "%.3f" : "%.1f", perSecond / 1e6);
    }

    /** The product and its peer, side by side. */
    private String waits() {
        List<LockContender> two = results.swept().stream()
                .filter(c -> List.of(LockContender.SUBJECT, LockContender.PEER).contains(c.name())).toList();
        StringBuilder out = new StringBuilder("Waits of the acquires that were timed, microseconds, p50 / p99 / max. Least: what"
                + " the worker with the fewest acquires had of what the one with the most had; Jain: Jain's index. Switches:"
                + " voluntary context switches per thousand acquires. All contenders' are in the CSV.\n\n"
                + "| hold | workers | writers % |");
        for (LockContender contender : two) {
            out.append(String.format(Locale.ROOT, " %1$s: waits | least | Jain | switches |", contender.label()));
        }
        out.append("\n| ---: | ---: | ---: |").append(" ---: | ---: | ---: | ---: |".repeat(two.size())).append('\n');
        for (Mix mix : results.mixes()) {
            if (mix.processes() == 1) {
                continue;
            }
            out.append(mixCells(mix));
            for (LockContender contender : two) {
                Histogram waits = results.waits(contender, mix);
                out.append(waits == null ? " | | | |" : String.format(Locale.ROOT, " %s / %s / %s | %.2f | %.2f | %.2f |",
                        micros(waits.getValueAtPercentile(50)), micros(waits.getValueAtPercentile(99)),
                        micros(waits.getMaxValue()), results.median(contender, mix, Sample::leastShare),
                        results.median(contender, mix, Sample::jain), results.median(contender, mix,
                                s -> 1000.0 * s.voluntary() / Math.max(1, s.acquires()))));
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static String micros(long nanos) {
        return String.format(Locale.ROOT, nanos < 10_000 ? "%.2f" : "%.0f", nanos / MICROS);
    }

    /** Every cell: one line for each round. */
    public String csv() {
        StringBuilder out = new StringBuilder("contender,workers,writers_percent,hold_ns,round,seconds,acquires,exclusive,"
                + "acquires_per_second,jain,least_share,retries,voluntary_switches,forced_switches,timed,wait_p50_ns,"
                + "wait_p99_ns,wait_p999_ns,wait_max_ns,per_worker\n");
        for (Sample s : results.samples()) {
            line(out, "%s,%d,%d,%d,%d,%.6f,%d,%d,%.0f,%.4f,%.4f,%d,%d,%d,%d,%d,%d,%d,%d,%s", s.contender().name(),
                    s.mix().processes(), s.mix().writers(), s.mix().holdNanos(), s.round(), s.seconds(), s.acquires(),
                    s.exclusive(), s.acquiresPerSecond(), s.jain(), s.leastShare(), s.retries(), s.voluntary(), s.forced(),
                    s.waits().getTotalCount(), s.waits().getValueAtPercentile(50), s.waits().getValueAtPercentile(99),
                    s.waits().getValueAtPercentile(99.9), s.waits().getMaxValue(), Arrays.stream(s.perWorker())
                            .mapToObj(Long::toString).collect(Collectors.joining(";")));
        }
        return out.toString();
    }

    /** In HdrHistogram's log format, nanoseconds, a line for each mix and contender, told apart by its tag. */
    private void writeHistograms(Path file) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            HistogramLogWriter writer = new HistogramLogWriter(out);
            writer.outputComment("[waits for a lock and wake-ups, ns; tags: contender/workers/writers/hold, contender/wake-up]");
            writer.outputLogFormatVersion();
            writer.outputLegend();
            for (LockContender contender : results.swept()) {
                for (Mix mix : results.mixes()) {
                    write(writer, results.waits(contender, mix), String.format(Locale.ROOT, "%s/%dp/%dw/%dns",
                            contender.name(), mix.processes(), mix.writers(), mix.holdNanos()));
                }
            }
            for (WakeUp wakeUp : results.wakeUps()) {
                write(writer, wakeUp.latency(), wakeUp.contender().name() + "/wake-up");
            }
        }
    }

    private static void write(HistogramLogWriter writer, Histogram histogram, String tag) {
        if (histogram != null) {
            Histogram tagged = histogram.copy();
            tagged.setTag(tag);
            writer.outputIntervalHistogram(0, 0, tagged);
        }
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values)).append('\n');
    }
}
