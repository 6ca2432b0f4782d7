package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.provider.MethodSource;

/** COPY FROM in text format: rows, their order, and the first error, however the file is cut, as PostgreSQL has them. */
class CopyTextTest extends CopyFileTest {
    private static final String TWO = "a int, b text";
    private static final String TEXT = "FORMAT text";

    static Stream<Case> nastyFiles() {
        List<Case> cases = new ArrayList<>();
        String escapes = "1\ta\\tb\n2\t\\\\\n3\t\\\\\\\n\n4\t\\N\n5\t\\\\N\n\\N\t\n7\tx\\\ty\n"
                + "8\t\\\\\\\\\n9\t\\b\\f\\n\\r\\v\\q\\N\n";
        for (String[] style : new String[][] {{"\\n", "\n"}, {"\\r", "\r"}}) {
            String name = ", " + style[0];
            String eol = style[1];
            String text = escapes.replace("\n", eol);
            cases.add(new Case("escapes" + name, TWO, TEXT, text));
            cases.add(new Case("escapes, no final newline" + name, TWO, TEXT, text.substring(0, text.length() - 1)));
            cases.add(new Case("escaped line ends" + name, TWO, TEXT,
                    "1\t\\\n\n2\t\\\r\n3\t\\\n\\\r\\\n\n4\t\\\\\n5\t\\\\\\\n\\\\\n6\tz\n".replace("\n", eol)));
            cases.add(new Case("end-of-copy marker" + name, TWO, TEXT, "1\ta\n2\tb\n\\.\n3\tc\nrubbish\t\t\u0001\n"
                    .replace("\n", eol)));
            cases.add(new Case("backslash at the end" + name, TWO, TEXT, "1\ta\n2\tb\\".replace("\n", eol)));
            cases.add(new Case("NULL and a backslash at the end" + name, TWO, TEXT, "1\ta\n2\t\\N\\".replace("\n", eol)));
            cases.add(new Case("header with an escaped line end" + name, TWO, TEXT + ", HEADER",
                    "a\\\n1\t2\\\n\tb\n1\tx\n2\ty\n".replace("\n", eol)));
            cases.add(new Case("header match" + name, TWO, TEXT + ", HEADER match", "\\141\t\\x62\n1\tx\n".replace("\n", eol)));
            cases.add(new Case("one column with empty lines" + name, "a text", TEXT, "\n\n\\N\nx\n\n".replace("\n", eol)));
        }
        cases.add(new Case("escapes, \\r\\n", TWO, TEXT, escapes.replace("\\\n\n", "\\n\n").replace("\n", "\r\n")));
        cases.add(new Case("escapes, \\r\\n, no final newline", TWO, TEXT, "1\t\\\\\r\n2\ta\\\r\\\n\r\n3\t\\\\\\\\"));
        cases.add(new Case("end-of-copy marker, \\r\\n", TWO, TEXT, "1\ta\r\n2\tb\r\n\\.\r\n3\tc\nx"));
        for (String eol : List.of("\n", "\r", "\r\n")) {
            cases.add(new Case("only an end-of-copy marker, " + eol.length(), TWO, TEXT, "\\." + eol + "x\n"));
            cases.add(new Case("header, end-of-copy marker, " + eol.length(), TWO, TEXT + ", HEADER", "h" + eol + "\\." + eol));
            cases.add(new Case("end-of-copy marker for a header, " + eol.length(), TWO, TEXT + ", HEADER",
                    "\\." + eol + "1\tx" + eol));
        }
        cases.add(new Case("numbers", "a text, b text", TEXT, "\\1\\12\\123\\1234\t\\x1\\x41\\x4a5\\xg\\x\n\\7\\018\\18\\79\t"
                + "\\303\\251\\xe2\\x82\\xac\n\\x4\\x41B\\X41\t\\501\\101\n\\x\t\\xC3\\xA9\\0110\n"));
        cases.add(new Case("bytes from escapes in an ASCII file", "a varchar(2), b char(3)", TEXT,
                "\\303\\251\\303\\251\t\\303\\251\nab\tx\n\\xe2\\x82\\xac\\xe2\\x82\\xac\ty\n"));
        cases.add(new Case("escapes in other types", "a int, b date, c numeric(5,2), d boolean", TEXT,
                "\\61\\x32\t2020-\\60\\61-02\t\\61\\62.5\t\\t\n\\N\t\\N\t\\N\t\\N\n-\\x31\t2020\\x2d01-02\t1\\.5\tf\n"
                        .replace("\t\\t\n", "\tt\n").replace("1\\.5", "1.5")));
        cases.add(new Case("other delimiter and NULL", "a int, b text, c text", TEXT + ", DELIMITER '|', NULL ''",
                "1||\\|\n|a\\\\|\\N\n2|\\||\\\\\n3|\\\n|x\n"));
        cases.add(new Case("NULL string", "a text, b text", TEXT + ", NULL 'nil'", "nil\tx\n\\nil\t\\N\nnil \tni\\l\nn\tnil\n"));
        cases.add(new Case("NULL string with escapes", "a text, b text", TEXT + ", NULL '\\\\'", "\\\\\tx\n\\\\\\\\\ty\n"));
        cases.add(new Case("NULL string is a number", "a int, b int", TEXT + ", NULL '0'", "0\t00\n\\60\t1\n"));
        cases.add(new Case("capital letter as delimiter", "a text, b text", TEXT + ", DELIMITER 'X', NULL ''",
                "aXb\n\\XXc\\X\n"));
        cases.add(new Case("carriage return in quotes of CSV is none here", "a text, b text", TEXT, "\"\t,\n'\t\"\n"));
        cases.add(new Case("multi-byte characters", "a text, b text", TEXT, "é\t€\n\\é\t\\€\\\n\n漢\\\t字\t😀\\\\\n\\😀\tñ\n"));
        cases.add(new Case("empty file", TWO, TEXT, ""));
        cases.add(new Case("empty file with a header", TWO, TEXT + ", HEADER", ""));
        cases.add(new Case("header without an end", TWO, TEXT + ", HEADER", "a\tb"));
        cases.add(new Case("text that looks like rows", TWO, TEXT, "0\ta\n" + "1\t" + "x\\\n7\\\ty".repeat(40) + "\n2\tz\n"));
        cases.add(new Case("long runs of backslashes", TWO, TEXT, "1\t" + "\\".repeat(40) + "\n2\t" + "\\".repeat(41) + "\n\n3\t"
                + "\\".repeat(63) + "\t" + "\\".repeat(66) + "\n4\t" + "\\\n".repeat(20) + "\n"));
        cases.add(new Case("everything escaped", "a text", TEXT, "\\a\\c\\d\\e\\g\\h\\\n\\\t\\ \\!\\\"\\/\n".repeat(5)));
        cases.add(new Case("every type", "a smallint, b bigint, c numeric(9,2), d real, e double precision, f boolean, g date, "
                + "h timestamp, i timestamptz, j time, k uuid, l bytea, m varchar(3), n char(3), o numeric", TEXT,
                "1\t2\t3.45\t1.5\t2.5\tt\t2020-02-29\t2020-01-02 03:04:05\t2020-01-02 03:04:05+00\t03:04:05\t"
                + "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\t\\\\x01ff\tabc\tab\t12345678901234567890.5\n" + "\\N\t".repeat(14)
                + "\\N\n 7\t+8\t1e2\tinf\tNaN\tno\tFeb 3, 2021\tinfinity\t2020-01-01 00:00:00+05:30\t24:00:00\t"
                + "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}\tabc\té\\\\x\t€\t1e3\n"));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("nastyFiles")
    void rowsAndOrder(Case file) throws IOException, SQLException {
        pair.createTable(file.table());
        Outcome expected = load(file);
        assertNull(expected.failure(), () -> "PostgreSQL loads it: " + expected);
        everywhere(file, expected);
    }

    /** The kernel makes them as they are read, and says nothing true of their size. */
    @ParameterizedTest
    @ValueSource(strings = {"/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled"})
    void filesOfUnknownSize(String file) throws SQLException {
        pair.createTable("a text");
        String from = "'" + file + "'";
        Outcome expected = pair.loadPostgres(from, "", "");
        assertEquals(expected.toString(), pair.loadWharf(from, "", "", Mode.SERIAL).toString());
    }

    /** A run of backslashes longer than what is read before a task to tell whether its first byte is escaped. */
    @Test
    void backslashesWithoutEnd() throws IOException, SQLException {
        pair.createTable(TWO);
        Case file = new Case("backslashes", TWO, TEXT, "1\t" + "\\".repeat(9001) + "\n\n2\t" + "\\".repeat(9000) + "\n3\tx\n");
        Outcome expected = load(file);
        assertNull(expected.failure());
        for (Mode mode : modes(500, 4096, 9007, 9008)) {
            check(file, expected, mode);
        }
    }

    /** Text of the bytes that mean something, mostly broken: rows or error, as PostgreSQL. */
    @ParameterizedTest
    @MethodSource("dialects")
    void randomText(String options) throws IOException, SQLException {
        byte[][] pieces = Stream.of("a", "\t", "\\", "\n", "1", "\\\\", "\\N", "\\\t", "\\\n", "p\tq\n", "\\x4", "\\30", "|",
                "\r", "é", "\\.", "\r\n", "\\\r", "\\.\n").map(s -> s.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        Random random = new Random(options.hashCode());
        String delimiter = options.contains("'|'") ? "|" : "\t";
        pair.createTable("a text, b text");
        for (int i = 0; i < 120; i++) {
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            // the first pieces only in most files: fewer errors, so more of each file is read
            int kinds = i % 3 == 0 ? pieces.length : 6 + i % 7;
            String eol = i % 7 == 0 ? "\r" : i % 11 == 0 ? "\r\n" : "\n";
            for (int n = random.nextInt(40); n > 0; n--) {
                byte[] piece = pieces[random.nextInt(kinds)];
                data.writeBytes(random.nextInt(3) == 0 ? ("p" + delimiter + "q" + eol).getBytes(StandardCharsets.UTF_8) : piece);
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
        return Stream.of(TEXT, TEXT + ", NULL 'a'", TEXT + ", DELIMITER '|'", TEXT + ", NULL '', HEADER",
                TEXT + ", DEFAULT '1'", TEXT + ", NULL '\\\\'");
    }

    /** Bad rows, planted among good ones. */
    static Stream<String> badRows() {
        String longText = bytes("é€😀".repeat(20));
        return Stream.of("7\tx\ty\tz", "7\tx\ty\t", "7\tx", "7", "", "7x\ta\tb", "\\67x\ta\tb", "2147483648\ta\tb", "\ta\tb",
                "7\ta\twxyz", "7\ta\tw\\xyz\\n", bytes("7\ta\téé€€"), "7\ta\t\\303\\251\\303\\251ab", longText + "\ta\tb",
                "7\t" + longText, "7\t\\N\ty", "7\t\\N\twxyz", "7\tx\u00ff\ty", "7\t\u00e2\u0082\ty", "7\t\\\u0080\ty",
                "\u00ff\tx\ty", "\\\u00ff\tx\ty", "7\t\u0000\ty", "7\t\\0\ty", "7\t\\x00\ty", "7\ta\\303\tb", "7\t\\200\tb",
                "7\ta\\xe2\\x82\tb\tc", "7x\t\\377\tb", "7\t\\377\t\\300\t", "7\tx\\\n\twxyz", "7x\\\n\ta\tb", "7\tx\\",
                "7\ta\tb\\.", "a\\.", "7\t\\.\tb", "\\.x", "\\..", "\\.\u00ff", "\\.\t", bytes("\\.é"), "7\tx\\\\\\.\tb",
                "7\tx\ty\\\\\n8", "x\ty\tz\n7\tx\u00ff\ty", "7\ta\twxyz\n\\.", "7\ta\n\\.\n\u00ff");
    }

    @ParameterizedTest
    @MethodSource("badRows")
    void plantedError(String bad) throws IOException, SQLException {
        String[] good = {"1\ta\tb", "2\tx\\\n\\\n\\ty\t\\\\\\N", "3\t\t\\N", "4\t" + bytes("é€") + "\t", "5\tz\tp\\\n"};
        pair.createTable("a int, b text NOT NULL, c varchar(3)");
        int n = 0;
        for (String eol : List.of("\n", "\r")) {
            for (int at = 0; at <= good.length; at += eol.equals("\n") ? 1 : 2) {
                List<String> rows = new ArrayList<>(List.of(good));
                rows.add(at, bad);
                fails(bad, "", TEXT, (String.join("\n", rows) + "\n").replace("\n", eol), n++);
            }
        }
        String crnl = "1\ta\tb\r\n2\tx\\\\\t\r\n" + bad.replace("\n", "\r\n") + "\r\n3\ta\tb\r\n";
        fails(bad, "", TEXT, crnl, n++);
    }

    /** Errors of which only the file as a whole is guilty. */
    static Stream<String[]> badFiles() {
        List<String[]> cases = new ArrayList<>();
        for (String text : List.of("1\ta\r\n2\tb\n", "1\ta\n2\tb\r\n", "1\ta\r2\tb\n", "1\ta\r2\tb\r\n", "1\ta\n2\tb\r",
                "1\ta\r\n2\tb\r",
                "1\ta\r\n2\tb\\\r\n", "1\ta\r\n2\t\r\\\n\r\n", "1\ta\n\\.\r\n", "1\ta\n\\.\r", "1\ta\r\\.\n", "1\ta\r\n\\.\n",
                "1\ta\r\n\\.\r",
                "1\ta\r\n\\.x", "1\ta\r\n\\.\rx", "1\ta\n\\.", "1\ta\r\n\\.", "1\ta\r\n\\.\r", "\\.", "\\.x", "1\ta\r\u00ff",
                "1\ta\r2\tb\r\u00ff",
                "1\ta\r\n2\tb\r\u00ff", "1\ta\r\u00e2", "1\ta\n2\tb\\\u00e2", "1\t\\\r\u00ff\n", "1\t\\\r\n2\tx\r",
                "1\ta\n\\.\u00e2\u0082",
                "\\\r\n", "x\n", "1\\.\n", "\\\\.\n")) {
            cases.add(new String[] {TEXT, text});
        }
        for (String text : List.of("", "a\tx\n1\ta\n", "a\n1\ta\n", "a\tb\tc\n1\ta\n", "\\N\tb\n1\ta\n", "\\.\n1\ta\n",
                "a\t\\377\n1\ta\n",
                "a\tb\\\n\n1\ta\n", "\n", "a\\.b\n", "a\tb\u00ff\n")) {
            cases.add(new String[] {TEXT + ", HEADER match", text});
        }
        cases.add(new String[] {TEXT + ", HEADER", "a\\\n\\\nb\n1\ta\nx\tb\n"});
        cases.add(new String[] {TEXT + ", HEADER", "a\\.\n1\ta\n"});
        for (String text : List.of("1\tD\n", "1\ta\n2\tD\tb\n", "D\tb\n", "1\ta\n\\D\tx\n1\tD\t\\377\n", "1\t\\377\tD\n",
                "1\ta\tD\n")) {
            cases.add(new String[] {TEXT + ", DEFAULT 'D'", text});
        }
        cases.add(new String[] {TEXT + ", DEFAULT 'b', HEADER match", "a\tb\n1\ta\n"});
        cases.add(new String[] {TEXT + ", DEFAULT '\\D'", "1\tD\n2\t\\D\n"});
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void badFile(String options, String text) throws IOException, SQLException {
        pair.createTable("a int, b text");
        fails(options, "", options, text, text.length());
        fails(options, "", options, text, 5);
    }
}
