package dev.wharf.nativetests;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A COPY FROM that fails says what PostgreSQL says, message, SQLSTATE, DETAIL, HINT and CONTEXT with the line number, of the
 * file's first error, wherever it stands and however the file is cut into tasks; and the table is as before.
 */
class CopyErrorsTest extends CopyFileTest {
    private static final String TABLE = "a int, b text NOT NULL, c varchar(3)";

    /** @param bad bytes as characters: U+00FF is the byte 0xFF */
    record Case(String name, String table, String columns, String options, String bad) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Bad rows, planted among good ones. */
    static Stream<Case> badRows() {
        String longText = bytes("é€😀".repeat(20));
        String[][] rows = {{"too many columns", "7,x,y,z"}, {"a delimiter too many", "7,x,y,"}, {"too few columns", "7,x"},
            {"one column", "7"}, {"empty line", ""}, {"bad integer", "7x,a,b"}, {"quoted bad integer", "\"7,\",a,b"},
            {"integer out of range", "2147483648,a,b"}, {"empty integer in quotes", "\"\",a,b"},
            {"value too long", "7,a,wxyz"}, {"value too long, multi-byte", bytes("7,a,\"éé€€\"")},
            {"long bad value", longText + ",a,b"}, {"long line with a column too few", "7," + longText},
            {"long line with a quote open in it", "7,\"" + longText}, {"unterminated quote", "7,\"x,y"},
            {"unterminated quote in a field", "7,x\"x,y"}, {"null in NOT NULL", "7,,y"},
            {"null in NOT NULL, long values", "7,," + "y"}, {"unquoted newline", "7,x\ny,z"},
            {"unquoted carriage return", "7,x\ry,z"}, {"carriage return at the end", "7,x,y\r"},
            {"newline, carriage return", "7,x,y\n\r"}, {"invalid UTF-8", "7,\u00ff,y"}, {"UTF-8 cut short", "7,\u00e2\u0082,y"},
            {"lone continuation byte", "7,x\u0080,y"}, {"overlong UTF-8", "7,\u00c0\u00af,y"},
            {"surrogate in UTF-8", "7,\u00ed\u00a0\u0080,y"}, {"beyond Unicode", "7,\u00f4\u0090\u0080\u0080,y"},
            {"invalid UTF-8 at the start", "\u00ff,x,y"}, {"quoted invalid UTF-8 at the start", "\"\u00ff\",x,y"},
            {"invalid UTF-8 behind a carriage return", "7,x\r\u00ff,y"},
            {"UTF-8 cut short behind a carriage return", "7,\"x\r\u00e2\""},
            {"valid UTF-8 behind a carriage return", bytes("7,\"x\ré\",yyyy")},
            {"invalid UTF-8 in quotes", "7,\"x\n\u00ff\",y"}, {"NUL", "7,\u0000,y"}, {"NUL in quotes", "7,\"x\n\u0000\",y"},
            {"bad value behind quoted lines", "7,\"x\n\n\ny\",wxyz"}, {"bad value, then invalid UTF-8", "7x,a,b\n8,\u00ff,y"},
            {"invalid UTF-8, then bad value", "8,\u00ff,y\n7x,a,b"}, {"bad value and invalid UTF-8 in one row", "7x,\u00ff,y"},
            {"several errors", "7,a,wxyz\n7x,a,b\n7\n7,,x\n7,x,y,z"}, {"null, then too few", "7,,y\n7"},
            {"too few, then null", "7,y\n7,,y"}, {"unterminated quote and bad value", "7x,\"a"},
            {"bad value and too many columns", "7x,a,b,c"}, {"null and bad value", "7,,wxyz"}};
        return Stream.of(rows).map(row -> new Case(row[0], TABLE, "", "", row[1]));
    }

    @ParameterizedTest
    @MethodSource("badRows")
    void plantedError(Case bad) throws IOException, SQLException {
        String[] good = {"1,a,b", "2,\"x\n\ny\",\"\"\"\"", "3,,x".replace(",,", ",\"\","), "4," + bytes("é€") + ",",
                "5,z,\"p\nq\""};
        pair.createTable(bad.table);
        int n = 0;
        for (String eol : List.of("\n", "\r\n", "\r")) {
            for (int at = 0; at <= good.length; at += eol.equals("\n") ? 1 : 2) {
                List<String> rows = new ArrayList<>(List.of(good));
                rows.add(at, bad.bad);
                String text = String.join("\n", rows).replace("\n", eol) + eol;
                fails(bad, text, n++);
            }
        }
        if (!bad.bad.isEmpty()) {
            fails(bad, "1,a,b\n" + bad.bad, n);
        }
    }

