package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertNull;

import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A COPY FROM that is cut into tasks at any byte, by any number of processes, gives the rows, their order, and the error
 * that a serial one gives, and that PostgreSQL gives.
 */
class CopyExactnessTest extends CopyFileTest {
    private static final String TWO = "a int, b text";
    private static final String ESCAPE = "ESCAPE '\\'";

    static Stream<Case> nastyFiles() {
        List<Case> cases = new ArrayList<>();
        String quotes = "1,\"a\"\n2,\"b \"\"q\"\" c\"\n3,\"x,y\"\n4,\"line\nbreak\"\n5,\"\"\"\n\"\n6,\"\"\n7,\n8,\"\"\"\"\n9,z\n";
        for (String[] style : new String[][] {{"\\n", "\n"}, {"\\r", "\r"}, {"\\r\\n", "\r\n"}}) {
            String name = ", " + style[0];
            String eol = style[1];
            String text = quotes.replace("\n", eol);
            cases.add(new Case("quotes" + name, TWO, "", text));
            cases.add(new Case("quotes, no final newline" + name, TWO, "", text.substring(0, text.length() - eol.length())));
            cases.add(new Case("line ends of every style in quotes" + name, TWO, "",
                    "1,\"\n\"\n2,\"\r\n\"\n3,\"\n\r\"\n4,\"a\n\nb\r\rc\"\n5,e\n".replaceAll("\n(?=[0-9]|$)", eol)));
            cases.add(new Case("one column with empty lines" + name, "a text", "",
                    "a\n\n\nb\n\"\"\n\n\"\n\"\n\n".replace("\n", eol)));
            cases.add(new Case("one column, an empty last line without an end" + name, "a text", "",
                    "\n\"\"".replace("\n", eol)));
            cases.add(new Case("header with a quoted newline" + name, TWO, "HEADER",
                    "\"a\n1,2\n3,4\n\",b\n1,x\n2,y\n3,\"4,z\n5,u\"\n6,v\n".replace("\n", eol)));
            cases.add(new Case("only a header" + name, TWO, "HEADER", "a,b\n".replace("\n", eol)));
            cases.add(new Case("one empty line, one column" + name, "a text", "", eol));
            cases.add(new Case("escape is not quote" + name, TWO, ESCAPE,
                    ("1,\"a\\\"b\"\n2,\"\\\\\"\n3,\"\\\\\\\"\n\"\n4,a\\b\n5,\"\\n\"\n6,\"\"\"\"\n"
                            + "7,\\\n8,\"x\\\",\n9,y\"\n10,\"\\\\\\\\\"\n11,z\n").replace("\n", eol)));
            cases.add(new Case("text that looks like rows" + name, TWO, "", ("0,a\n1,\"" + rows(2, 40) + "41,z\"\n42,\"\n"
                    + rows(50, 70) + "\"\n" + rows(80, 90)).replace("\n", eol)));
        }
        cases.add(new Case("empty file", TWO, "", ""));
        cases.add(new Case("empty file with a header", TWO, "HEADER", ""));
        cases.add(new Case("header without an end", TWO, "HEADER", "a,b"));
        cases.add(new Case("escape is not quote, rows in quotes", TWO, ESCAPE,
                "1,\"\\\"" + rows(2, 30) + "\\\"31,x\"\n" + rows(32, 40)));
        cases.add(new Case("escape is the delimiter", TWO, "ESCAPE ','", "1,\",\"x\"\n2,\",,\"\n3,a\n4,\"b\"\n5,\",\"\"\n"));
        cases.add(new Case("quote within a field", TWO, "",
                "1,ab\"cd,ef\ngh\"ij\n2,\"a\"b\"c\"\n3,x\"\"y\n4,\"\"\"a\"\n5,\"p\"\"q\n\"\n"));
        cases.add(new Case("multi-byte characters", "a text, b text", "",
                "é,€\n\"ü\",\"😀,😀\"\n\"😀\"\"€\n\"\"\",漢字\n,é\nñ,\n\"\"\"é\",\"€\"\"\"\n"));
        cases.add(new Case("other delimiter and quote", TWO, "DELIMITER '|', QUOTE ''''",
                "1|'a|b'\n2|'it''s'\n3|\"x\"\n4|'\n'\n"));
        cases.add(new Case("tab", "a text, b text, c text", "DELIMITER E'\\t'", "a\tb\tc\n\t\t\n\"\t\"\t\"\"\tx\n"));
        cases.add(new Case("null string", "a int, b text, c text", "NULL 'NULL'",
                "1,NULL,\"NULL\"\nNULL,,\"\"\n2,NULLS,NUL\n3,\"NU\"LL,x\n"));
        cases.add(new Case("null string with an escape in it", "a text, b text", "NULL '\\N', " + ESCAPE,
                "\\N,\"\\N\"\n\\\\N,\"\\\\N\"\nN,\\N\n\\N,x\\N\n"));
        cases.add(new Case("null string is the escape", "a text, b text", "NULL '\\', " + ESCAPE,
                "\\,\"\\\\\"\n\"\",\\\n\\,\\\\\n"));
        cases.add(new Case("end-of-copy marker is data", TWO, "", "1,\\.\n2,\"\\.\"\n"));
        cases.add(new Case("end-of-copy marker is data, one column", "a text", "", "x\n\\.\ny\n"));
        cases.add(new Case("a field that spans many tasks", TWO, "",
                "1,a\n2,\"" + "long, \"\"quoted\"\"\n7,é\n".repeat(30) + "\"\n3,b\n"));
        cases.add(new Case("only quotes", "a text", "", "\"\"\n\"\"\"\"\n\"\"\"\"\"\"\n\"\n\"\n"));
        cases.add(new Case("every type", "a smallint, b bigint, c numeric(9,2), d real, e double precision, f boolean, g date, "
                + "h timestamp, i timestamptz, j time, k uuid, l bytea, m varchar(3), n char(3), o numeric", "",
                "1,2,3.45,1.5,2.5,t,2020-02-29,2020-01-02 03:04:05,2020-01-02 03:04:05+00,03:04:05,"
                + "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,\\x01ff,abc,ab,12345678901234567890.5\n" + ",".repeat(14) + "\n"
                + "\" 7\",+8,1e2,inf,NaN,no,\"Feb 3, 2021\",infinity,2020-01-01 00:00:00+05:30,24:00:00,"
                + "{A0EEBC999C0B4EF8BB6D6BB9BD380A11},abc,\"é\"\"x\",€,1e3\n"));
        return cases.stream();
    }

