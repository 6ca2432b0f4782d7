package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** FORMAT binary, both ways: PostgreSQL's bytes, and of broken files the error that it gives. */
class CopyBinaryTest extends CopyPairTest {
    private static final String BINARY = "FORMAT binary";
    private static final Mode PARALLEL = new Mode(3, true, 100);

    /** A signature, no flags, no extension. */
    private static final String HEADER = "5047434F50590AFF0D0A000000000000000000";

    @Test
    void everyType() throws IOException, SQLException {
        pair.createTable(CopyToTest.TYPES);
        pair.write(CopyToTest.everyType(new Random(31), 300).getBytes(StandardCharsets.UTF_8));
        Outcome rows = pair.loadPostgres("", "");
        assertEquals(rows.toString(), pair.loadWharf("", "", new Mode(2, true, 500)).toString());
        byte[] all = null;
        for (String sql : List.of("COPY t (r, a, j) TO STDOUT (FORMAT binary)", "COPY BINARY t (f) TO STDOUT",
                "COPY t (d, e, f) TO STDOUT WITH BINARY", "COPY t TO STDOUT (FORMAT binary)")) {
            all = pair.copyOutPostgres(sql);
            for (Mode mode : List.of(Mode.SERIAL, PARALLEL, new Mode(2, false, 1 << 20))) {
                assertArrayEquals(all, pair.copyOutWharf(sql, mode), () -> sql + ", " + mode);
            }
        }
        Path out = temporary.resolve("out.bin");
        for (Mode mode : List.of(Mode.SERIAL, PARALLEL, new Mode(2, false, 1 << 20))) {
            pair.set(mode);
            pair.wharf("COPY t TO '" + out + "' (FORMAT binary)");
            assertArrayEquals(all, Files.readAllBytes(out), mode::toString);
        }
        pair.write(all);
        assertEquals(rows.toString(), pair.loadPostgres("", BINARY).toString());
        for (Mode mode : List.of(Mode.SERIAL, PARALLEL)) {
            assertEquals(rows.toString(), pair.loadWharf("", BINARY, mode).toString(), mode::toString);
        }
    }

