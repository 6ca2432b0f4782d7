package dev.wharf.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.csv.StructuralIndex;
import dev.wharf.core.error.PgError;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.core.types.TextInput;
import dev.wharf.core.types.TextInputs;
import dev.wharf.core.types.TextSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A kernel gives what its type's input function gives, for usual spellings and odd ones, or refuses with it. */
class ColumnKernelTest {
    private static final int RANDOM = 4000;
    /** Memory is costly to give back, so all have the same. */
    private static final OffHeap.Buffer TEXT = new OffHeap.Buffer(1 << 18);
    private static final OffHeap.Buffer POSITIONS = new OffHeap.Buffer(1 << 20);
    private static final OffHeap.Buffer IRREGULAR = new OffHeap.Buffer(1 << 20);
    private static final CsvDialect CSV = new CsvDialect((byte) ',', (byte) '"', (byte) '"', CsvDialect.Eol.NL, new byte[0]);

    private final DelimitedFieldBlock block = DelimitedFieldBlock.of(CSV, 1, ForceFlags.NONE);
    private ColumnBuilder builder;

    @AfterEach
    void close() {
        block.close();
        if (builder != null) {
            builder.close();
        }
    }

    static Stream<PgType> types() {
        List<PgType> types = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            types.add(kind == Kind.ARRAY ? PgType.arrayOf(PgType.of(Kind.TEXT)) : PgType.of(kind));
        }
        for (int[] p : new int[][] {{15, 2}, {4, 2}, {5, 0}, {6, 6}, {9, 7}, {18, 0}, {18, 18}, {19, 3}, {38, 5}, {38, 38},
                {2, 2}, {1, 1}, {16, 4}}) {
            types.add(new PgType(Kind.NUMERIC, p[0], p[1]));
        }
        for (int n : new int[] {1, 3, 10, 64, 65, 100}) {
            types.add(new PgType(Kind.VARCHAR, n, 0));
            types.add(new PgType(Kind.CHAR, n, 0));
        }
        types.add(new PgType(Kind.TIMESTAMP, 3, 0));
        types.add(new PgType(Kind.TIMESTAMPTZ, 0, 0));
        types.add(new PgType(Kind.TIME, 2, 0));
        return types.stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void oneValue(PgType type) {
        int good = 0;
        builder = new ColumnBuilder(type);
        List<String> texts = texts(type);
        for (String text : texts) {
            List<String> expected = byInput(type, List.of(text));
            assertEquals(expected, byKernel(type, List.of(text), true), () -> type.formatType() + " of '" + text + "'");
            good += expected == null ? 0 : 1;
        }
        assertTrue(good > texts.size() / 10, good + " of " + texts.size() + " are good");
    }

    /** Blocks of good values, with NULLs among them, appended to what the builder holds. */
    @ParameterizedTest
    @MethodSource("types")
    void block(PgType type) {
        builder = new ColumnBuilder(type);
        List<String> good = new ArrayList<>(texts(type).stream().filter(t -> byInput(type, List.of(t)) != null).toList());
        Random random = new Random(4);
        for (int i = 0; i < 20; i++) {
            List<String> column = new ArrayList<>();
            for (int n = 1 + random.nextInt(300); n > 0; n--) {
                column.add(random.nextInt(i % 3 + 2) == 0 ? null : good.get(random.nextInt(good.size())));
            }
            assertEquals(byInput(type, column), byKernel(type, column, i % 2 == 0));
        }
    }

    @Test
    void notNull() {
        PgType type = PgType.of(Kind.TEXT);
        builder = new ColumnBuilder(type);
        assertFalse(convert(new Column("a", type, true), List.of("1\n", "\n")));
        builder.truncate(0);
        assertTrue(convert(new Column("a", type, true), List.of("1\n", "\"\"\n")));
        builder.truncate(0);
        assertTrue(convert(new Column("a", type, false), List.of("1\n", "\n")));
    }

