package dev.wharf.nativetests.arrow;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.nativetests.PostgresOracle;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What PostgreSQL makes of a CSV file, each value said in the terms of Arrow's physical types, so that neither side's output
 * functions come into it:
 *
 * <table>
 * <caption>How a value is said</caption>
 * <tr><td>integers, numerics, floats, booleans</td><td>PostgreSQL's text; booleans {@code t} and {@code f}</td></tr>
 * <tr><td>text</td><td>itself</td></tr>
 * <tr><td>bytea, uuid</td><td>hexadecimal digits</td></tr>
 * <tr><td>interval</td><td>hexadecimal digits of microseconds, days and months, little-endian</td></tr>
 * <tr><td>date</td><td>days since 1970-01-01, or {@code infinity}, {@code -infinity}</td></tr>
 * <tr><td>time, timestamps</td><td>microseconds since midnight, or 1970-01-01 (UTC), or the infinities</td></tr>
 * </table>
 */
final class PostgresRows {
    private PostgresRows() {
    }

    /** Rows by their first column, and each column's type as PostgreSQL names it. */
    record Result(List<String> types, List<String[]> rows) {
    }

    static Result load(List<Column> columns, byte[] csv) throws SQLException {
        PostgresOracle postgres = PostgresOracle.get();
        try (Connection connection = postgres.connect(); var statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE t (" + columns.stream().map(c -> c.name() + " " + c.type().formatType()
                    + (c.notNull() ? " NOT NULL" : "")).collect(Collectors.joining(", ")) + ")");
            postgres.copyIn(connection, "COPY t FROM STDIN (FORMAT csv)", csv);
            List<String> types = new ArrayList<>();
            try (var result = statement.executeQuery("SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                    + " WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum")) {
                while (result.next()) {
                    types.add(result.getString(1));
                }
            }
            String list = columns.stream().map(PostgresRows::expression).collect(Collectors.joining(", "));
            List<String[]> rows = new ArrayList<>();
            try (var result = statement.executeQuery("SELECT " + list + " FROM t ORDER BY t." + columns.getFirst().name())) {
                while (result.next()) {
                    String[] row = new String[columns.size()];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = result.getString(i + 1);
                    }
                    rows.add(row);
                }
            }
            return new Result(types, rows);
        }
    }

    private static String expression(Column column) {
        String c = column.name();
        return switch (column.type().kind()) {
            case BOOL -> "CASE WHEN " + c + " THEN 't' WHEN NOT " + c + " THEN 'f' END";
            case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, TEXT, VARCHAR, JSON, JSONB, ARRAY -> c + "::text";
            // A cast to text would drop the blanks that fill it up.
            case CHAR -> "CASE WHEN " + c + " IS NOT NULL THEN format('%s', " + c + ") END";
            case BYTEA -> "encode(" + c + ", 'hex')";
            case INTERVAL -> interval(c);
            case UUID -> "replace(" + c + "::text, '-', '')";
            case DATE -> "CASE WHEN isfinite(" + c + ") THEN (" + c + " - DATE '1970-01-01')::text ELSE " + c + "::text END";
            case TIME -> microseconds(c);
            case TIMESTAMP, TIMESTAMPTZ ->
                "CASE WHEN isfinite(" + c + ") THEN " + microseconds(c) + " ELSE " + c + "::text END";
        };
    }

    private static String microseconds(String column) {
        return "(extract(epoch FROM " + column + ") * 1000000)::int8::text";
    }

    /** What {@code interval_send} gives, each of its three numbers turned round. */
    private static String interval(String column) {
        StringBuilder bytes = new StringBuilder();
        for (int[] number : new int[][] {{0, 8}, {8, 4}, {12, 4}}) {
            for (int i = number[1]; i > 0; i--) {
                bytes.append(bytes.isEmpty() ? "" : " || ").append("substr(interval_send(").append(column).append("), ")
                        .append(number[0] + i).append(", 1)");
            }
        }
        return "encode(" + bytes + ", 'hex')";
    }

    /** @throws AssertionError if a value is another than PostgreSQL's; says the first that are */
    static void assertSame(List<Column> columns, List<String[]> expected, List<String[]> actual) {
        List<String> differences = new ArrayList<>();
        for (int r = 0; r < Math.min(expected.size(), actual.size()) && differences.size() < 10; r++) {
            for (int c = 0; c < columns.size(); c++) {
                if (!same(columns.get(c).type(), expected.get(r)[c], actual.get(r)[c])) {
                    differences.add("row " + r + ", column " + columns.get(c).name() + ": PostgreSQL has "
                            + clip(expected.get(r)[c]) + ", the Arrow file " + clip(actual.get(r)[c]));
                }
            }
        }
        if (expected.size() != actual.size()) {
            differences.add(expected.size() + " rows in PostgreSQL, " + actual.size() + " in the Arrow files,"
                    + " of which the last is " + (actual.isEmpty() ? "none" : Arrays.toString(actual.getLast())));
        }
        if (!differences.isEmpty()) {
            throw new AssertionError(String.join("\n", differences));
        }
    }

    private static String clip(String text) {
        return text == null ? "NULL" : "[" + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + "]";
    }

    private static boolean same(PgType type, String expected, String actual) {
        if (expected == null || actual == null) {
            return expected == actual;
        }
        // Both are the shortest text that reads back, in different notations: compare the bits.
        if (type.kind() == Kind.FLOAT4) {
            return Float.floatToIntBits(Float.parseFloat(expected)) == Float.floatToIntBits((float) Double.parseDouble(actual));
        }
        if (type.kind() == Kind.FLOAT8) {
            return Double.doubleToLongBits(Double.parseDouble(expected)) == Double.doubleToLongBits(Double.parseDouble(actual));
        }
        return expected.equals(actual);
    }
}
