package dev.wharf.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.TextSettings;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextOutputs;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The text of a batch is that of the types' output functions under the rules of PostgreSQL's CopyAttributeOut functions. */
class BatchFormatterTest {
    private static final int ROWS = 1500;

    static Stream<CopyDialect> dialects() {
        Stream<CopyDialect> text = Stream.of('\t', '|', '-', 'X', '"', ' ', ':', '\b')
                .map(c -> new TextDialect((byte) c.charValue(), CopyDialect.Eol.NL, "\\N".getBytes(StandardCharsets.UTF_8)));
        return Stream.concat(text, csvDialects());
    }

    private static Stream<CsvDialect> csvDialects() {
        return Stream.of(",\"\"", "|''", ",\"\\", "\t\"\"", "-\"\"", "0\"\"", ",11", ".\"a", ":5 ", " \"\"")
                .flatMap(m -> Stream.of("", "NULL", "1", "t", "\\.", "a longer null string than any small value")
                        .map(n -> new CsvDialect((byte) m.charAt(0), (byte) m.charAt(1), (byte) m.charAt(2), CopyDialect.Eol.NL,
                                n.getBytes(StandardCharsets.UTF_8))));
    }

    private static List<PgType> types() {
        List<PgType> types = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            types.add(kind == Kind.ARRAY ? PgType.arrayOf(PgType.of(Kind.TEXT)) : PgType.of(kind));
        }
        types.add(new PgType(Kind.NUMERIC, 15, 2));
        types.add(new PgType(Kind.NUMERIC, 38, 0));
        types.add(new PgType(Kind.NUMERIC, 38, 38));
        types.add(new PgType(Kind.NUMERIC, 18, 18));
        types.add(new PgType(Kind.NUMERIC, 1, 1));
        return types;
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void asOutputFunctions(CopyDialect dialect) {
        check(dialect, new ForceFlags(null, null, null));
        if (dialect instanceof CsvDialect) {
            boolean[] force = new boolean[types().size()];
            Arrays.fill(force, true);
            check(dialect, new ForceFlags(force, null, null));
        }
    }

    private static void check(CopyDialect dialect, ForceFlags force) {
        Random random = new Random(dialect.hashCode());
        List<PgType> types = types();
        List<Column> columns = new ArrayList<>();
        List<ColumnBuilder> builders = new ArrayList<>();
        List<List<String>> texts = new ArrayList<>();
        for (PgType type : types) {
            columns.add(new Column("c" + columns.size(), type, false));
            ColumnBuilder builder = new ColumnBuilder(type);
            builders.add(builder);
            List<String> column = new ArrayList<>();
            boolean nulls = random.nextBoolean();
            for (int r = 0; r < ROWS; r++) {
                if (nulls && random.nextInt(5) == 0) {
                    builder.appendNull();
                    column.add(null);
                } else {
                    Datum value = value(type, random, dialect, r);
                    builder.append(value);
                    TextBuffer text = new TextBuffer();
                    TextOutputs.of(type).format(value, text);
                    column.add(text.toString());
                }
            }
            texts.add(column);
        }
        ColumnData[] data = new ColumnData[types.size()];
        for (int c = 0; c < data.length; c++) {
            ColumnBuilder b = builders.get(c);
            boolean variable = types.get(c).storage() == PgType.Storage.VARIABLE;
            data[c] = new ColumnData(types.get(c), b.validityAddress(), variable ? b.offsetsAddress() : 0, b.dataAddress());
        }
        try (OffHeap.Buffer out = new OffHeap.Buffer(64)) {
            check(columns, dialect, force, data, texts, random.ints(types.size(), 0, types.size()).toArray(), out);
            for (int c = 0; c < types.size(); c++) {
                check(columns, dialect, force, data, texts, new int[] {c}, out);
            }
        }
        builders.forEach(ColumnBuilder::close);
    }

    private static void check(List<Column> columns, CopyDialect dialect, ForceFlags force, ColumnData[] data,
            List<List<String>> texts,
            int[] attributes, OffHeap.Buffer out) {
        StringBuilder expected = new StringBuilder();
        for (int r = 0; r < ROWS; r++) {
            for (int i = 0; i < attributes.length; i++) {
                expected.append(i == 0 ? "" : (char) dialect.delimiter());
                expected.append(field(texts.get(attributes[i]).get(r), dialect, attributes.length == 1, force.quote(i)));
            }
            expected.append('\n');
        }
        try (BatchFormatter formatter = new BatchFormatter(columns, attributes, dialect, force, TextSettings.DEFAULT)) {
            byte[] text = new byte[(int) formatter.format(data, ROWS, true, out)];
            OffHeap.copy(out.address(), text, 0, text.length);
            assertEquals(expected.toString(), new String(text, StandardCharsets.UTF_8));
        }
    }