    /** Many rows in many tasks, each once and in order, whoever reads them. */
    @Test
    void manyRows() throws IOException, SQLException {
        pair.createTable("a int, b text, c int[]");
        StringBuilder csv = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            csv.append(i).append(",").append("x".repeat(i % 50)).append(",\"{").append(i).append(",NULL}\"\n");
        }
        pair.write(csv.toString().getBytes(StandardCharsets.UTF_8));
        Outcome expected = pair.loadPostgres("", "");
        byte[] binary = pair.copyOutPostgres("COPY t TO STDOUT (FORMAT binary)");
        pair.write(binary);
        for (Mode mode : List.of(Mode.SERIAL, new Mode(0, true, 1000), new Mode(2, false, 3000), new Mode(3, true, 20_000))) {
            assertEquals(expected.toString(), pair.loadWharf("", BINARY, mode).toString(), mode::toString);
            assertArrayEquals(binary, pair.copyOutWharf("COPY t TO STDOUT (FORMAT binary)", mode), mode::toString);
        }
    }

    /** Values that look like rows themselves: where a task begins is guessed wrong, and put right. */
    @Test
    void rowsInValues() throws IOException, SQLException {
        pair.createTable("a bytea");
        StringBuilder hex = new StringBuilder(HEADER);
        for (int i = 0; i < 300; i++) {
            String inner = "000100000002" + String.format("%04x", i);
            hex.append("0001").append(String.format("%08x", 16 * (i % 40))).append(inner.repeat(2 * (i % 40)));
        }
        byte[] data = HexFormat.of().parseHex(hex + "FFFF");
        pair.write(data);
        Outcome expected = pair.loadPostgres("", BINARY);
        for (Mode mode : List.of(new Mode(0, true, 100), new Mode(2, false, 300), new Mode(3, true, 1000))) {
            assertEquals(expected.toString(), pair.loadWharf("", BINARY, mode).toString(), mode::toString);
        }
        data[data.length - 200] ^= (byte) 0xFF;
        alike("damaged", data);
    }

    @Test
    void emptyTable() throws IOException, SQLException {
        pair.createTable("a int");
        assertArrayEquals(pair.copyOutPostgres("COPY t TO STDOUT (FORMAT binary)"),
                pair.copyOutWharf("COPY t TO STDOUT (FORMAT binary)", Mode.SERIAL));
        alike("", HexFormat.of().parseHex(HEADER + "FFFF"));
        alike("", HexFormat.of().parseHex(HEADER));
    }

    static Stream<String> tables() {
        return Stream.of("a numeric, b numeric(5,2), c numeric(38,10), d numeric(3,-2), e numeric(3,5)",
                "a text, b varchar(3), c char(4), d bytea, e boolean, f uuid",
                "a smallint, b integer, c bigint, d real, e double precision",
                "a date, b time, c timestamp, d timestamptz, e time(2), f timestamp(0), g int NOT NULL",
                "a interval, b interval day to hour, c interval year, d interval(2), e interval second(1)",
                "a json, b jsonb, c jsonb NOT NULL", "a bigint[], b text[], c numeric(5,2)[], d timestamptz[], e jsonb[]",
                "a character(3)[], b interval[], c boolean[], d bytea[], e uuid[], f real[], g date[], h varchar(2)[], i json[]");
    }

    /** Cut anywhere, and with any byte changed. */
    @ParameterizedTest
    @MethodSource("tables")
    void brokenFiles(String table) throws IOException, SQLException {
        Random random = new Random(table.hashCode());
        pair.createTable(table);
        String rows = switch (table.charAt(2)) {
            case 'n' -> "123.45000,-1.5,12345678901234567890.5,12300,0.00123\nNaN,NaN,NaN,NaN,NaN\n,0,-0.0000000001,-900,0\n"
                    + "Infinity,,,,\n1e30,999.99,9999,100,0\n";
            case 't' -> "é€😀,é,é,\\x0001ff,t,a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\n,\"\",\"\",\"\",f,\nabc,xyz,abcd,abc,,\n";
            case 'i' -> rows("1 year 2 mons 3 days 04:05:06.789", "1 day 02:03:04", "1 year 2 mons", "01:02:03.456", "1.27")
                    + rows("-infinity", "infinity", "", "-1 days +02:03:00", "-00:00:01.04") + ",,,,\n";
            case 'j' -> rows("{\"a\": [1, \"é\"]}", "{\"bb\": 1, \"a\": [null, 1.50, \"\\u0009\"]}", "1")
                    + rows("", "", "[]") + rows(" \"x\" ", "true", "{}");
            case 'b' -> rows("{1,2,NULL}", "{\"a b\",NULL,\"NULL\",\"\\\"é\",\"\"}", "{{1.5,2},{NaN,-3.25}}",
                    "[0:1]={2020-01-02 03:04:05+00,-infinity}", "{\"{\\\"a\\\": [1, 2]}\",NULL}")
                    + rows("{}", "[-2:-1][3:3]={{x},{y}}", "", "{NULL}", "{}")
                    + rows("{{{1}}}", "{}", "{{1},{2},{3}}", "", "{1,[],null}");
            case 'c' -> rows("{a,ab,abc}", "{1 day,-2 mons 00:00:01,infinity}", "{t,f,NULL}", "{\"\\\\x00ff\"}",
                    "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "{1.5,NaN,-Infinity}", "{2020-02-29,infinity}", "{é,\"\"}",
                    "{\"{\\\"a\\\":1}\"}") + rows("{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}") + ",,,,,,,,\n";
            case 's' -> "1,-2,3,1.5,-2.5\n-32768,2147483647,-9223372036854775808,NaN,Infinity\n,,,,\n";
            default -> "2020-02-29,01:02:03.456789,2020-01-02 03:04:05.6,2020-01-02 03:04:05+00,12:00:00.127,"
                    + "1999-12-31 23:59:59.9,1\n"
                    + "infinity,24:00:00,-infinity,infinity,,,2\n0044-03-15 BC,,0044-03-15 10:00:00 BC,,,,3\n";
        };
        pair.write(rows.getBytes(StandardCharsets.UTF_8));
        assertNull(pair.loadPostgres("", "").failure());
        byte[] good = pair.copyOutPostgres("COPY t TO STDOUT (FORMAT binary)");
        assertArrayEquals(good, good(table));
        for (int length = 0; length < good.length; length += 1 + random.nextInt(4)) {
            alike(table, Arrays.copyOf(good, length));
        }
        for (int i = 0; i < 150; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(good.length);
            bad[at] = switch (random.nextInt(4)) {
                case 0 -> (byte) ~bad[at];
                case 1 -> (byte) (bad[at] + 1);
                case 2 -> (byte) (bad[at] - 1);
                default -> (byte) random.nextInt();
            };
            alike(table + ", byte " + at, bad);
        }
    }

    /** A line of fields in quotes; one that is empty is NULL. */
    private static String rows(String... fields) {
        return Stream.of(fields).map(f -> f.isEmpty() ? "" : '"' + f.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(",", "", "\n"));
    }

    private static byte[] good(String table) throws SQLException {
        Outcome loaded = pair.loadWharf("", "", Mode.SERIAL);
        assertNull(loaded.failure(), loaded::toString);
        return pair.copyOutWharf("COPY t TO STDOUT (FORMAT binary)", Mode.SERIAL);
    }

    /** What else can be wrong, in hexadecimal. */
    @ParameterizedTest
    @CsvSource({
        "''", "5047434F50590AFF0D0A", "5047434F50590AFF0D0A0000", "5047434F50590AFF0D0A0000000000", "5047434F50590AFF0D0A01",
        "5047434F50590AFF0D0A000001000000000000FFFF", "5047434F50590AFF0D0A000002000000000000FFFF",
        "5047434F50590AFF0D0A008000000000000000FFFF", "5047434F50590AFF0D0A000000000100000000FFFF",
        "5047434F50590AFF0D0A0000000000FFFFFFFFFFFF", "5047434F50590AFF0D0A00000000000000000201",
        "5047434F50590AFF0D0A0000000000000000020102FFFF",
        HEADER + "FFFF00", HEADER + "FF", HEADER + "0000", HEADER + "0001FFFFFFFF", HEADER + "0003", HEADER + "FFFE",
        HEADER + "0002FFFFFFFF", HEADER + "0002FFFFFFFFFFFFFFFE", HEADER + "00020000000400000001FFFFFFFF",
        HEADER + "0002000000040000000100000001610002FFFFFFFF0000000162FFFF", HEADER + "00020000000300000100000001610002",
        HEADER + "00020000000500000001000000000161", HEADER + "000200000000000000016100", HEADER + "0002000000040000000180000000",
        HEADER + "000200000004000000017FFFFFFF61", HEADER + "00020000000400000001" + "3FFFFFFF61",
                HEADER + "00020000000400000001" + "3FFFFFFE61",
        HEADER + "00020000000400000001" + "00000001FF", HEADER + "00020000000400000001" + "0000000261" + "00",
        HEADER + "000200000004000000010000000061"})
    void wrong(String hex) throws IOException, SQLException {
        pair.createTable("a int, b text NOT NULL");
        alike(hex, HexFormat.of().parseHex(hex));
    }

    /** From a file, from a stream that comes in pieces, from a program, or from a file that is compressed. */
    private static void alike(String what, byte[] data) throws IOException, SQLException {
        pair.write(data);
        Outcome expected = pair.loadPostgres("", BINARY);
        Mode mode = data.length % 2 == 0 ? Mode.SERIAL : PARALLEL;
        Supplier<String> message = () -> what + ": " + HexFormat.of().formatHex(data) + mode;
        assertEquals(text(expected), text(pair.loadWharf("", BINARY, mode)), message);
        InputStream pieces = new ByteArrayInputStream(data) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + data.length % 7));
            }
        };
        assertEquals(text(expected), text(pair.sendWharf(Channels.newChannel(pieces)::read, "", BINARY, mode)), message);
        if (data.length % 16 == 0) {
            String program = "PROGRAM 'cat " + pair.file() + "'";
            assertEquals(text(expected), text(pair.loadWharf(program, "", BINARY, mode)), message);
            pair.write(CopyCompressedTest.Format.GZIP.compress(data));
            assertEquals(text(expected), text(pair.loadWharf("", BINARY, mode)), message);
        }
    }

    /** Without the name of a type that Wharf has not. */
    private static String text(Outcome outcome) {
        return outcome.toString().replaceAll("(array element type \\d+) \\([^)]*\\)", "$1");
    }
}