    /** Errors of which only the file as a whole is guilty. */
    static Stream<Case> badFiles() {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case("header match: other name", TABLE, "", "HEADER MATCH", "a,x,c\n1,a,b\n"));
        cases.add(new Case("header match: too few", TABLE, "", "HEADER MATCH", "a,b\n1,a,b\n"));
        cases.add(new Case("header match: too many", TABLE, "", "HEADER MATCH", "a,b,c,d\n1,a,b\n"));
        cases.add(new Case("header match: a null", TABLE, "", "HEADER MATCH, NULL 'c'", "a,b,c\n1,a,b\n"));
        cases.add(new Case("header match: quoted newline", TABLE, "", "HEADER MATCH", "a,\"b\n\",c\n1,a,b\n"));
        cases.add(new Case("header match: open quote", TABLE, "", "HEADER MATCH", "a,\"b,c\n1,a,b\n"));
        cases.add(new Case("header match: other order", TABLE, "(c, b, a)", "HEADER MATCH", "a,b,c\n1,a,b\n"));
        cases.add(new Case("header match: empty file", TABLE, "", "HEADER MATCH", ""));
        cases.add(new Case("header match: empty file, one column", TABLE, "(b)", "HEADER MATCH", ""));
        cases.add(new Case("header match: empty line", TABLE, "", "HEADER MATCH", "\n1,a,b\n"));
        cases.add(new Case("header match: invalid UTF-8", TABLE, "", "HEADER MATCH", "a,\u00ff,c\n1,a,b\n"));
        cases.add(new Case("header: invalid UTF-8", TABLE, "", "HEADER", "a,\"\n\u00ff\",c\n1,a,b\n"));
        cases.add(new Case("header with a quoted newline: line number", TABLE, "", "HEADER", "a,\"\n\n\",c\n1,a,b\n7x,a,b\n"));
        cases.add(new Case("header with quoted carriage returns: line number", TABLE, "", "HEADER",
                "a,\"\r\n\r\",c\n1,\"\r\n\",b\n7x,a,b\n"));
        cases.add(new Case("first row with quoted line ends: line number", TABLE, "", "",
                "1,\"\r\n\r\n\n\n\",c\n1,\"\r\n\",b\n7x,a,b\n"));
        cases.add(new Case("the same, error in the row itself", TABLE, "", "", "1,\"\r\n\r\n\n\n\",wxyz\n1,\"\r\n\",b\n"));
        cases.add(new Case("the same, \\r\\n", TABLE, "", "", "1,\"\r\n\r\n\n\n\",c\r\n1,\"\r\n\n\r\",b\r\n7x,a,b\r\n"));
        cases.add(new Case("NOT NULL column that the file does not have", TABLE, "(a, c)", "", "1,a\n2,b\n"));
        cases.add(new Case("the same, a bad value behind", TABLE, "(a, c)", "", "1,a\nx,b\n"));
        cases.add(new Case("missing data in another order", TABLE, "(c, b, a)", "", "a,b,1\na,b\n"));
        cases.add(new Case("bad value in another order", TABLE, "(c, b, a)", "", "a,b,1\na,b,c\n"));
        cases.add(new Case("null string in NOT NULL", TABLE, "", "NULL 'x'", "1,\"x\",x\n2,x,x\n"));
        cases.add(new Case("null string is no integer in quotes", TABLE, "", "NULL 'x'", "x,a,b\n\"x\",a,b\n"));
        cases.add(new Case("end-of-copy marker", TABLE, "", "", "1,a,b\n\\.\n"));
        cases.add(new Case("other line end after the first line", TABLE, "", "", "1,a,b\r\n2,a,b\n"));
        cases.add(new Case("other line end after the first line, \\r", TABLE, "", "", "1,a,b\r2,a,b\r\n"));
        cases.add(new Case("carriage return at the end of the file", TABLE, "", "", "1,a,b\n2,a,b\r"));
        cases.add(new Case("a lone carriage return in a \\r\\n file", TABLE, "", "", "1,a,b\r\n2,a\r,b\r\n"));
        cases.add(new Case("escape is not quote: open quote", TABLE, "", "ESCAPE '\\'", "1,a,b\n2,\"a\\\",b\n3,a,b\n"));
        cases.add(new Case("escape is not quote: open quote at the end", TABLE, "", "ESCAPE '\\'", "1,a,b\n2,a,\"\\\\\\\""));
        cases.add(new Case("failing row with values of all types",
                "a smallint, b bigint, c numeric(9,2), d real, e double precision, "
                + "f boolean, g date, h timestamp, i timestamptz, j time, k uuid, l bytea, m varchar(9), n char(5), o numeric,"
                + " p text, q int NOT NULL", "", "",
                "1,2,3,1.5,2.5,t,2020-02-29,2020-01-02 03:04:05,2020-01-02 03:04:05+00,03:04:05,"
                + "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,\\x01ff,abc,ab,12345678901234567890.5,"
                + bytes("é€").repeat(20) + ",\n"));
        for (String value : List.of("abc", "1e", "99999999999", "", "2020-13-01", "\"quo\"\"te\"", "25:00",
                "2020-01-01 00:00:60x")) {
            for (String type : List.of("smallint", "bigint", "numeric(5,2)", "numeric", "real", "double precision",
                    "boolean", "date", "timestamp", "timestamptz", "time", "uuid", "bytea", "char(2)", "varchar(2)")) {
                cases.add(new Case(type + ": " + value, "a int, v " + type + " NOT NULL", "", "",
                        "1,\"\n" + "\"\n2," + value + "\nx,y\n"));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void badFile(Case file) throws IOException, SQLException {
        pair.createTable(file.table);
        fails(file, file.bad, 0);
    }

    private static void fails(Case file, String text, int n) throws IOException, SQLException {
        fails(file.name, file.columns, file.options, text, n);
    }
}