    private static String field(String value, CopyDialect dialect, boolean alone, boolean force) {
        String nullPrint = new String(dialect.nullPrint(), StandardCharsets.UTF_8);
        if (value == null) {
            return nullPrint;
        }
        if (!(dialect instanceof CsvDialect csv)) {
            StringBuilder escaped = new StringBuilder();
            value.chars().forEach(c -> {
                int letter = "\b\t\n\u000B\f\r".indexOf(c);
                escaped.append(letter >= 0 || c == '\\' || c == dialect.delimiter() ? "\\" : "")
                        .append(letter >= 0 ? "btnvfr".charAt(letter) : (char) c);
            });
            return escaped.toString();
        }
        String quote = String.valueOf((char) csv.quote());
        String escape = String.valueOf((char) csv.escape());
        boolean needed = force || value.equals(nullPrint) || alone && value.equals("\\.")
                || value.chars().anyMatch(c -> c == csv.delimiter() || c == csv.quote() || c == '\n' || c == '\r');
        if (!needed) {
            return value;
        }
        StringBuilder quoted = new StringBuilder(quote);
        value.chars().forEach(c -> quoted.append(c == csv.quote() || c == csv.escape() ? escape : "").append((char) c));
        return quoted.append(quote).toString();
    }

    private static Datum value(PgType type, Random random, CopyDialect dialect, int row) {
        Datum d = new Datum();
        long any = random.nextInt(20) == 0
                ? new long[] {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, 9, 10, 99, 100}[random.nextInt(9)]
                : random.nextLong() >> random.nextInt(64);
        switch (type.kind()) {
            case BOOL -> d.lo = any & 1;
            case INT2 -> d.lo = (short) any;
            case INT4 -> d.lo = (int) any;
            case INT8 -> d.lo = any;
            case FLOAT4 -> d.lo = random.nextBoolean() ? Float.floatToRawIntBits(any) : random.nextInt();
            case FLOAT8 -> d.lo = random.nextBoolean() ? Double.doubleToRawLongBits(any / 1000.0) : random.nextLong();
            // from 4713 BC to 294276 AD
            case DATE -> d.lo = row % 97 == 0 ? Integer.MAX_VALUE : row % 89 == 0 ? Integer.MIN_VALUE : random.nextInt(3) == 0
                    ? random.nextInt(-2_440_000, 100_000_000) : random.nextInt(-719_500, 2_933_000);
            case TIME -> d.lo = random.nextLong(86_400_000_001L);
            case TIMESTAMP, TIMESTAMPTZ -> d.lo = row % 97 == 0 ? Long.MAX_VALUE : random.nextLong(-210_000_000_000_000_000L,
                    9_000_000_000_000_000_000L)
                    / (random.nextBoolean() ? 1 : 1_000_000);
            case UUID, INTERVAL -> {
                d.lo = random.nextLong();
                d.hi = random.nextLong();
            }
            case NUMERIC -> {
                if (type.isDecimal128()) {
                    BigInteger limit = BigInteger.TEN.pow(type.precision());
                    BigInteger v = row % 50 == 0 ? BigInteger.ONE.shiftLeft(63) : new BigInteger(1 + random.nextInt(126), random);
                    v = v.mod(limit).multiply(BigInteger.valueOf(random.nextBoolean() ? 1 : -1));
                    d.lo = v.longValue();
                    d.hi = v.shiftRight(64).longValue();
                    if (row % 61 == 0) {
                        d.lo = 0;
                        d.hi = Long.MIN_VALUE;
                    }
                } else {
                    set(d, row % 7 == 0 ? "NaN" : new java.math.BigDecimal(BigInteger.valueOf(any),
                            random.nextInt(30)).toPlainString());
                }
            }
            case TEXT, VARCHAR, CHAR, BYTEA -> {
                String[] pieces = {"a", "1", " ", "é", "€😀", "\n", "\r", "\\", "\"", "'", "\\.", "t", "NULL",
                        "plain text of some length",
                    "\b\t\u0007", "\u000B\f", String.valueOf((char) dialect.delimiter()),
                            String.valueOf((char) dialect.inverter()),
                    String.valueOf((char) (dialect instanceof CsvDialect csv ? csv.escape() : '\\'))};
                StringBuilder text = new StringBuilder();
                for (int n = random.nextInt(random.nextInt(10) == 0 ? 40 : 3); n > 0; n--) {
                    text.append(pieces[random.nextInt(pieces.length)]);
                }
                set(d, row == 700 ? "wide,".repeat(5000) : text.toString());
            }
        }
        return d;
    }

    private static void set(Datum d, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, d.reserve(bytes.length), 0, bytes.length);
        d.length = bytes.length;
    }
}
