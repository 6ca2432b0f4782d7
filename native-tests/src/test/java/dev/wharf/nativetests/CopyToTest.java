package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.copy.CopyResult;
import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** COPY TO writes PostgreSQL's bytes for the same rows, alone or with workers, and gives a canonical file back as it was. */
class CopyToTest extends CopyPairTest {
    static final String TYPES = "a smallint, b integer, c bigint, d numeric(15,2), e numeric(38,10), f numeric, g real, "
            + "h double precision, i boolean, j text, k varchar(10), l char(5), m bytea, n date, o time, "
            + "p timestamp, q timestamptz, r uuid";
    private static final String COLUMNS = "abcdefghijklmnopqr";
    private static final Mode LOAD = new Mode(2, true, 500);
    private static final List<Mode> MODES = List.of(Mode.SERIAL, new Mode(1, true, 1 << 20), new Mode(2, false, 1 << 20),
            new Mode(3, true, 1 << 20));

    static Stream<String> options() {
        return Stream.of("", "HEADER", "DELIMITER '|'", "DELIMITER E'\\t', HEADER", "QUOTE ''''", "ESCAPE '\\'", "NULL 'NULL'",
                "NULL '\\N'",
                "NULL '1'", "NULL 'a', HEADER", "DELIMITER '-'", "DELIMITER '0'", "QUOTE '1'",
                "DELIMITER ':', QUOTE '5', ESCAPE '7'",
                "NULL 't'", "NULL 'x', ESCAPE 'x'", "DELIMITER '.'", "QUOTE '-', NULL '2020'", "DELIMITER ' '", "NULL ' '",
                "ESCAPE '\\', NULL '\\.'", "FORMAT text", "FORMAT text, HEADER", "FORMAT text, DELIMITER '|', NULL ''",
                "FORMAT text, DELIMITER '-'", "FORMAT text, DELIMITER ' ', NULL 'NULL'", "FORMAT text, DELIMITER 'C'",
                "FORMAT text, DELIMITER E'\\b', NULL '1', HEADER", "FORMAT text, DELIMITER ','");
    }

