package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ON_ERROR ignore leaves out the rows that PostgreSQL leaves out, says so in its words, with its line numbers and in the file's
 * order, and ends at its row, however the file is cut into tasks.
 */
class CopyOnErrorTest extends CopyPairTest {
    private static final String TABLE = "a int, b text NOT NULL, c varchar(3)";
    private static final List<String> GOOD = List.of("1,a,b", "2,\"x\n\ny\",\"\"\"\"", "3,\"\",x", "4,é€,", "5,z,\"p\nq\"");

    private static final List<String> OPTIONS = List.of(", LOG_VERBOSITY verbose", ", REJECT_LIMIT 1, LOG_VERBOSITY verbose",
            ", HEADER, LOG_VERBOSITY verbose", "", ", LOG_VERBOSITY silent");

    record Case(String name, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Rows that are left out, planted among good ones; and rows that end the load all the same. */
    static Stream<Case> plantedRows() {
        String[][] rows = {{"bad integer", "x,a,b"}, {"integer out of range", "2147483648,a,b"}, {"empty value", "\"\",a,b"},
            {"too long", "1,a,bcde"}, {"too few columns behind it", "x"}, {"a NULL behind it", "x,,b"},
            {"two bad values", "x,a,bcde"}, {"quoted line ends", "\"x\n\ny\",\"\n\",b"}, {"quotes", "\"x\"\"y\",a,b"},
            {"a long value", "é".repeat(120) + ",a,b"}, {"a value of 100 bytes", "é".repeat(50) + ",a,b"},
            {"two rows", "x,a,b\n1,a,bcde"}, {"a row between", "x,a,b\n6,a,b\n1,a,bcde"},
            {"many rows", "x,a,b\n".repeat(40) + "y,a,b"},
            {"too many columns", "x,a,b,c"}, {"too few columns", "1,a"}, {"a NULL", "1,,b"}, {"NULL before", "1,,bcde"},
            {"an open quote", "x,\"a,b"}, {"invalid UTF-8", "1,\u00ff,b"}, {"invalid UTF-8 behind it", "x,\u00ff,b"},
            {"bad row, good row, then a NULL", "x,a,b\n6,a,b\n1,,b"}};
        return Stream.of(rows).map(row -> new Case(row[0], row[1]));
    }

    @ParameterizedTest
    @MethodSource("plantedRows")
    void plantedRow(Case planted) throws IOException, SQLException {
        pair.createTable(TABLE);
        int n = 0;
        for (String eol : List.of("\n", "\r\n", "\r")) {
            for (int at = 0; at <= GOOD.size(); at += eol.equals("\n") ? 1 : 5) {
                List<String> rows = new ArrayList<>(GOOD);
                rows.add(at, planted.text);
                String text = String.join("\n", rows).replace("\n", eol);
                alike(OPTIONS.get(n % OPTIONS.size()), text + eol, n++);
                if (at == GOOD.size()) {
                    alike(OPTIONS.getFirst(), text, n++);
                }
            }
        }
    }

    /** Loads a text with and without small tasks; its bytes are the UTF-8 of its characters, but U+00FF is the byte 0xFF. */
    private static void alike(String options, String text, int n) throws IOException, SQLException {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        data = new String(data, StandardCharsets.ISO_8859_1).replace("\u00c3\u00bf", "\u00ff")
                .getBytes(StandardCharsets.ISO_8859_1);
        String all = "ON_ERROR ignore" + options;
        pair.write(data);
        Outcome expected = withoutLeftovers(pair.loadPostgres("", all));
        int large = 2 + n % Math.max(1, data.length - 1);
        for (Mode mode : List.of(Mode.SERIAL, new Mode(1 + n % WORKERS, n % 2 == 0, 1),
                new Mode(2, false, n % 3 == 0 ? large : 1 + n % 11))) {
            assertEquals(expected.toString(), withoutLeftovers(pair.loadWharf("", all, mode)).toString(),
                    () -> text + "\n" + options + ", " + mode);
        }
    }

    /**
     * Right behind a row that it left out, PostgreSQL's CONTEXT of a line that cannot be split still names that row's column,
     * with whatever now lies where its value was: there, only the line is compared.
     */
    private static Outcome withoutLeftovers(Outcome outcome) {
        PostgresOracle.Failure e = outcome.failure();
        boolean unsplit = e != null && (e.sqlState().equals("22P04") || e.sqlState().equals("22021"));
        return !unsplit ? outcome : new Outcome(outcome.tag(), outcome.table(),
                new PostgresOracle.Failure(e.sqlState(), e.message(), e.detail(), e.hint(),
                        e.context().replaceFirst("(?s)(, line \\d+).*", "$1"), e.position()), outcome.notices());
    }

    static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    /** Files of many kinds of rows, with blocks of some thousands of rows and tasks of all sizes. */
    @ParameterizedTest
    @MethodSource("seeds")
    void randomFile(int seed) throws IOException, SQLException {
        Random random = new Random(seed);
        pair.createTable("a int, b numeric(5,2), c boolean, d text, e date, f varchar(4), g bigint");
        String[] eols = {"\n", "\r\n", "\r"};
        String eol = eols[random.nextInt(3)];
        boolean quoted = random.nextBoolean();
        int oneIn = 1 << random.nextInt(9);
        StringBuilder text = new StringBuilder();
        boolean header = random.nextBoolean();
        if (header) {
            text.append("a,b,c,\"d").append(random.nextBoolean() ? "\n" : "").append("\",e,f,g").append(eol);
        }
        int rows = 1 + random.nextInt(seed % 4 == 0 ? 20_000 : 300);
        for (int r = 0; r < rows; r++) {
            String row = random.nextInt(4 * oneIn) == 0 ? "# too few, but bad before that" : row(random, oneIn, quoted);
            text.append(row).append(r < rows - 1 || random.nextBoolean() ? eol : "");
        }
        String options = "ON_ERROR ignore, LOG_VERBOSITY " + (random.nextInt(4) == 0 ? "default" : "verbose")
                + (header ? ", HEADER" : "") + (random.nextInt(3) == 0 ? ", REJECT_LIMIT " + (1 + random.nextInt(rows)) : "");
        pair.write(text.toString().getBytes(StandardCharsets.UTF_8));
        Outcome expected = pair.loadPostgres("", options);
        int bytes = text.length();
        for (Mode mode : List.of(Mode.SERIAL, new Mode(2, true, 1 + bytes / 7), new Mode(WORKERS, false, 1 + bytes / 50),
                new Mode(1, random.nextBoolean(), Math.max(1, bytes / 400)))) {
            loadsAlike(expected, "", options, mode, () -> "seed " + seed + ": " + options);
        }
    }

    private static String row(Random random, int oneIn, boolean quoted) {
        String[] values = {Integer.toString(random.nextInt()), random.nextInt(999) + "." + random.nextInt(10),
            random.nextBoolean() ? "t" : "false", "text " + random.nextInt(1000), "20" + (10 + random.nextInt(90)) + "-01-15",
            "ab", Long.toString(random.nextLong())};
        if (random.nextInt(oneIn) == 0) {
            String[] bad = {"x", "1e9", "maybe", "any text is good", "2020-02-30", "abcde", "99999999999999999999"};
            for (int n = random.nextInt(3); n >= 0; n--) {
                int i = random.nextInt(values.length);
                values[i] = bad[i];
            }
        }
        for (int i = 0; i < values.length; i++) {
            if (random.nextInt(6) == 0) {
                values[i] = "";
            } else if (quoted && random.nextInt(8) == 0) {
                values[i] = "\"" + values[i] + (i == 3 && random.nextBoolean() ? "\n\r\n\"\"é" : "") + "\"";
            }
        }
        return String.join(",", values);
    }

    @Test
    void allRowsAreBad() throws IOException, SQLException {
        pair.createTable(TABLE);
        for (String row : List.of("x,a,b\n", "x\n", "\"\n\",\"\",x\n")) {
            for (String options : List.of("LOG_VERBOSITY verbose", "REJECT_LIMIT 2000",
                    "REJECT_LIMIT 1999, LOG_VERBOSITY verbose")) {
                pair.write(row.repeat(2000).getBytes(StandardCharsets.UTF_8));
                Outcome expected = pair.loadPostgres("", "ON_ERROR ignore, " + options);
                assertEquals("", expected.table());
                for (Mode mode : List.of(Mode.SERIAL, new Mode(2, true, 1000), new Mode(WORKERS, false, 64),
                        new Mode(1, false, 5000))) {
                    loadsAlike(expected, "", "ON_ERROR ignore, " + options, mode, () -> row + options);
                }
            }
        }
    }

    @Test
    void rejectLimitEndsAtTheSameRow() throws IOException, SQLException {
        pair.createTable(TABLE);
        String text = "1,\"\n\",b\nx,a,b\n2,a,b\n".repeat(60);
        pair.write(text.getBytes(StandardCharsets.UTF_8));
        for (int limit = 1; limit < 60; limit += limit < 5 ? 1 : 11) {
            String options = "ON_ERROR ignore, REJECT_LIMIT " + limit;
            Outcome expected = pair.loadPostgres("", options);
            assertNotNull(expected.failure());
            for (Mode mode : List.of(Mode.SERIAL, new Mode(WORKERS, true, 10), new Mode(2, false, 100))) {
                loadsAlike(expected, "", options, mode, () -> options);
            }
        }
        assertNull(pair.loadWharf("", "ON_ERROR ignore, REJECT_LIMIT 60", Mode.SERIAL).failure());
    }

    /** PostgreSQL 19's, so 18 does it by hand: a value that is no valid input is NULL. */
    @ParameterizedTest
    @MethodSource("seeds")
    void setNull(int seed) throws IOException, SQLException {
        Random random = new Random(seed);
        List<String> names = List.of("a", "b", "c", "d", "e", "f", "g");
        List<String> types = List.of("integer", "numeric(5,2)", "boolean", "text", "date", "varchar(4)", "bigint");
        pair.createTable(String.join(", ", IntStream.range(0, 7).mapToObj(i -> names.get(i) + " " + types.get(i)).toList()));
        boolean quoted = random.nextBoolean();
        int oneIn = 1 << random.nextInt(7);
        int rows = 1 + random.nextInt(seed % 8 == 0 ? 9000 : 300);
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows; r++) {
            text.append(row(random, oneIn, quoted)).append("\n");
        }
        pair.write(text.toString().getBytes(StandardCharsets.UTF_8));
        pair.postgres("DROP TABLE IF EXISTS raw; CREATE UNLOGGED TABLE raw (n serial, a text, b text, c text, d text, e text, "
                + "f text, g text); COPY raw (a, b, c, d, e, f, g) FROM '" + pair.file() + "' (FORMAT csv)");
        List<String> values = IntStream.range(0, 7).mapToObj(i -> "CASE WHEN pg_input_is_valid(" + names.get(i) + ", '"
                + types.get(i) + "') THEN " + names.get(i) + "::" + types.get(i) + " END").toList();
        String table = CopyPair.text(pair.copyOutPostgres("COPY (SELECT " + String.join(", ", values)
                + " FROM raw ORDER BY n) TO STDOUT (FORMAT csv, NULL 'nil')"));
        // Without quotes a row is a line
        String options = "ON_ERROR set_null, LOG_VERBOSITY " + (quoted ? "default" : "verbose");
        List<String> notices = setNullNotices(names, types, quoted);
        Outcome expected = new Outcome("COPY " + rows, table, null, notices);
        for (Mode mode : List.of(Mode.SERIAL, new Mode(2, true, 1 + text.length() / 9),
                new Mode(WORKERS, false, 1 + text.length() / 90))) {
            loadsAlike(expected, "", options, mode, () -> "seed " + seed + ": " + options);
        }
    }