    private List<String> byInput(PgType type, List<String> column) {
        TextInput input = TextInputs.of(type);
        Datum datum = new Datum();
        builder.clear();
        try {
            for (String text : column) {
                if (text == null) {
                    builder.appendNull();
                } else {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    input.parse(bytes, 0, bytes.length, datum);
                    builder.append(datum);
                }
            }
            return values(builder);
        } catch (PgError e) {
            return null;
        }
    }

    private List<String> byKernel(PgType type, List<String> column, boolean quoted) {
        List<String> rows = new ArrayList<>();
        for (String text : column) {
            boolean plain = text == null || !quoted && !text.isEmpty() && text.chars().noneMatch(c -> ",\"\n\r".indexOf(c) >= 0);
            rows.add((text == null ? "" : plain ? text : '"' + text.replace("\"", "\"\"") + '"') + '\n');
        }
        builder.clear();
        // in two blocks: the second is appended behind the first
        int half = rows.size() / 2;
        Column of = new Column("a", type, false);
        boolean converted = (half == 0 || convert(of, rows.subList(0, half))) && convert(of, rows.subList(half, rows.size()));
        return converted ? values(builder) : null;
    }

    private boolean convert(Column column, List<String> rows) {
        byte[] text = String.join("", rows).getBytes(StandardCharsets.UTF_8);
        StructuralIndex index = StructuralIndex.vector(CSV);
        // what surrounds a field must not matter, digits least of all
        OffHeap.fill(TEXT.address() - 32, text.length + 64L, (byte) '7');
        OffHeap.copy(text, 0, TEXT.address(), text.length);
        index.scan(TEXT.address(), text.length, POSITIONS.address(), IRREGULAR.address(), Integer.MAX_VALUE);
        assertEquals(rows.size(), index.rows());
        OffHeap.putInt(POSITIONS.address() - 4, -1);
        block.set(TEXT.address(), POSITIONS.address(), rows.size(), !index.notAscii());
        if (index.quotes()) {
            block.setQuoted(IRREGULAR.address(), index.irregularCount());
        }
        return ColumnKernel.of(column, false, TextSettings.DEFAULT).convert(block, 0, builder);
    }

    /** Each row's bytes in hex, "null" for NULL. */
    private static List<String> values(ColumnBuilder builder) {
        List<String> values = new ArrayList<>();
        for (int r = 0; r < builder.rows(); r++) {
            boolean isNull = builder.nullCount() > 0
                    && (OffHeap.getByte(builder.validityAddress() + (r >> 3)) >> (r & 7) & 1) == 0;
            values.add((isNull ? "null" : "") + switch (builder.storage()) {
                case BIT -> Integer.toString(OffHeap.getByte(builder.dataAddress() + (r >> 3)) >> (r & 7) & 1);
                case VARIABLE -> {
                    int start = OffHeap.getInt(builder.offsetsAddress() + 4L * r);
                    yield hex(builder.dataAddress() + start, OffHeap.getInt(builder.offsetsAddress() + 4L * r + 4) - start);
                }
                default -> hex(builder.dataAddress() + (long) r * builder.storage().width(), builder.storage().width());
            });
        }
        return values;
    }

    private static String hex(long address, int length) {
        byte[] bytes = new byte[length];
        OffHeap.copy(address, bytes, 0, length);
        return HexFormat.of().formatHex(bytes);
    }

