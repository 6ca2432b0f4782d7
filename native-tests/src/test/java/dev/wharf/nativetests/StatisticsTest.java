package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.ColumnStatistics;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextOutputs;
import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the manifest says of each batch's columns is what PostgreSQL's count, min and max say of the same rows. */
class StatisticsTest extends CopyPairTest {
    private static final String TYPES = "n integer, a smallint, b integer, c bigint, d numeric(15,2), e numeric(38,10), "
            + "f numeric, g real, h double precision, i boolean, j text, k varchar(10), l char(5), m bytea, o date, p time, "
            + "q timestamp, r timestamptz, s uuid";
    private static final String[][] VALUES = {{"0", "-32768", "32767", "1"}, {"-2147483648", "2147483647", "10", "5"},
        {"-9223372036854775808", "9223372036854775807", "0"}, {"0.00", "-0.01", "9999999999999.99", "1.5", "NaN"},
        {"NaN", "-9999999999999999999999999999.9999999999", "0.0000000001", "922337203685477580.7", "0"},
        {"NaN", "1e50", "-12345678901234567890.123"}, {"NaN", "-Infinity", "1.5", "-1e-10", "-0", "0", "Infinity"},
        {"NaN", "Infinity", "0.1", "-1e300", "-0", "0", "-Infinity"}, {"t", "f"}, {"a", "é", "x y"}, {"abc", "é"}, {"ab", "é"},
        {"\\x", "\\x00ff22"}, {"2020-02-29", "infinity", "-infinity", "0044-03-15 BC", "10000-01-01"},
        {"00:00:00", "24:00:00", "12:34:56.789"}, {"2020-01-02 03:04:05.6", "infinity", "0044-03-15 10:00:00 BC"},
        {"2020-01-02 03:04:05.6+05:30", "-infinity", "1969-12-31 23:59:59.5+00"},
        {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-4fff-bfff-ffffffffffff", "7fffffff-ffff-4fff-bfff-ffffffffffff"}};

    /** Batches of a row and of all rows; per cent of the values that are NULL. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10, 70, 100})
    void everyType(int nulls) throws IOException, SQLException {
        Random random = new Random(51);
        StringBuilder text = new StringBuilder();
        int rows = 160;
        for (int r = 0; r < rows; r++) {
            text.append(r);
            for (String[] values : VALUES) {
                // In the second half few kinds of values: a column has no NaN there, or nothing but zeros
                String value = values[random.nextInt(r < rows / 2 ? values.length : 1 + r % values.length)];
                text.append(',').append(random.nextInt(100) < nulls ? "" : value);
            }
            text.append('\n');
        }
        pair.createTable(TYPES);
        pair.write(text.toString().getBytes(StandardCharsets.UTF_8));
        assertNull(pair.loadPostgres("", "").failure());
        for (Mode mode : List.of(Mode.SERIAL, new Mode(0, true, 1), new Mode(3, true, 200), new Mode(3, false, 3000))) {
            Outcome loaded = pair.loadWharf("", "", mode);
            assertEquals("COPY " + rows, loaded.tag());
            int batches = compare(mode.toString());
            assertTrue(mode.taskBytes() > 200 ? batches >= 1 : batches >= rows / 10, () -> batches + " batches");
        }
    }

    /** A second load's batches behind the first one's; a column that the file does not have; another order of columns. */
    @Test
    void someColumns() throws IOException, SQLException {
        pair.createTable("n integer, a integer, b date, c double precision");
        pair.set(new Mode(1, true, 20));
        pair.write("-0,5,1\nNaN,6,2\n,7,3\n-Infinity,,4\n".getBytes(StandardCharsets.UTF_8));
        String sql = "COPY t (c, a, n) FROM '" + pair.file() + "' (FORMAT csv)";
        pair.wharf(sql);
        pair.postgres(sql);
        pair.write("2020-02-29,5\n-infinity,6\n".getBytes(StandardCharsets.UTF_8));
        sql = "COPY t (b, n) FROM '" + pair.file() + "' (FORMAT csv)";
        pair.wharf(sql);
        pair.postgres(sql);
        // Without the first of the two rows
        pair.wharf("COPY t (b, n) FROM '" + pair.file() + "' (FORMAT csv, HEADER)");
        pair.postgres("INSERT INTO t VALUES (6, NULL, '-infinity')");
        compare("three loads");
    }

    /** Compares each batch with PostgreSQL's rows at the same places, and returns the number of batches. */
    private static int compare(String how) throws IOException, SQLException {
        Relation relation = pair.relation("t");
        List<Column> columns = relation.columns();
        Manifest manifest = pair.manifest("t");
        StringBuilder sql = new StringBuilder("SELECT count(*)");
        for (Column column : columns) {
            String name = column.name();
            sql.append(", count(*) - count(").append(name).append("), ");
            sql.append(switch (column.type().kind()) {
                case BOOL -> "bool_and(" + name + ")::text, bool_or(" + name + ")::text";
                // -0 equals 0, and which of them is the smallest depends on the order of the rows
                case FLOAT4, FLOAT8 -> bounds(name + " + 0::real", "::text");
                case UUID -> bounds(name + "::text COLLATE \"C\"", "");
                case NUMERIC -> column.type().isDecimal128() ? bounds(name, "::text") : "NULL, NULL";
                case TEXT, VARCHAR, CHAR, BYTEA, INTERVAL, JSON, JSONB, ARRAY -> "NULL, NULL";
                default -> bounds(name, "::text");
            });
        }
        sql.append(" FROM (SELECT *, row_number() OVER (ORDER BY ctid) AS row FROM t) t WHERE row > ? AND row <= ?");
        long row = 0;
        TextBuffer text = new TextBuffer();
        try (var statement = pair.connection().prepareStatement(sql.toString())) {
            for (Manifest.Batch batch : manifest.batches()) {
                int rows = batch.block().rows();
                statement.setLong(1, row);
                statement.setLong(2, row + rows);
                try (ResultSet expected = statement.executeQuery()) {
                    assertTrue(expected.next());
                    assertEquals(expected.getInt(1), rows);
                    List<String> wanted = new ArrayList<>();
                    List<String> found = new ArrayList<>();
                    for (int i = 0; i < columns.size(); i++) {
                        wanted.add(columns.get(i).name() + ": " + expected.getInt(2 + 3 * i) + " nulls, "
                                + bool(expected.getString(3 + 3 * i)) + " to " + bool(expected.getString(4 + 3 * i)));
                        ColumnStatistics of = batch.statistics().column(i);
                        found.add(columns.get(i).name() + ": " + of.nullCount() + " nulls, "
                                + text(columns.get(i).type(), of.min(), text) + " to "
                                + text(columns.get(i).type(), of.max(), text));
                    }
                    long first = row;
                    assertEquals(String.join("\n", wanted), String.join("\n", found),
                            () -> how + ", " + rows + " rows from " + first);
                }
                row += rows;
            }
        }
        assertEquals(manifest.rows(), row);
        return manifest.batches().size();
    }

    private static String bounds(String value, String cast) {
        return "min(" + value + ")" + cast + ", max(" + value + ")" + cast;
    }

    private static String bool(String text) {
        return "true".equals(text) ? "t" : "false".equals(text) ? "f" : text;
    }

    private static String text(PgType type, ColumnStatistics.Value value, TextBuffer text) {
        if (value == null) {
            return null;
        }
        Datum datum = new Datum();
        datum.hi = value.hi();
        datum.lo = value.lo();
        TextOutputs.of(type).format(datum, text.clear());
        return new String(text.bytes, 0, text.length, StandardCharsets.UTF_8);
    }
}
