package dev.wharf.nativetests.arrow;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.IntervalRange;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table with a column of every type, and a CSV file for it: each column goes round its own list of values, NULLs among
 * them, and the lists have different lengths, so that the columns meet in ever new rows.
 */
final class AllTypes {
    /** An unquoted empty field. */
    private static final String NULL = null;
    private static final String LONG_TEXT = "0123456789 \u00e4\u20ac\ud83d\ude00 \"quoted\", and\nbroken ".repeat(400);

    private record Values(Column column, List<String> texts) {
    }

    private static final List<Values> VALUES = List.of(
            // never NULL: its batches have no validity buffer
            values("all_true", PgType.of(Kind.BOOL), "t"),
            values("b", PgType.of(Kind.BOOL), "t", "f", NULL, "true", "no", NULL, "1"),
            values("i2", PgType.of(Kind.INT2), "0", "-32768", "32767", NULL, "-1"),
            values("i4", PgType.of(Kind.INT4), NULL, "2147483647", "-2147483648", "42", "0", "-7"),
            values("i8", PgType.of(Kind.INT8), "9223372036854775807", NULL, "-9223372036854775808", "0", "1234567890123"),
            values("f4", PgType.of(Kind.FLOAT4), "1.5", "NaN", "Infinity", "-Infinity", "-0", NULL, "1e-45", "3.4028235e38",
                    "16777217", "0.1"),
            values("f8", PgType.of(Kind.FLOAT8), "0.1", NULL, "-Infinity", "NaN", "Infinity", "-0", "5e-324", "1e23",
                    "1.7976931348623157e308", "123456.789", "-2.5"),
            values("n15_2", numeric(15, 2), "0.00", "NaN", "9999999999999.99", "-9999999999999.99", NULL, "1.005", "-0.01", "7"),
            values("n38_10", numeric(38, 10), "9".repeat(28) + ".9999999999", "-" + "9".repeat(28) + ".9999999999", "NaN", NULL,
                    "0.0000000001", "-1", "12345678901234567890.5"),
            values("n38_0", numeric(38, 0), "9".repeat(38), "-" + "9".repeat(38), "0", "NaN", NULL, "9223372036854775808"),
            values("n3_3", numeric(3, 3), "0.999", "-0.999", NULL, "0.0005", "NaN"),
            values("n", PgType.of(Kind.NUMERIC), "1.500", "NaN", "Infinity", "-Infinity", NULL, "9".repeat(300) + ".25", "1e-20",
                    "-0.00"),
            values("n50_20", numeric(50, 20), "9".repeat(30) + ".5", NULL, "-1.25", "NaN", "0"),
            values("t", PgType.of(Kind.TEXT), "", NULL, "plain", "a,b", "say \"hi\"", "two\nlines",
                    "\u00e9\u20ac\ud83d\ude00", " ", "carriage\rreturn", "back\\slash", "NULL", "\\."),
            values("long_t", PgType.of(Kind.TEXT), series("x", 150, LONG_TEXT)),
            values("vc", new PgType(Kind.VARCHAR, 5, 0), "", "abcde", NULL, "\u00e9\u00e9\u00e9\u00e9\u00e9", "a  ",
                    "abc       "),
            values("c", new PgType(Kind.CHAR, 4, 0), "ab", NULL, "", "\u20ac", "abcd", "ab  "),
            values("by", PgType.of(Kind.BYTEA), "\\x", "\\x00ff", NULL, "", "\\xdeadbeef", "abc\\000"),
            values("d", PgType.of(Kind.DATE), "1970-01-01", "infinity", "-infinity", "4714-11-24 BC", "5874897-12-31", NULL,
                    "0044-03-15 BC", "2024-02-29", "1969-12-31"),
            values("tm", PgType.of(Kind.TIME), "00:00:00", "24:00:00", "23:59:59.999999", NULL, "12:34:56.5"),
            values("tm0", new PgType(Kind.TIME, 0, 0), "12:34:56.5", "23:59:59.9", NULL),
            values("ts", PgType.of(Kind.TIMESTAMP), "1970-01-01 00:00:00", "infinity", "-infinity", NULL,
                    "4714-11-24 00:00:00 BC", "294246-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999",
                    "2024-02-29 12:34:56.789"),
            values("ts3", new PgType(Kind.TIMESTAMP, 3, 0), "2024-02-29 12:34:56.7895", NULL, "0001-01-01 00:00:00.0004 BC"),
            values("tz", PgType.of(Kind.TIMESTAMPTZ), "2024-07-01 12:00:00+02", "infinity", NULL, "-infinity",
                    "1999-01-08 04:05:06-08", "4714-11-24 00:00:00+00 BC", "2024-07-01 12:00 Europe/Paris"),
            values("iv", PgType.of(Kind.INTERVAL), "1 year 2 mons -3 days 4:05:06.7", NULL, "infinity", "-infinity", "0",
                    "-178956970 years -8 mons -2147483648 days -2562047788:00:54.775807", "2562047788:00:54.775807",
                    "P1Y2M3DT4H"),
            values("iv0", new PgType(Kind.INTERVAL, 0, IntervalRange.of("day", "second")), "1 12:34:56.5", NULL, "-0.5",
                    "5 mons"),
            values("js", PgType.of(Kind.JSON), "{\"b\" : 1, \"a\":[1.50,\"\\u00e9\"]}", NULL, "null", "[]", "\"two\\nlines\""),
            values("jb", PgType.of(Kind.JSONB), "{\"bb\" : 1, \"a\":[1.50,\"\\u00e9\"], \"a\":{}}", NULL, "null", "1e3",
                    "\"\\u0001,\""),
            values("ai", PgType.arrayOf(PgType.of(Kind.INT4)), "{1,2,NULL}", NULL, "{}", "[0:1][2:2]={{1},{-7}}"),
            values("at", PgType.arrayOf(PgType.of(Kind.TEXT)), "{a,\"b,c\",\"say \\\"hi\\\"\",NULL,null,\"NULL\"}", NULL,
                    "{{a},{\"\"}}"),
            values("an", PgType.arrayOf(numeric(5, 1)), "{1.25,NaN}", NULL, "{}"),
            values("u", PgType.of(Kind.UUID), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL,
                    "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"),
            values("all_null", PgType.of(Kind.TEXT), NULL, NULL));

    private AllTypes() {
    }

    private static Values values(String name, PgType type, String... texts) {
        // List.of takes no null
        return new Values(new Column(name, type, false), Arrays.asList(texts));
    }

    private static PgType numeric(int precision, int scale) {
        return new PgType(Kind.NUMERIC, precision, scale);
    }

    private static String[] series(String prefix, int count, String last) {
        String[] texts = new String[count];
        for (int i = 0; i < count - 1; i++) {
            texts[i] = i % 10 == 3 ? NULL : prefix.repeat(i);
        }
        texts[count - 1] = last;
        return texts;
    }

    /** The row's number, from 0, then one of every type. */
    static List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("id", PgType.of(Kind.INT8), true));
        for (Values v : VALUES) {
            columns.add(v.column());
        }
        return columns;
    }

    static byte[] csv(int rows) {
        StringBuilder csv = new StringBuilder();
        for (int r = 0; r < rows; r++) {
            csv.append(r);
            for (Values v : VALUES) {
                csv.append(',').append(field(v.texts().get(r % v.texts().size())));
            }
            csv.append('\n');
        }
        return csv.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String field(String text) {
        if (text == null) {
            return "";
        }
        boolean quote = text.isEmpty() || text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quote ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
