package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code wharf sniff} says of a file, and that {@code wharf load} then does the same. */
class SniffCommandTest {
    @TempDir
    private Path folder;
    private String out;
    private String err;

    private int wharf(String... args) {
        CommandRun run = CommandRun.of("", args);
        out = run.out();
        err = run.err();
        return run.exit();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("f.csv"), text);
    }

    @Test
    void whyEachColumnIsWhatItIs() throws IOException {
        Path csv = file("id;zip;name;seen;amount;at\n1;07;\"N;\nY\";2024-01-02;10.50;2024-01-02 10:00\n"
                + "2;27100;;;-3.25;x\n");
        assertEquals(0, wharf("sniff", csv.toString()), err);
        assertEquals("\"" + csv + "\", " + Files.size(csv) + """
                 bytes: looked at all 3 rows.
                Delimiter ';': with it 100 % of the rows have 6 fields.
                Quote '"': 1 field begins and ends with it.
                Escape '"': a quote inside quotes is doubled, COPY's default.
                A header: its first row has names, none of which could be a value of the columns below.

                 column |     type      | values | nulls |                       because                       |   for example
                --------+---------------+--------+-------+-----------------------------------------------------+------------------
                 id     | integer       |      2 |     0 | all are whole numbers                               | 1
                 zip    | text          |      2 |     0 | row 2: "07" as a number would lose its zero or sign | 07
                 name   | text          |      1 |     1 | row 2: "N; Y" is neither number nor date            | N; Y
                 seen   | date          |      1 |     1 | all are dates                                       | 2024-01-02
                 amount | numeric(15,2) |      2 |     0 | all have 2 decimals                                 | 10.50
                 at     | text          |      2 |     0 | row 3: "x" among timestamps                         | 2024-01-02 10:00
                """, out.substring(0, out.indexOf("\nTo load it so:")).replaceAll("(?m) +$", ""));
    }

    @Test
    void whatTheUserSaysIsSo() throws IOException {
        Path csv = file("1|a\n2|b\n");
        assertEquals(0, wharf("sniff", csv.toString(), "--delimiter", "|", "--header", "--text", "1"), err);
        assertTrue(out.contains("Delimiter '|', as you said.\nQuote '\"': no field is in quotes, and it is COPY's default.\n"),
                out);
        assertTrue(out.contains("\nA header: as you said.\n"), out);
        assertTrue(out.contains(" 1      | text |      1 |     0 | you said so"), out);
        assertTrue(out.contains("wharf load " + csv + " --delimiter '|' --header --text 1\n"), out);
        assertEquals(1, wharf("sniff", csv.toString(), "--text", "c"));
        assertTrue(err.contains("column \"c\" of --text is not in"), err);
    }

    @Test
    void rowsThatAreNotLikeTheOthersAreTold() throws IOException {
        assertEquals(0, wharf("sniff", file("1,2\n".repeat(20) + "1,2,3\n" + "4,5\n").toString()), err);
        assertTrue(out.contains("1 row without 2 fields, the first is row 21 with 3: COPY refuses it.\n"), out);
    }

    @Test
    void aValueCannotMoveTheCursor() throws IOException {
        assertEquals(0, wharf("sniff", file("\u001b[2J,\u0007\n").toString()), err);
        assertTrue(out.chars().noneMatch(c -> c < ' ' && c != '\n'), out);
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        assertEquals(0, wharf("sniff", "--json", file("a,b\n1,t\n,f\n").toString()), err);
        Map<?, ?> root = (Map<?, ?>) JsonParser.parse(out.strip());
        assertEquals(true, root.get("header"));
        assertEquals(",", root.get("delimiter"));
        List<?> columns = (List<?>) root.get("columns");
        assertEquals(Map.of("name", "a", "type", "integer", "values", 1L, "nulls", 1L, "because", "all are whole numbers",
                "example", "1"), columns.getFirst());
    }

    @Test
    void loadDoesWhatItSaid() throws IOException {
        Path csv = file("id,when,x\n1,2024-01-02 10:00:00+02,0.5\n2,2024-01-03 10:00:00+02,0.25\n");
        assertEquals(0, wharf("sniff", "--json", csv.toString()), err);
        StringBuilder types = new StringBuilder();
        for (Object column : (List<?>) ((Map<?, ?>) JsonParser.parse(out.strip())).get("columns")) {
            types.append(((Map<?, ?>) column).get("name")).append('|').append(((Map<?, ?>) column).get("type")).append('\n');
        }
        String data = folder.resolve("data").toString();
        assertEquals(0, wharf("load", "-D", data, csv.toString()), err);
        assertEquals(0, wharf("sql", "-D", data, "-At", "-c", "\\d f"), err);
        assertEquals(types.toString(), out.replaceAll("(?m)\\|[^|\n]*\\|[^|\n]*\\|[^|\n]*$", ""));
    }

    @Test
    void whatCannotBeSniffed() throws IOException {
        assertEquals(1, wharf("sniff", file("").toString()));
        assertTrue(err.startsWith("ERROR:  could not infer the columns of"), err);
        assertEquals(1, wharf("sniff", folder.resolve("none").toString()));
        assertTrue(err.contains("No such file or directory"), err);
    }
}