    private static String rows(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i).append(",text").append(i % 3).append('\n');
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("nastyFiles")
    void rowsAndOrder(Case file) throws IOException, SQLException {
        pair.createTable(file.table());
        Outcome expected = load(file);
        assertNull(expected.failure(), () -> "PostgreSQL loads it: " + expected);
        everywhere(file, expected);
    }

    /** The window of tasks that may be open at a time moves on several times. */
    @Test
    void manyTasks() throws IOException, SQLException {
        Random random = new Random(11);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append(i).append(",\"").append("x,\n7,y\n".repeat(random.nextInt(4))).append("\"\n");
        }
        Case file = new Case("many tasks", TWO, "", text.toString());
        pair.createTable(TWO);
        Outcome expected = load(file);
        assertNull(expected.failure());
        for (Mode mode : modes(1, 3, 10)) {
            check(file, expected, mode);
        }
    }

    /** Text of the bytes that mean something, mostly broken: rows or error, as PostgreSQL. */
    @ParameterizedTest
    @MethodSource("dialects")
    void randomText(String options) throws IOException, SQLException {
        byte[][] pieces = Stream.of("a", ",", "\"", "\n", "1", "\"\"", "\\", "\r\n", "\r", "é", "x,y", "\"\n", ",\"")
                .map(s -> s.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        Random random = new Random(options.hashCode());
        pair.createTable("a text, b text");
        for (int i = 0; i < 100; i++) {
            java.io.ByteArrayOutputStream data = new java.io.ByteArrayOutputStream();
            // the first pieces only in most files: fewer errors, so more of each file is read
            int kinds = i % 3 == 0 ? pieces.length : 4 + i % 4;
            for (int n = random.nextInt(60); n > 0; n--) {
                boolean row = random.nextInt(3) == 0;
                data.writeBytes(row ? "p,q\n".getBytes(StandardCharsets.UTF_8) : pieces[random.nextInt(kinds)]);
            }
            Case file = new Case("file " + i, "", "", options, data.toByteArray());
            Outcome expected = load(file);
            for (Mode mode : List.of(Mode.SERIAL, new Mode(2, false, 1), new Mode(3, true, 1 + random.nextInt(9)),
                    new Mode(2, false, 1 + random.nextInt(30)))) {
                loadsAlike(expected, "", options, mode, () -> file + "\n" + CopyPair.text(data.toByteArray()));
            }
        }
    }

    static Stream<String> dialects() {
        return Stream.of("", ESCAPE, "NULL 'a'", "QUOTE '1'", "ESCAPE ','", "DELIMITER 'a', HEADER", "ESCAPE 'x', QUOTE '\\'");
    }
}
