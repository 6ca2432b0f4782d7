package dev.wharf.bench.lock;

import dev.wharf.bench.lock.LockResults.Sample;
import dev.wharf.bench.lock.LockResults.WakeUp;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** What is drawn: acquires a second for each hold time, the uncontended lock, the wake-up. */
final class LockChart {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 520;
    /** Text is drawn as outlines, to look alike everywhere; in 64ths of a pixel that is half a megabyte. */
    private static final Pattern LONG_FRACTION = Pattern.compile("(\\d\\.\\d)\\d+");
    /** Told apart also by who does not see all colours: Okabe and Ito's, and greys. */
    private static final int[] COLORS = {0x0072B2, 0xD55E00, 0xE69F00, 0x999999, 0x009E73, 0xCC79A7, 0x56B4E9, 0xF0E442,
        0x444444, 0x661100, 0x88CCEE, 0xBBBBBB};

    private final LockResults results;

    LockChart(LockResults results) {
        this.results = results;
    }

    /** @return the names of the files; none where the JDK has no fonts to draw with */
    List<String> write(Path directory) throws IOException {
        List<String> written = new ArrayList<>();
        try {
            for (long hold : results.mixes().stream().map(Mix::holdNanos).distinct().toList()) {
                save(sweep(hold), directory, "lock-hold-" + hold + ".svg", written);
            }
            if (!results.uncontended().isEmpty()) {
                save(uncontended(), directory, "lock-uncontended.svg", written);
            }
            if (!results.wakeUps().isEmpty()) {
                save(wakeUps(), directory, "lock-wake-up.svg", written);
            }
        } catch (InternalError | LinkageError e) {
            return written;
        }
        return written;
    }

    private static void save(CategoryChart chart, Path directory, String name, List<String> written) throws IOException {
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        ChartEncoder.saveChart(chart, drawn, "svg");
        Files.writeString(directory.resolve(name),
                LONG_FRACTION.matcher(drawn.toString(StandardCharsets.UTF_8)).replaceAll("$1"));
        written.add(name);
    }

    private static CategoryChart chart(String title, String x, String y) {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setLegendBorderColor(Color.WHITE);
        return chart;
    }

    private CategoryChart sweep(long hold) {
        CategoryChart chart = chart("Acquires a second, hold " + Mix.hold(hold), "workers x writers",
                "million a second, logarithmic");
        chart.getStyler().setYAxisLogarithmic(true);
        // A bar would have to start at zero, which a logarithmic axis does not have
        chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
        chart.getStyler().setOverlapped(true);
        chart.getStyler().setXAxisLabelRotation(60);
        List<Mix> mixes = results.mixes().stream().filter(mix -> mix.holdNanos() == hold).toList();
        List<String> names = mixes.stream().map(mix -> String.format(Locale.ROOT, "%d x %d %%", mix.processes(), mix.writers()))
                .toList();
        for (LockContender contender : results.swept()) {
            List<Double> rates = new ArrayList<>();
            for (Mix mix : mixes) {
                double rate = results.median(contender, mix, Sample::acquiresPerSecond) / 1e6;
                rates.add(rate > 0 ? rate : null);
            }
            if (rates.stream().anyMatch(rate -> rate != null)) {
                CategorySeries series = chart.addSeries(contender.label(), names, rates);
                series.setLineColor(color(contender));
                series.setMarkerColor(color(contender));
            }
        }
        return chart;
    }

    private CategoryChart uncontended() {
        CategoryChart chart = chart("Acquire and release, uncontended, one worker", "mode", "ns");
        for (LockContender contender : LockContender.ALL) {
            // The kernel's lock is so slow that nothing else would be seen
            if (!Double.isNaN(results.uncontended(contender, true)) && !contender.lock().equals("file")) {
                chart.addSeries(contender.label(), List.of("exclusive", "shared"),
                        List.of(results.uncontended(contender, true), results.uncontended(contender, false)))
                        .setFillColor(color(contender));
            }
        }
        return chart;
    }

    private CategoryChart wakeUps() {
        CategoryChart chart = chart("From release to the sleeping waiter's acquire", "percentile", "microseconds");
        for (WakeUp wakeUp : results.wakeUps()) {
            chart.addSeries(wakeUp.contender().label(), List.of("p50", "p90", "p99"),
                    List.of(wakeUp.latency().getValueAtPercentile(50) / 1e3, wakeUp.latency().getValueAtPercentile(90) / 1e3,
                            wakeUp.latency().getValueAtPercentile(99) / 1e3)).setFillColor(color(wakeUp.contender()));
        }
        return chart;
    }

    private static Color color(LockContender contender) {
        return new Color(COLORS[LockContender.ALL.indexOf(contender) % COLORS.length]);
    }
}
