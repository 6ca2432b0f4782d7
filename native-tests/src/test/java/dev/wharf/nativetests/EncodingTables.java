package dev.wharf.nativetests;

import dev.wharf.core.encoding.PgEncoding;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the tables of the encodings that Java lacks, or has in another way, by asking PostgreSQL for every sequence of bytes and
 * every character. Its {@code main} writes them to a directory: {@code engine/core/src/main/resources/dev/wharf/core/encoding}.
 */
final class EncodingTables {
    static final Set<PgEncoding> ENCODINGS = EnumSet.of(PgEncoding.LATIN6, PgEncoding.LATIN8, PgEncoding.EUC_JP,
            PgEncoding.EUC_TW, PgEncoding.EUC_JIS_2004, PgEncoding.BIG5, PgEncoding.SHIFT_JIS_2004);
    /** SQL: what {@code convert} gives, in hex, or the error. */
    static final String CONV = "CREATE FUNCTION pg_temp.conv(b bytea, f name, t name) RETURNS text LANGUAGE plpgsql AS $$"
            + "BEGIN RETURN encode(convert(b, f, t), 'hex'); EXCEPTION WHEN OTHERS THEN "
            + "RETURN SQLSTATE || ' ' || SQLERRM; END $$";

    private EncodingTables() {
    }

    public static void main(String[] args) throws IOException, SQLException {
        for (PgEncoding encoding : ENCODINGS) {
            try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(args[0], resource(encoding))))) {
                out.write(table(encoding));
            }
        }
    }

    static String resource(PgEncoding encoding) {
        return encoding.name().toLowerCase(Locale.ROOT) + ".table.gz";
    }

    /** SQL for all sequences of bytes, as b, that may be one character other than ASCII, and many that may not. */
    static String sequences(PgEncoding encoding) {
        String single = "SELECT decode(to_hex(i), 'hex') AS b FROM generate_series(128, 255) i";
        String pairs = " UNION ALL SELECT decode(to_hex(i), 'hex') FROM generate_series(32768, 65535) i";
        return single + switch (encoding) {
            case LATIN6, LATIN8 -> "";
            case EUC_JP, EUC_JIS_2004 -> pairs + " UNION ALL SELECT decode('8f' || lpad(to_hex(i), 4, '0'), 'hex')"
                    + " FROM generate_series(256, 65535) i";
            case EUC_TW -> pairs + " UNION ALL SELECT decode('8f' || to_hex(i), 'hex') FROM generate_series(41120, 65535, 7) i"
                    + " UNION ALL SELECT decode('8e' || to_hex(p) || to_hex(i), 'hex')"
                    + " FROM generate_series(160, 169) p, generate_series(32768, 65535) i";
            default -> pairs;
        };
    }

    /** SQL for all characters of the planes that have any in such an encoding, as b, and some of each other one. */
    static String characters() {
        return "SELECT convert_to(chr(i), 'UTF8') AS b FROM generate_series(128, 1114111) i"
                + " WHERE i NOT BETWEEN 55296 AND 57343 AND (i < 196608 OR i % 64 = 5)";
    }

    /** As a CharacterTable reads it. */
    static byte[] table(PgEncoding encoding) throws IOException, SQLException {
        Map<Integer, Integer> characters = new TreeMap<>(Integer::compareUnsigned);
        Map<Integer, Integer> codes = new TreeMap<>();
        try (Connection connection = PostgresOracle.get().connect(); Statement statement = connection.createStatement()) {
            statement.execute(CONV);
            try (ResultSet result = ask(statement, encoding, PgEncoding.UTF8, sequences(encoding))) {
                while (result.next()) {
                    byte[] bytes = result.getBytes(1);
                    int[] c = new String(hex(result.getString(2)), StandardCharsets.UTF_8).codePoints().toArray();
                    // Two single bytes are two characters
                    if (bytes.length == 1 || encoding != PgEncoding.SHIFT_JIS_2004 || !isSingle(bytes[0])) {
                        characters.put(code(bytes), c.length == 1 ? c[0] : c[1] << 16 | c[0]);
                    }
                }
            }
            Map<Integer, Integer> before = new TreeMap<>();
            characters.forEach((code, character) -> before.put(character, code));
            try (ResultSet result = ask(statement, PgEncoding.UTF8, encoding, characters())) {
                while (result.next()) {
                    int character = new String(result.getBytes(1), StandardCharsets.UTF_8).codePointAt(0);
                    int code = code(hex(result.getString(2)));
                    Integer other = before.remove(character);
                    if (other == null || other != code) {
                        codes.put(character, code);
                    }
                }
            }
            before.keySet().stream().filter(Character::isValidCodePoint).forEach(character -> codes.put(character, 0));
        }
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        write(characters, new DataOutputStream(table));
        write(codes, new DataOutputStream(table));
        return table.toByteArray();
    }

    private static boolean isSingle(byte first) {
        return (first & 0xFF) >= 0xA1 && (first & 0xFF) <= 0xDF;
    }

    private static ResultSet ask(Statement statement, PgEncoding from, PgEncoding to, String all) throws SQLException {
        return statement.executeQuery("SELECT b, c FROM (SELECT b, pg_temp.conv(b, '" + from + "', '" + to + "') AS c FROM ("
                + all + ") x OFFSET 0) y WHERE c NOT LIKE '22___ %'");
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static int code(byte[] bytes) {
        int code = 0;
        for (byte b : bytes) {
            code = code << 8 | b & 0xFF;
        }
        return code;
    }

    private static void write(Map<Integer, Integer> entries, DataOutputStream out) throws IOException {
        out.writeInt(entries.size());
        int before = 0;
        for (Map.Entry<Integer, Integer> entry : entries.entrySet()) {
            out.writeInt(entry.getKey() - before);
            out.writeInt(entry.getValue());
            before = entry.getKey();
        }
    }
}
