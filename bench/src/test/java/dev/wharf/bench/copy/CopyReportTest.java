package dev.wharf.bench.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.bench.Environment;
import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.DataSet;
import dev.wharf.bench.data.DataSets;
import dev.wharf.bench.data.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyReportTest {
    @TempDir
    Path directory;

    private final Fingerprint input = new Fingerprint(1_000_000_000, 0xABCDEF01L, 7);
    private DataFile file;
    private CopyResults results;

    @BeforeEach
    void results() {
        DataSet set = DataSets.named("lineitem");
        file = new DataFile(set, 1, directory.resolve("x.csv"), List.of(), 1000, input);
        results = new CopyResults(new Environment(Map.of("CPU", "a fast one")), 1, 3);
        samples(Contender.WHARF_WARM, Operation.COPY_FROM, 1.0, 0.5, 2.0);
        samples(Contender.WHARF_WARM_UNLOGGED, Operation.COPY_FROM, 0.8, 0.8, 0.8);
        samples(Contender.WHARF_COLD_UNLOGGED, Operation.COPY_FROM, 2.0, 2.0, 2.0);
        samples(Contender.WHARF_WARM, Operation.COPY_TO, 0.5, 0.5, 0.5);
        samples(Contender.POSTGRES, Operation.COPY_FROM, 10, 12, 11);
        samples(Contender.POSTGRES, Operation.COPY_TO, 9, 9, 9);
        samples(Contender.DUCKDB_FILE, Operation.COPY_FROM, 8, 8, 8);
    }

    private void samples(Contender contender, Operation operation, double... seconds) {
        for (int round = 1; round <= seconds.length; round++) {
            results.add(new CopyResults.Sample(file, contender, operation, round, seconds[round - 1],
                    file.bytes()));
        }
    }

    @Test
    void comparesDurableWithDurableAndUnloggedWithUnlogged() {
        String table = new CopyReport(results).table();
        assertTrue(table.contains(
                "| lineitem | COPY FROM | Wharf, warm pool | 1.000 | 0.500 | 2.000 | 1000 |  |  |"), table);
        assertTrue(table.contains("| lineitem | COPY FROM | PostgreSQL, unlogged | 11.000 | 10.000 | 12.000 | 91 "
                + "| 13.75 × | 5.50 × |"), table);
        assertTrue(table.contains("| lineitem | COPY FROM | DuckDB, to its file | 8.000 | 8.000 | 8.000 | 125 "
                + "| 8.00 × |  |"), table);
        assertEquals(2 + 7, table.lines().count());
    }

    @Test
    void saysWhichBarsAreMet() {
        String bars = new CopyReport(results).bars();
        assertTrue(bars.contains("against PostgreSQL | 10 × | 20 × | 13.75 × | met |"), bars);
        assertTrue(bars.contains("against DuckDB to its file | 4 × | 10 × | 8.00 × | met |"), bars);
        assertTrue(bars.contains("| COPY FROM, cold command, against PostgreSQL | 6 × | 12 × | 5.50 × | MISSED |"),
                bars);
        assertTrue(bars.contains("| COPY TO, warm pool, against PostgreSQL | 5 × | 15 × | 18.00 × | goal met |"),
                bars);
        assertFalse(bars.contains("another scale"), bars);
    }

    @Test
    void trustsOnlyWhatCameBackRight() {
        results.add(new CopyResults.Check(file, Contender.WHARF_WARM, input));
        Fingerprint turned = new Fingerprint(input.bytes(), 1, input.rowSum());
        results.add(new CopyResults.Check(file, Contender.POSTGRES, turned));
        results.add(new CopyResults.Check(file, Contender.DUCKDB_FILE, new Fingerprint(1, 1, 1)));
        assertTrue(results.trustworthy());
        results.add(new CopyResults.Check(file, Contender.WHARF_COLD, turned));
        assertFalse(results.trustworthy());
        String report = new CopyReport(results).markdown(List.of());
        assertTrue(report.contains("| lineitem | Wharf, cold command | 1000000000 | 00000001 "
                + "| WRONG: the input's rows, in another order |"), report);
        assertTrue(report.contains("| lineitem | Wharf, warm pool | 1000000000 | abcdef01 | the input's bytes |"),
                report);
    }

    @Test
    void writesItsFiles() throws IOException {
        results.failure("lineitem, DuckDB: failed");
        List<String> files = new CopyReport(results).write(directory.resolve("reports"));
        assertEquals(List.of("copy.md", "copy.csv", "copy-from.svg", "copy-to.svg"), files);
        String markdown = Files.readString(directory.resolve("reports/copy.md"));
        assertTrue(markdown.contains("- CPU: a fast one") && markdown.contains("- lineitem, DuckDB: failed"),
                markdown);
        assertFalse(results.trustworthy());
        List<String> csv = Files.readAllLines(directory.resolve("reports/copy.csv"));
        assertEquals(1 + results.samples().size(), csv.size());
        assertEquals("lineitem,copy_from,wharf_warm,true,2,0.500000,1000,1000000000", csv.get(2));
        assertTrue(Files.readString(directory.resolve("reports/copy-from.svg")).contains("</svg>"));
    }
}