    private static List<String> texts(PgType type) {
        List<String> seeds = switch (type.kind()) {
            case BOOL -> List.of("t", "f", "true", "false", "T", "yes", "no", "on", "off", "1", "0", "tru", "fals", "truex",
                    "falsf", " t ");
            case INT2, INT4, INT8 -> List.of("0", "-1", "32767", "-32768", "32768", "2147483647", "-2147483648", "2147483648",
                    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1234567890123456", "12345678901234567",
                    "+5", "0x1f", "1_000", " 3", "00000000000000000007", "-", "12345678", "123456789");
            case FLOAT4, FLOAT8 -> List.of("0", "-0", "1.5", ".5", "5.", "9007199254740993", "9007199254740992", "16777217",
                    "9999999999999999999", "99999999999999999.9", "-999999999999999999", "1844674407370955162",
                    "0.000000000000000001",
                    "1e5", "inf", "nan", "123456.789", "0.1", "3.4028236e38", "12345678901234567890123", "1..2", "-.5", "-", ".");
            case NUMERIC -> List.of("0", "-0", "1.50", ".55", "5.", "123456789012345678", "-12.345", "99.99", "99.995", "0.005",
                    "-0.004",
                    "12345678901234.56", "123456789012345.67", "1e3", "NaN", "+1.5", "0001.50", "1.2.3", "99999999999999999.9",
                    "0.000001", "123456.123456", "9999999999999999999", "12345678", "-", ".", "1_0.5");
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> {
                List<String> dates = List.of("2020-02-29", "2021-02-29", "0001-01-01", "9999-12-31", "1970-01-01", "2000-13-01",
                        "1900-02-29",
                        "2020-04-31", "2020-1-2", "20200102", "Jan 5, 2020", "infinity", "2020-01-01 BC", "0000-01-01",
                        "10000-01-01");
                List<String> times = List.of("00:00:00", "23:59:59.999999", "24:00:00", "23:59:60", "12:34:56.7",
                        "12:34:56.1234567", "12:34",
                        "3:04:05 PM", "12:60:00", "12:34:56.", "99:00:00");
                if (type.kind() == Kind.DATE || type.kind() == Kind.TIME) {
                    yield type.kind() == Kind.DATE ? dates : times;
                }
                List<String> all = new ArrayList<>();
                for (String d : dates) {
                    all.add(d);
                    for (String t : times) {
                        all.addAll(List.of(d + " " + t, d + " " + t + "+00", d + "T" + t + "Z", d + " " + t + "-05:30", d + " "
                                + t + "+1"));
                    }
                }
                yield all;
            }
            case UUID -> List.of("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}", "a0ee-bc99", "x");
            case INTERVAL -> List.of("1 day", "1 year 2 mons -3 days 04:05:06.7", "P1Y2M3DT4H5M6S", "infinity", "1 fortnight",
                    "@ 1 s ago");
            case JSON, JSONB -> List.of("{\"b\": 1, \"a\": [1.0, true]}", "[]", "\"\\u0000\"", "1e3", "[1", "null ");
            case ARRAY -> List.of("{}", "{a,\"b c\",NULL}", "[2:3]={a,b}", "{{a},{b}}", "{a", "{a}}");
            case BYTEA -> List.of("\\x00ff", "\\xabc", "abc", "\\001", "\\\\", "", "é");
            case TEXT, VARCHAR, CHAR -> List.of("", "a", "ab ", "  ", "abc", "abcd", "abc   ", "é€😀", "é  ", "x".repeat(64),
                    "x".repeat(65),
                    "y".repeat(100) + "  ", "say \"hi\"", "a\nb", "z".repeat(31), "z".repeat(32), "z".repeat(33), "é".repeat(40));
        };
        List<String> texts = new ArrayList<>(seeds);
        texts.add("");
        texts.add(" ");
        Random random = new Random(type.hashCode());
        String alphabet = switch (type.kind()) {
            case TEXT, VARCHAR, CHAR, BYTEA -> "ab \"\n,é";
            case UUID -> "0123456789abcdef-";
            case BOOL -> "truefalsTF1";
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ, INTERVAL -> "0123456789-: .+";
            default -> "0123456789.-+eE";
        };
        for (int i = 0; i < RANDOM; i++) {
            StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
            for (int n = random.nextInt(3); n > 0; n--) {
                int at = random.nextInt(text.length() + 1);
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, c);
                    case 1 -> text.replace(Math.max(0, at - 1), at, "" + c);
                    default -> text.delete(Math.max(0, at - 1), at);
                }
            }
            // half a surrogate pair is no text
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                continue;
            }
            texts.add(text.toString());
            if (alphabet.startsWith("0123456789.")) {
                long number = random.nextLong() >> random.nextInt(64);
                texts.add(random.nextBoolean() ? Long.toString(number)
                        : java.math.BigDecimal.valueOf(number, random.nextInt(20)).toPlainString());
            }
        }
        return texts;
    }
}