    private static List<String> setNullNotices(List<String> names, List<String> types, boolean summaryOnly) throws SQLException {
        List<String> values = IntStream.range(0, 7).mapToObj(i -> "(" + i + ", '" + names.get(i) + "', " + names.get(i) + ", '"
                + types.get(i) + "')").toList();
        String invalid = "(SELECT n, i, name, value FROM raw, LATERAL (VALUES " + String.join(", ", values)
                + ") AS v (i, name, value, type) WHERE NOT pg_input_is_valid(value, type)) AS invalid";
        String lines = CopyPair.text(pair.copyOutPostgres("COPY (SELECT 'NOTICE 00000: setting to null due to data type "
                + "incompatibility at line ' || n || ' for column \"' || name || '\": \"' || value || '\" CONTEXT: COPY t' FROM "
                + invalid + " ORDER BY n, i) TO STDOUT"));
        long rows = Long.parseLong(CopyPair.text(pair.copyOutPostgres("COPY (SELECT count(DISTINCT n) FROM " + invalid
                + ") TO STDOUT")).strip());
        List<String> notices = new ArrayList<>(summaryOnly ? List.of() : lines.lines().toList());
        if (rows > 0) {
            notices.add("NOTICE 00000: in " + rows + (rows == 1 ? " row" : " rows")
                    + ", columns were set to null due to data type incompatibility");
        }
        return notices;
    }

    @Test
    void setNullKeepsNotNull() throws IOException, SQLException {
        pair.createTable("a int NOT NULL, b int");
        pair.write("0,0\n1,\"x\ny\"\n2,\n3,y\nz,4\n5,5\n".getBytes(StandardCharsets.UTF_8));
        for (Mode mode : List.of(Mode.SERIAL, new Mode(2, false, 1), new Mode(1, true, 6))) {
            Outcome outcome = pair.loadWharf("", "ON_ERROR set_null, LOG_VERBOSITY verbose", mode);
            assertEquals(new PostgresOracle.Failure("23502",
                    "null value in column \"a\" of relation \"t\" violates not-null constraint",
                    "Failing row contains (null, 4).", null, "COPY t, line 6: \"z,4\"", 0), outcome.failure(), mode::toString);
            String notice = "NOTICE 00000: setting to null due to data type incompatibility at line ";
            assertEquals(List.of(notice + "3 for column \"b\": \"x\ny\" CONTEXT: COPY t",
                    notice + "5 for column \"b\": \"y\" CONTEXT: COPY t"), outcome.notices(), mode::toString);
        }
    }
}
