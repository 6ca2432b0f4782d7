package dev.wharf.bench.copy;

import dev.wharf.bench.copy.CopyResults.Summary;
import dev.wharf.bench.data.DataFile;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A bar for each data set and contender: MB/s of the median round. */
final class CopyChart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 520;
    /** Text is drawn as outlines, to look alike everywhere; in 64ths of a pixel that is half a megabyte. */
    private static final Pattern LONG_FRACTION = Pattern.compile("(\\d\\.\\d)\\d+");

    private CopyChart() {
    }

    /** @return false where there is nothing to draw, or the JDK has no fonts to draw with */
    static boolean write(CopyResults results, Operation operation, Path svg) throws IOException {
        List<Summary> summaries = results.summaries().stream()
                .filter(summary -> summary.operation() == operation).toList();
        if (summaries.isEmpty()) {
            return false;
        }
        try {
            ByteArrayOutputStream drawn = new ByteArrayOutputStream();
            ChartEncoder.saveChart(chart(results.files(), summaries, operation), drawn, "svg");
            Files.writeString(svg, LONG_FRACTION.matcher(drawn.toString(StandardCharsets.UTF_8)).replaceAll("$1"));
            return true;
        } catch (InternalError | LinkageError e) {
            return false;
        }
    }

    private static CategoryChart chart(List<DataFile> files, List<Summary> summaries, Operation operation) {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT)
                .title(operation.label() + ", page cache warm").xAxisTitle("data").yAxisTitle("MB of CSV a second")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setLegendBorderColor(Color.WHITE);
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
                chart.addSeries(contender.label(), names, rates).setFillColor(color(contender));
            }
        }
        return chart;
    }

    /** A hue for each product. */
    private static Color color(Contender contender) {
        return new Color(switch (contender) {
            case WHARF_WARM -> 0x08519C;
            case WHARF_WARM_UNLOGGED -> 0x3182BD;
            case WHARF_COLD -> 0x6BAED6;
            case WHARF_COLD_UNLOGGED -> 0xBDD7E7;
            case POSTGRES -> 0xA63603;
            case POSTGRES_TWO -> 0xFD8D3C;
            case DUCKDB_MEMORY -> 0xE6B800;
            case DUCKDB_FILE -> 0x8A6D00;
        });
    }
}
