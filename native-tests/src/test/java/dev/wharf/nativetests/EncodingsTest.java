package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.core.encoding.FromUtf8;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.encoding.ToUtf8;
import dev.wharf.core.error.PgError;
import dev.wharf.core.memory.OffHeap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every byte, every pair of bytes and more, and characters of all kinds: as PostgreSQL converts them, or refuses them. */
class EncodingsTest {
    private static final int MOST_SHOWN = 20;

    static Stream<PgEncoding> encodings() {
        return Arrays.stream(PgEncoding.values()).filter(e -> e.isConverted() && e.hasConversion());
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void toUtf8(PgEncoding encoding) throws SQLException {
        String single = "SELECT decode(lpad(to_hex(i), 2, '0'), 'hex') AS b FROM generate_series(0, 255) i";
        String pairs = " UNION ALL SELECT decode(to_hex(i), 'hex') FROM generate_series(32768, 65535) i";
        String more = " UNION ALL SELECT decode('8f' || to_hex(i), 'hex') FROM generate_series(41120, 65535, 7) i"
                + " UNION ALL SELECT decode(lpad(to_hex(i * 97 % 126 + 129), 2, '0') || lpad(to_hex(i % 11 + 47), 2, '0')"
                + " || lpad(to_hex(i * 31 % 128 + 128), 2, '0') || lpad(to_hex(i * 7 % 11 + 48), 2, '0'), 'hex')"
                + " FROM generate_series(1, 4000) i";
        boolean oneByte = isOneByte(encoding);
        ToUtf8 conversion = new ToUtf8(encoding);
        List<String> differences = new ArrayList<>();
        String all = EncodingTables.ENCODINGS.contains(encoding) ? EncodingTables.sequences(encoding)
                : single + (oneByte ? "" : pairs + more);
        ask("SELECT b, pg_temp.conv(b, '" + encoding + "', 'UTF8') FROM (" + all + ") x", result -> {
            byte[] bytes = result.getBytes(1);
            String expected = result.getString(2);
            if (expected.startsWith("22021") && bytes.length > 2 && !expected.endsWith(hex(bytes))) {
                // convert looks through all of its argument first
                return;
            }
            compare(differences, HexFormat.of().formatHex(bytes), expected, () -> {
                ByteBuffer to = ByteBuffer.allocate(64);
                for (int at = 0; at < bytes.length;) {
                    at += conversion.convert(bytes, at, bytes.length, true, to);
                }
                return HexFormat.of().formatHex(to.array(), 0, to.position());
            });
        });
        assertEquals(List.of(), differences);
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void fromUtf8(PgEncoding encoding) throws SQLException {
        List<String> differences = new ArrayList<>();
        try (FromUtf8 conversion = new FromUtf8(encoding); OffHeap.Buffer from = new OffHeap.Buffer(16)) {
            ask("SELECT b, pg_temp.conv(b, 'UTF8', '" + encoding + "') FROM (" + characters(encoding) + ") x", result -> {
                byte[] bytes = result.getBytes(1);
                compare(differences, new String(bytes, StandardCharsets.UTF_8).codePointAt(0) + " "
                        + HexFormat.of().formatHex(bytes), result.getString(2), () -> {
                    OffHeap.copy(bytes, 0, from.address(), bytes.length);
                    byte[] to = new byte[(int) conversion.convert(from.address(), bytes.length)];
                    OffHeap.copy(conversion.converted().address(), to, 0, to.length);
                    return HexFormat.of().formatHex(to);
                });
            });
        }
        assertEquals(List.of(), differences);
    }

    private static String characters(PgEncoding encoding) {
        if (EncodingTables.ENCODINGS.contains(encoding)) {
            // Characters of two code points, and such as are like them
            return EncodingTables.characters() + " UNION ALL SELECT convert_to(chr(i) || chr(j), 'UTF8')"
                    + " FROM generate_series(128, 15000) i, unnest(ARRAY[768, 769, 741, 745, 12442]) j WHERE i % 7 = 0 OR"
                    + " i BETWEEN 12363 AND 12800 OR i BETWEEN 230 AND 800";
        }
        return "SELECT convert_to(chr(i), 'UTF8') AS b FROM generate_series(1, 66000) i WHERE i NOT BETWEEN 55296 AND 57343 AND "
                + (isOneByte(encoding) ? "(i < 1800 OR i / 256 IN (30, 32, 33, 34, 35, 37, 251, 254, 255))" : "i % 17 = 5");
    }

    /** The table that is there is the one that PostgreSQL's conversions give. */
    @ParameterizedTest
    @MethodSource("tables")
    void table(PgEncoding encoding) throws IOException, SQLException {
        try (InputStream in = new GZIPInputStream(PgEncoding.class.getResourceAsStream(EncodingTables.resource(encoding)))) {
            assertArrayEquals(EncodingTables.table(encoding), in.readAllBytes());
        }
    }

    static Stream<PgEncoding> tables() {
        return EncodingTables.ENCODINGS.stream();
    }

    private static boolean isOneByte(PgEncoding encoding) {
        return encoding.name().matches("LATIN.*|WIN.*|ISO.*|KOI.*");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").withPrefix("0x").formatHex(bytes);
    }

    private interface Row {
        void accept(ResultSet result) throws SQLException;
    }

    private interface Conversion {
        String convert();
    }

    private static void ask(String query, Row row) throws SQLException {
        try (Connection connection = PostgresOracle.get().connect(); Statement statement = connection.createStatement()) {
            statement.execute(EncodingTables.CONV);
            try (ResultSet result = statement.executeQuery(query)) {
                while (result.next()) {
                    row.accept(result);
                }
            }
        }
    }

    private static void compare(List<String> differences, String what, String expected, Conversion conversion) {
        String actual;
        try {
            actual = conversion.convert();
        } catch (PgError e) {
            actual = e.sqlState() + " " + e.getMessage();
        }
        if (!actual.equals(expected) && differences.size() < MOST_SHOWN) {
            differences.add(what + ": " + expected + ", not " + actual);
        }
    }
}
