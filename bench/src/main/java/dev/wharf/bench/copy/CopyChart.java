package dev.wharf.bench.copy;

import dev.wharf.bench.copy.CopyResults.Summary;
import dev.wharf.bench.data.DataFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A bar for each data set and contender: MB/s of the median round. */
final class CopyChart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 520;

    private CopyChart() {
    }

    /** @return false where there is nothing to draw, or the JDK has no fonts to draw with */
    static boolean write(CopyResults results, Operation operation, Path svg) throws IOException {
        List<Summary> summaries = results.summaries().stream()
                .filter(summary -> summary.operation() == operation).toList();
        if (summaries.isEmpty()) {
            return false;
        }
        System.setProperty("java.awt.headless", "true");
        try (OutputStream out = Files.newOutputStream(svg)) {
            ChartEncoder.saveChart(chart(results.files(), summaries, operation), out, "svg");
            return true;
        } catch (InternalError | LinkageError e) {
            Files.deleteIfExists(svg);
            return false;
        }
    }

    private static CategoryChart chart(List<DataFile> files, List<Summary> summaries, Operation operation) {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT)
                .title(operation.label() + ", page cache warm").xAxisTitle("data").yAxisTitle("MB of CSV a second")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        List<String> names = files.stream().map(file -> file.set().name()).toList();
        for (Contender contender : Contender.values()) {
            List<Double> rates = new ArrayList<>();
            boolean any = false;
            for (DataFile file : files) {
                double rate = 0;
                for (Summary summary : summaries) {
                    if (summary.contender() == contender && summary.file().equals(file)) {
                        rate = summary.megabytesPerSecond();
                        any = true;
                    }
                }
                rates.add(rate);
            }
            if (any) {
                chart.addSeries(contender.label(), names, rates);
            }
        }
        return chart;
    }
}
