package dev.wharf.bench.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wharf.bench.data.DataSets;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole benchmark, tiny: the peers really run. */
class CopyBenchmarkTest {
    @TempDir
    Path directory;

    private CopyResults run(Path home, long rows, String... peers) throws IOException {
        return CopyBenchmark.run(new CopyBenchmark.Settings(home, directory.resolve("run"), 1, rows, 1,
                DataSets.ALL, List.of(peers), false, new PrintStream(PrintStream.nullOutputStream())));
    }

    private void check(CopyResults results, int contenders, int writers) throws IOException {
        assertTrue(results.trustworthy(), () -> new CopyReport(results).markdown(List.of()));
        int sets = DataSets.ALL.size();
        assertEquals(sets * (contenders + writers), results.samples().size());
        assertEquals(sets * writers, results.checks().size());
        for (CopyResults.Check check : results.checks()) {
            System.out.printf("%s, %s: %d bytes, CRC-32C %08x, %s%n", check.file().set().name(),
                    check.contender().label(), check.written().bytes(), check.written().crc32c(), check.verdict());
        }
        String report = new CopyReport(results).markdown(List.of());
        assertFalse(report.contains(directory.toString()), report);
        assertFalse(report.contains(InetAddress.getLocalHost().getHostName()), report);
        try (Stream<Path> left = Files.list(directory.resolve("run"))) {
            assertEquals(List.of("data"), left.map(path -> path.getFileName().toString()).toList());
        }
    }

    /** One for bytes: what DuckDB and the generators agree on is read and written by DuckDB without a change. */
    @Test
    void measuresDuckDb() throws IOException {
        CopyResults results = run(directory, 500, "duckdb");
        assumeTrue(results.remarks().stream().noneMatch(line -> line.startsWith("DuckDB is not measured")),
                () -> String.join("; ", results.remarks()));
        check(results, 2, 2);
        for (CopyResults.Check check : results.checks()) {
            if (!check.file().set().name().equals("wide")) {
                assertEquals(check.file().fingerprint(), check.written(), check.file().set().name());
            }
        }
    }

    /** The oracle for the generators: what PostgreSQL writes of their rows is what they wrote. */
    @Test
    void measuresPostgres() throws IOException {
        CopyResults results = run(directory, 500, "postgres");
        assumeTrue(results.remarks().stream().noneMatch(line -> line.startsWith("PostgreSQL is not measured")),
                () -> String.join("; ", results.remarks()));
        check(results, 2, 1);
    }

    /** Needs the launcher, which may build: not for every test run. */
    @Test
    @Tag("peers")
    void measuresWharf() throws IOException {
        Path home = Path.of("").toAbsolutePath().getParent();
        assumeTrue(Files.isExecutable(home.resolve("wharf")), "no launcher");
        check(run(home, 20_000), 4, 2);
    }
}