    @ParameterizedTest
    @MethodSource("options")
    void everyType(String options) throws IOException, SQLException {
        pair.createTable(TYPES);
        load(everyType(new Random(21), 300), "");
        for (String columns : List.of("", "(r, a, j)", "(j)", "(a)", "(d)", "(n)", "(i)", "(h, g)", "(l, k)", "(p, q, o)",
                "(m)", "(f)")) {
            same("COPY t " + columns + " TO STDOUT " + CopyPair.with(options));
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void roundTrip(String options) throws IOException, SQLException {
        pair.createTable(TYPES);
        load(everyType(new Random(22), 200), "");
        String with = " " + CopyPair.with(options);
        byte[] canonical = pair.copyOutPostgres("COPY t TO STDOUT" + with);
        pair.write(canonical);
        Path out = temporary.resolve("out.csv");
        for (Mode mode : MODES) {
            Outcome loaded = pair.loadWharf("", options, new Mode(mode.workers(), mode.leaderParticipation(), 997));
            assertEquals("COPY 200", loaded.tag(), loaded::toString);
            assertArrayEquals(canonical, pair.copyOutWharf("COPY t TO STDOUT" + with, mode), mode::toString);
            pair.wharf("COPY t TO '" + out + "'" + with);
            assertArrayEquals(canonical, Files.readAllBytes(out), mode::toString);
            pair.wharf("COPY t TO '" + out + "'" + with);
            assertArrayEquals(canonical, Files.readAllBytes(out), () -> "replaced, " + mode);
        }
    }

    static Stream<String> forcedOptions() {
        return Stream.of("", "HEADER, ", "DELIMITER '|', NULL 'NULL', ", "QUOTE '''', ESCAPE '\\', ", "ESCAPE '1', ",
                "ESCAPE '-', HEADER, ", "QUOTE '0', NULL '', ");
    }

    @ParameterizedTest
    @MethodSource("forcedOptions")
    void forceQuote(String options) throws IOException, SQLException {
        pair.createTable(TYPES);
        load(everyType(new Random(23), 200), "");
        for (String columns : List.of("*", "(a, c, d, j, k, l)", "(e, f, g, h, i)", "(r, n)", "(m, o, p, q)")) {
            same("COPY t TO STDOUT (FORMAT csv, " + options + "FORCE_QUOTE " + columns + ")");
        }
        same("COPY t (n, b, j) TO STDOUT (FORMAT csv, " + options + "FORCE_QUOTE (j, n))");
        same("COPY t (r) TO STDOUT (FORMAT csv, " + options + "FORCE_QUOTE *)");
        same("COPY t TO STDOUT CSV FORCE QUOTE a, \"j\"");
    }

    /** Without a FORMAT, and the old spellings of it. */
    @Test
    void formatByDefault() throws IOException, SQLException {
        pair.createTable("a int, b text");
        load("1,x\n2,\n,\"a\tb\\c\"\n", "");
        for (String with : List.of("", "WITH DELIMITER '|' NULL AS ''", "USING DELIMITERS ','", "DELIMITER AS E'\\x01'",
                "(HEADER)",
                "(DELIMITER '|')", "NULL ''")) {
            same("COPY t TO STDOUT " + with);
            Path out = temporary.resolve("default");
            pair.wharf("COPY t TO '" + out + "' " + with);
            byte[] written = Files.readAllBytes(out);
            pair.wharf("TRUNCATE t; COPY t FROM '" + out + "' " + with + "; COPY t TO '" + out + "' " + with);
            assertArrayEquals(written, Files.readAllBytes(out), with);
        }
    }

    /** Names that a header must quote, and a table whose only column is one of them. */
    @Test
    void header() throws IOException, SQLException {
        pair.createTable("\"a,b\" text, \"c\"\"d\" text, \"E\" text, \"\\.\" text, \"é\" text, nil text");
        load("1,2,3,4,5,6\n", "");
        for (String options : List.of("HEADER", "HEADER, NULL 'nil'", "HEADER, QUOTE '''', ESCAPE 'd'", "HEADER false",
                "HEADER, DELIMITER '.'", "FORMAT text, HEADER", "FORMAT text, HEADER, DELIMITER ',', NULL 'nil'")) {
            for (String columns : List.of("", "(\"\\.\")", "(nil)", "(\"é\", \"E\")", "(\"a,b\")")) {
                same("COPY t " + columns + " TO STDOUT " + CopyPair.with(options));
            }
        }
    }

    /** Values that only a lone column's rule quotes, or that look like NULL. */
    @Test
    void oneColumn() throws IOException, SQLException {
        pair.createTable("a text");
        load("\\.\n\"\"\n\nx\n\"\\..\"\n\"\\\"\n\"a\nb\"\n\"\r\"\n\" \"\nNULL\n", "");
        for (String options : List.of("", "NULL 'NULL'", "NULL '\\.'", "NULL ' '", "ESCAPE '\\'", "QUOTE '.'", "DELIMITER '\\'",
                "NULL 'x', HEADER", "FORMAT text", "FORMAT text, NULL ''", "FORMAT text, DELIMITER '\"'")) {
            same("COPY t TO STDOUT " + CopyPair.with(options));
        }
    }

    @Test
    void emptyTable() throws IOException, SQLException {
        pair.createTable("a int, b text");
        load("", "");
        same("COPY t TO STDOUT (FORMAT csv)");
        same("COPY t TO STDOUT (FORMAT csv, HEADER)");
        Path out = temporary.resolve("empty.csv");
        pair.wharf("COPY t TO '" + out + "' (FORMAT csv)");
        assertEquals(0, Files.size(out));
    }

    /** Values far longer than their text: the batches stay of a size that offsets can hold. */
    @Test
    void valuesThatGrow() throws IOException {
        pair.wharf("SET client_min_messages = error; DROP TABLE IF EXISTS t; CREATE UNLOGGED TABLE t (a char(1000000), b int)");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            text.append('x').append(i).append(',').append(i).append('\n');
        }
        pair.write(text.toString().getBytes(StandardCharsets.UTF_8));
        pair.set(Mode.SERIAL);
        pair.wharf("COPY t FROM '" + pair.file() + "' (FORMAT csv)");
        assertEquals(400, pair.lastCopy().rows());
        byte[] numbers = pair.copyOutWharf("COPY t (b) TO STDOUT (FORMAT csv)", Mode.SERIAL);
        int batches = pair.lastCopy().processes().stream().mapToInt(CopyResult.ProcessShare::tasks).sum();
        assertTrue(batches >= 4, batches + " batches");
        assertArrayEquals(text.toString().replaceAll("x\\d+,", "").getBytes(StandardCharsets.UTF_8), numbers);
        pair.wharf("DROP TABLE t");
    }

    private static void load(String text, String options) throws IOException, SQLException {
        pair.write(text.getBytes(StandardCharsets.UTF_8));
        Outcome expected = pair.loadPostgres("", options);
        assertNull(expected.failure(), expected::toString);
        assertEquals(expected.toString(), pair.loadWharf("", options, LOAD).toString());
    }

    private static void same(String sql) throws SQLException {
        byte[] expected = pair.copyOutPostgres(sql);
        for (Mode mode : MODES) {
            assertEquals(CopyPair.text(expected), CopyPair.text(pair.copyOutWharf(sql, mode)), () -> sql + ", " + mode);
        }
    }

    /** Rows of all types, a tenth of the values NULL, every special character and value now and then. */
    static String everyType(Random random, int rows) {
        String[][] odd = {{"0", "-32768", "32767", "1"}, {"-2147483648", "2147483647", "10", "5"}, {"-9223372036854775808",
                "9223372036854775807", "0"},
            {"0.00", "-0.01", "9999999999999.99", "1", "1.5"}, {"NaN", "-9999999999999999999999999999.9999999999",
            "0.0000000001", "9223372036854775807"},
            {"NaN", "Infinity", "1e50", "0.000", "-12345678901234567890.123"}, {"NaN", "-Infinity", "1.5", "1e-10",
            "3.4028235e38"},
            {"Infinity", "0.1", "1e300", "-0", "123456789"}, {"t", "f"},
            {"", "\\.", "a", "1", "NULL", " ", "it's", "\"\"", "\"quo\"\"ted\"", "\"a,b\"", "\"a|b\tc\"", "\"line\nbreak\"",
            "\"cr\r\"", "é€😀", "\\", "\\N", "2020", "x\\\\y"},
            {"", "abc", "\"\"\"\"", "é", "5.7"}, {"ab", "é", "\"\"", "12345", "a"}, {"\\x", "\\x00ff22", "abc"},
            {"2020-02-29", "infinity", "-infinity", "0044-03-15 BC", "10000-01-01", "0001-01-01", "9999-12-31"},
            {"00:00:00", "24:00:00", "12:34:56.789", "23:59:59.999999"}, {"2020-01-02 03:04:05.6", "infinity",
            "0044-03-15 10:00:00 BC", "12345-01-01 00:00:00"},
            {"2020-01-02 03:04:05.6+05:30", "-infinity", "1969-12-31 23:59:59.5+00"}, {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "00000000-0000-0000-0000-000000000000"}};
        List<String> lines = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
            List<String> values = new ArrayList<>();
            for (int c = 0; c < COLUMNS.length(); c++) {
                values.add(random.nextInt(10) == 0 ? "" : odd[c][random.nextInt(odd[c].length)]);
            }
            lines.add(String.join(",", values) + "\n");
        }
        return String.join("", lines);
    }
}
