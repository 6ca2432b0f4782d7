package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** REJECT_FILE holds each row that was left out, in the file's order, with PostgreSQL's error for it; or it is not there. */
class RejectFileTest extends CopyPairTest {
    private static final String[] TYPES = {"integer", "numeric(5,2)", "varchar(3)", "date", "text", "boolean", "bytea"};
    private static final String[] GOOD = {"7", "1.5", "abc", "2020-02-29", "any", "t", "\\x00"};
    private static final String[][] BAD = {{"x\"y", "99999999999", ""}, {"1e9", "1,5", "\n"}, {"abcd", "é€😀 x"},
        {"2020-02-30", "to morrow", "999999999-01-01"}, {}, {"maybe", "t\r\nf"}, {"\\x0", "\\xzz"}};
    private static final String OPTIONS = "ON_ERROR ignore, LOG_VERBOSITY silent";

    private Path rejects;

    /** The rows of a reject file as they should be: the header, then one string a row. */
    private final List<String> expected = new ArrayList<>();

    @BeforeEach
    void name() throws SQLException {
        rejects = temporary.resolve("rejects.csv");
        pair.createTable("a integer, b numeric(5,2), \"c,\"\"d\" varchar(3), d date, e text, f boolean, g bytea");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        Files.deleteIfExists(rejects);
        try (var files = Files.list(temporary)) {
            assertEquals(List.of(), files.map(file -> file.getFileName().toString()).filter(n -> n.contains("reject")).toList());
        }
    }

    private String options() {
        return OPTIONS + ", REJECT_FILE '" + rejects + "'";
    }

