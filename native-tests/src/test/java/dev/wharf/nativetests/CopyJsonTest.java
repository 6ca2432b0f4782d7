package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** FORMAT json: rows as PostgreSQL's row_to_json gives them; of FORCE_ARRAY's frame PostgreSQL 18 knows nothing. */
class CopyJsonTest extends CopyPairTest {
    private static final List<Mode> MODES = List.of(Mode.SERIAL, new Mode(3, true, 1 << 20), new Mode(2, false, 1 << 20));
    private static final Mode LOAD = new Mode(2, true, 500);

    private static void load(String csv) throws IOException, SQLException {
        pair.write(csv.getBytes(StandardCharsets.UTF_8));
        Outcome expected = pair.loadPostgres("", "");
        assertNull(expected.failure(), expected::toString);
        assertEquals(expected.toString(), pair.loadWharf("", "", LOAD).toString());
    }

    /** @param columns of a list, or empty for all */
    private static void same(String columns) throws IOException, SQLException {
        StringBuilder lines = new StringBuilder();
        StringBuilder array = new StringBuilder("[\n");
        String select = "SELECT row_to_json(whole)::text FROM (SELECT " + (columns.isEmpty() ? "*" : columns) + " FROM t) whole";
        try (Statement statement = pair.connection().createStatement(); ResultSet rows = statement.executeQuery(select)) {
            while (rows.next()) {
                array.append(lines.isEmpty() ? ' ' : ',').append(rows.getString(1)).append('\n');
                lines.append(rows.getString(1)).append('\n');
            }
        }
        String copy = "COPY t " + (columns.isEmpty() ? "" : "(" + columns + ")") + " TO ";
        Path out = temporary.resolve("out.json");
        for (Mode mode : MODES) {
            String[] options = {"(FORMAT json)", "(FORMAT json, FORCE_ARRAY)"};
            String[] expected = {lines.toString(), array + "]\n"};
            for (int i = 0; i < options.length; i++) {
                String sql = copy + "STDOUT " + options[i];
                assertEquals(expected[i], CopyPair.text(pair.copyOutWharf(sql, mode)), () -> sql + ", " + mode);
                for (String to : List.of("'" + out + "' ", "PROGRAM 'cat > " + out + "' ")) {
                    pair.wharf(copy + to + options[i]);
                    assertEquals(expected[i], Files.readString(out), () -> to + ", " + mode);
                }
            }
        }
    }

    @Test
    void everyType() throws IOException, SQLException {
        pair.createTable(CopyToTest.TYPES);
        load(CopyToTest.everyType(new Random(41), 300));
        same("");
        same("r, a, j");
    }

    @Test
    void oddNamesAndValues() throws IOException, SQLException {
        pair.createTable("\"a\"\"b\" text, \"\\\" interval, \"t\tn\" json, \"é \u0001\" jsonb, \"\u007f\" double precision, "
                + "n numeric, d date, ts timestamp, tz timestamptz, f real");
        load("\"a\"\"\\\b\f\n\r\t\u0001\u001f\u007f/é😀\",1 day -2:03,"
                + "\"{\"\"b\"\": 1,\n \"\"a\"\":[1e5]}\",\"{\"\"b\"\": 1, \"\"a\"\": 2.50}\","
                + "1e300,-0.50,2020-02-29,2020-02-29 01:02:03.5,2020-02-29 01:02:03.5+05,1e-7\n"
                + ",,,,,,,,,\n"
                + "\"\",-1 mon,null,null,NaN,NaN,infinity,infinity,-infinity,-0\n"
                + "x,0,\"\"\"\"\"\",\"[]\",-Infinity,-Infinity,"
                + "0044-03-15 BC,0044-03-15 00:00 BC,0044-03-15 12:00 BC,Infinity\n"
                + "x,0,1,1,Infinity,Infinity,"
                + "12345-01-01,12345-01-01,9999-12-31,-1.5e30\n");
        same("");
        same("\"\\\", \"a\"\"b\"");
    }

    @Test
    void arrays() throws IOException, SQLException {
        pair.createTable("a int[], b text[], c boolean[], d timestamptz[], e json[], f double precision[], g bytea[], "
                + "h char(3)[], i numeric(5,2)[], j jsonb[], k date[]");
        load("\"{1,NULL,-3}\",\"{a,NULL,\"\"NULL\"\",\"\"x,\\\"\"\\\\}{\"\",\"\"\"\"}\",\"{t,f,NULL}\","
                + "\"{2020-01-01 00:00+01,infinity}\","
                + "\"{\"\"{\\\"\"a\\\"\": [1, 2]}\"\",1}\",\"{1.5,NaN,-Infinity}\",\"{\"\"\\\\x00ff\"\"}\","
                + "\"{a,abc}\",\"{1.5,NULL,NaN}\","
                + "\"{\"\"{\\\"\"a\\\"\": [1, 2]}\"\",null}\",\"{2020-01-01,-infinity}\"\n"
                + "{},{},{},{},{},{},{},{},{},{},{}\n"
                + "\"[2:3][-1:0]={{1,2},{3,NULL}}\",\"{{{a},{b}},{{c},{d}}}\",,,,,,,,,\n");
        same("");
        assertArrayEquals(pair.copyOutPostgres("COPY t TO STDOUT (FORMAT binary)"),
                pair.copyOutWharf("COPY t TO STDOUT (FORMAT binary)", Mode.SERIAL));
    }

    @Test
    void manyBatchesAndNone() throws IOException, SQLException {
        pair.createTable("a int, b text");
        load("");
        same("");
        StringBuilder csv = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            csv.append(i).append(",\"x\"\"").append(i % 7).append("\"\n");
        }
        load(csv.toString());
        assertTrue(pair.manifest("t").batches().size() > 10, "many batches");
        pair.wharf("SET min_parallel_copy_size = 0");
        same("");
    }

    @Test
    void encoding() throws IOException, SQLException {
        pair.createTable("é text");
        load("ü\n");
        assertEquals("[\n {\"é\":\"ü\"}\n]\n", new String(pair.copyOutWharf(
                "COPY t TO STDOUT (FORMAT json, FORCE_ARRAY true, ENCODING 'LATIN1')", Mode.SERIAL),
                StandardCharsets.ISO_8859_1));
    }
}
