package dev.wharf.bench.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wharf.bench.copy.Operation;
import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.DataFiles;
import dev.wharf.bench.data.DataSet;
import dev.wharf.bench.data.DataSets;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormsBenchmarkTest {
    @TempDir
    Path directory;

    private DataFile data() throws IOException {
        DataSet set = DataSets.named("lineitem");
        return DataFiles.ensure(set, set.smallestScale(), directory.resolve("data"));
    }

    @Test
    void everyHundredthRowIsBad() throws IOException {
        DataFile data = data();
        Path bad = directory.resolve("bad");
        FormFiles.make(Form.BAD_ROWS, data, bad);
        List<String> before = Files.readAllLines(data.path());
        List<String> after = Files.readAllLines(bad);
        assertEquals(before.size(), after.size());
        assertEquals(FormFiles.badRows(data.rows()), after.stream().filter(line -> line.startsWith("x")).count());
        for (int i = 0; i < before.size(); i++) {
            String expected = i > 0 && i % FormFiles.BAD_ROW_EVERY == 0 ? "x" + before.get(i).substring(1) : before.get(i);
            assertEquals(expected, after.get(i));
        }
    }

    @Test
    void latin1HasTheSameRowsWithAccents() throws IOException {
        DataFile data = data();
        Path latin1 = directory.resolve("latin1");
        FormFiles.make(Form.LATIN1, data, latin1);
        String text = Files.readString(data.path());
        int header = text.indexOf('\n');
        assertEquals(text.substring(0, header) + text.substring(header).replace('e', 'é'),
                Files.readString(latin1, StandardCharsets.ISO_8859_1));
    }

    @Test
    void gzipIsTheCsv() throws IOException {
        DataFile data = data();
        Path gzip = directory.resolve("gzip");
        FormFiles.make(Form.GZIP, data, gzip);
        try (InputStream in = new GZIPInputStream(Files.newInputStream(gzip))) {
            assertEquals(Files.readString(data.path()), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void statementsQuoteTwiceForAShell() {
        assertEquals("COPY t FROM PROGRAM 'cat ''/d/f''' (FORMAT csv, HEADER)", Form.PIPE.copyFrom("t", Path.of("/d/f"), true));
        assertEquals("COPY t FROM '/d/f' (FORMAT csv, HEADER)", Form.GZIP.copyFrom("t", Path.of("/d/f"), true));
    }

    /** Needs the launcher, which may build: not for every test run. */
    @Test
    @Tag("peers")
    void measuresEveryForm() throws IOException {
        Path home = Path.of("").toAbsolutePath().getParent();
        assumeTrue(Files.isExecutable(home.resolve("wharf")), "no launcher");
        FormsResults results = FormsBenchmark.run(new FormsBenchmark.Settings(home, directory, 1, 20_000, 1,
                List.of(Form.values()), true, false, new PrintStream(PrintStream.nullOutputStream())));
        String report = new FormsReport(results).markdown();
        assertTrue(results.trustworthy(), report);
        assertFalse(report.contains(directory.toString()), report);
        for (Form form : Form.values()) {
            assertEquals(1, results.seconds(form, true, Operation.COPY_FROM).length, form.name());
            assertEquals(form.writes() ? 1 : 0, results.seconds(form, true, Operation.COPY_TO).length, form.name());
        }
    }
}