    private byte[] file(Random random, int rows, int oneIn, String eol) throws SQLException {
        StringBuilder text = new StringBuilder();
        expected.clear();
        expected.add("line,byte,column,sqlstate,message,row\n");
        long offset = 0;
        int lines = 0;
        String[] names = {"a", "b", "c,\"d", "d", "e", "f", "g"};
        try (PreparedStatement info = pair.connection().prepareStatement(
                "SELECT sql_error_code, message FROM pg_input_error_info(?, ?)")) {
            for (int r = 0; r < rows; r++) {
                // How a first row's own line ends are counted is CopyOnErrorTest's business
                int bad = r > 0 && random.nextInt(oneIn) == 0 ? random.nextInt(TYPES.length) : 4;
                String[] values = GOOD.clone();
                if (bad != 4) {
                    values[bad] = BAD[bad][random.nextInt(BAD[bad].length)];
                    // A second one, of which nothing is said
                    values[5] = random.nextBoolean() && bad < 5 ? "perhaps" : values[5];
                } else if (r > 0 && random.nextInt(3) == 0) {
                    values[4] = "two\r\n\n\"lines\"";
                }
                String row = row(values);
                String counted = eol.equals("\n") ? "\n" : "\r";
                lines += 1 + (int) row.chars().filter(c -> c == counted.charAt(0)).count();
                if (bad != 4) {
                    info.setString(1, values[bad]);
                    info.setString(2, TYPES[bad]);
                    try (ResultSet error = info.executeQuery()) {
                        error.next();
                        assertNotNull(error.getString(1), values[bad]);
                        expected.add(lines + "," + offset + "," + quoted(names[bad]) + "," + error.getString(1) + ","
                                + quoted(error.getString(2)) + "," + quoted(row) + "\n");
                    }
                }
                row += r < rows - 1 || random.nextBoolean() ? eol : "";
                text.append(row);
                offset += row.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String row(String[] values) {
        StringBuilder row = new StringBuilder();
        for (String value : values) {
            boolean plain = !value.isEmpty() && value.chars().noneMatch(c -> "\",\r\n".indexOf(c) >= 0);
            row.append(row.isEmpty() ? "" : ",").append(plain ? value : quoted(value));
        }
        return row.toString();
    }

    private static String quoted(String value) {
        return "\"" + value.replace("\"", "\"\"") + "\"";
    }

    private void loads(Mode mode, Outcome outcome) throws IOException {
        assertEquals(outcome.toString(), pair.loadWharf("", options(), mode).toString(), mode::toString);
        assertEquals(String.join("", expected), Files.readString(rejects), mode::toString);
        Files.delete(rejects);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void everyRejectedRow(String eol) throws IOException, SQLException {
        Random random = new Random(eol.hashCode());
        for (int oneIn : new int[] {1, 2, 30}) {
            byte[] data = file(random, 60 * oneIn, oneIn, eol);
            pair.write(data);
            Outcome outcome = pair.loadPostgres("", OPTIONS);
            for (Mode mode : List.of(Mode.SERIAL, new Mode(1, true, 500), new Mode(2, false, 100), new Mode(WORKERS, true, 7),
                    new Mode(WORKERS, false, data.length / 3))) {
                loads(mode, outcome);
            }
        }
    }

    /** What it says can be asked like any table. */
    @Test
    void canBeLoaded() throws IOException, SQLException {
        pair.write(file(new Random(1), 400, 3, "\n"));
        pair.loadWharf("", options(), new Mode(2, true, 999));
        pair.wharf("DROP TABLE IF EXISTS rejects; CREATE TABLE rejects (line bigint, byte bigint, \"column\" text, "
                + "sqlstate char(5), message text, row text)");
        assertEquals("COPY " + (expected.size() - 1), pair.wharf("COPY rejects FROM '" + rejects + "' (FORMAT csv, HEADER MATCH)")
                .tag());
    }

    @Test
    void noRejectedRowNoFile() throws IOException, SQLException {
        pair.write(file(new Random(1), 50, Integer.MAX_VALUE, "\n"));
        assertEquals("COPY 50", pair.loadWharf("", options(), new Mode(2, true, 99)).tag());
        assertFalse(Files.exists(rejects));
    }

    @Test
    void errorLeavesNoFile() throws IOException, SQLException {
        byte[] data = file(new Random(1), 300, 2, "\n");
        for (String end : List.of("7,1\n", "7,1,a,2020-01-01,,t,,\n", "x\",\n")) {
            pair.write((new String(data, StandardCharsets.UTF_8) + "\n" + end).getBytes(StandardCharsets.UTF_8));
            for (Mode mode : List.of(Mode.SERIAL, new Mode(2, true, 200), new Mode(WORKERS, false, 2000))) {
                assertNotNull(pair.loadWharf("", options(), mode).failure());
                assertFalse(Files.exists(rejects));
                assertNotNull(pair.loadWharf("", options() + ", REJECT_LIMIT 100", mode).failure());
                assertFalse(Files.exists(rejects));
            }
        }
    }

    /** With lossless_numeric_input a value that would be changed is a bad one, and its row one among others. */
    @Test
    void valuesThatWouldChange() throws IOException, SQLException {
        pair.createTable("a integer, b numeric(5,2), c numeric");
        pair.write("1,1.5,0.1\n007,1,1\n+2,1,1\n3,1.005,1\n0,0,00\n-0,0.10,-0.0\n-01,2,2\n4,x,4\n5,-.5,\n"
                .getBytes(StandardCharsets.UTF_8));
        String leadingZero = " would lose its leading zero in type ";
        expected.addAll(List.of("line,byte,column,sqlstate,message,row\n",
                "2,10,\"a\",22003,\"value \"\"007\"\"" + leadingZero + "integer\",\"007,1,1\"\n",
                "3,18,\"a\",22003,\"value \"\"+2\"\" would lose its sign in type integer\",\"+2,1,1\"\n",
                "4,25,\"b\",22003,\"value \"\"1.005\"\" would be rounded to 1.01 in type numeric(5,2)\",\"3,1.005,1\"\n",
                "5,35,\"c\",22003,\"value \"\"00\"\"" + leadingZero + "numeric\",\"0,0,00\"\n",
                "7,55,\"a\",22003,\"value \"\"-01\"\"" + leadingZero + "integer\",\"-01,2,2\"\n",
                "8,63,\"b\",22P02,\"invalid input syntax for type numeric: \"\"x\"\"\",\"4,x,4\"\n"));
        pair.wharf("SET lossless_numeric_input = on");
        try {
            Outcome outcome = new Outcome("COPY 3", "1,1.50,0.1\n0,0.10,0.0\n5,-0.50,nil\n", null, List.of());
            for (Mode mode : List.of(Mode.SERIAL, new Mode(2, true, 1), new Mode(1, false, 30))) {
                loads(mode, outcome);
            }
        } finally {
            pair.wharf("RESET lossless_numeric_input");
        }
    }

    @Test
    void replacesNoFile() throws IOException, SQLException {
        pair.write(file(new Random(1), 50, 2, "\n"));
        for (Path other : List.of(rejects, pair.file(), temporary.resolve("not/there"), temporary)) {
            if (other == rejects) {
                Files.writeString(rejects, "mine");
            }
            Outcome outcome = pair.loadWharf("", OPTIONS + ", REJECT_FILE '" + other + "'", Mode.SERIAL);
            boolean exists = Files.exists(other);
            assertEquals((exists ? "58P02" : "58P01") + " could not create file \"" + other + "\": "
                    + (exists ? "File exists" : "No such file or directory"), outcome.failure().sqlState() + " "
                    + outcome.failure().message());
            assertEquals("", outcome.table());
        }
        assertEquals("mine", Files.readString(rejects));
    }
}
