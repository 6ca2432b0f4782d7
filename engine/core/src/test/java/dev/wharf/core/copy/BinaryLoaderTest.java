package dev.wharf.core.copy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.format.BinaryFormatter;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.BinaryOutputs;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.TextSettings;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextInputs;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of the binary format the quick way gives what the exact way gives, or nothing; and back what the send functions give. */
class BinaryLoaderTest {
    private static final PgType[] TYPES = types();

    private static PgType[] types() {
        List<PgType> types = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            types.add(kind == Kind.ARRAY ? PgType.arrayOf(PgType.of(Kind.INT2)) : PgType.of(kind));
        }
        for (int[] p : new int[][] {{15, 2}, {4, 2}, {5, 0}, {6, 6}, {9, 7}, {18, 0}, {18, 18}, {19, 3}, {38, 5},
                {2, 1}, {12, 4}}) {
            types.add(new PgType(Kind.NUMERIC, p[0], p[1]));
        }
        for (int n : new int[] {1, 10, 64, 65}) {
            types.add(new PgType(Kind.VARCHAR, n, 0));
            types.add(new PgType(Kind.CHAR, n, 0));
        }
        types.add(new PgType(Kind.TIMESTAMP, 3, 0));
        types.add(new PgType(Kind.TIME, 2, 0));
        return types.toArray(PgType[]::new);
    }

    static Stream<PgType> everyType() {
        return Stream.of(TYPES);
    }

    /** A block of a column's values, usual ones and odd ones. */
    @ParameterizedTest
    @MethodSource("everyType")
    void oneColumn(PgType type) throws IOException {
        Random random = new Random(type.hashCode());
        int quick = 0;
        for (int round = 0; round < 300; round++) {
            byte[] rows = rows(random, List.of(type), 1 + random.nextInt(30), round % 3 == 0 ? 0.1 : 0);
            quick += check(List.of(type), round % 50 == 0, rows) ? 1 : 0;
        }
        assertTrue(quick >= 150, () -> type.formatType() + " was seldom converted the quick way");
    }

    /** Rows of all types, in which any bytes are changed, or the last ones missing. */
    @Test
    void damaged() throws IOException {
        Random random = new Random(8);
        List<PgType> types = List.of(TYPES);
        for (int round = 0; round < 400; round++) {
            byte[] rows = rows(random, types, 3, 0);
            for (int n = random.nextInt(3); n > 0; n--) {
                rows[random.nextInt(rows.length)] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(3) - 1);
            }
            check(types, round % 10 == 0, random.nextInt(4) == 0
                    ? Arrays.copyOf(rows, random.nextInt(rows.length)) : rows);
        }
    }

    private static CopyJob job(List<PgType> types, boolean notNull) {
        List<Column> columns = IntStream.range(0, types.size())
                .mapToObj(i -> new Column("c" + i, types.get(i), notNull)).toList();
        return new CopyJob(true, new Relation(1, "t", columns, true), IntStream.range(0, types.size()).toArray(),
                CopyFormatOptions.Format.BINARY, null,
                ForceFlags.NONE, PgEncoding.UTF8, 0, null, null, null, 0, 0, 0, false, CopyErrorHandling.STOP,
                TextSettings.DEFAULT);
    }

    private static final class Bytes extends CopySource {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        long size() {
            return bytes.length;
        }

        @Override
        int read(MemorySegment target, long position) {
            int n = (int) Math.min(target.byteSize(), bytes.length - position);
            target.copyFrom(MemorySegment.ofArray(bytes).asSlice(position, n));
            return n;
        }

        @Override
        public void close() {
        }
    }

    /** Whether the quick way took all. */
    private static boolean check(List<PgType> types, boolean notNull, byte[] data) throws IOException {
        CopyJob job = job(types, notNull);
        List<Column> columns = job.relation().columns();
        ColumnBuilder[] exact = types.stream().map(ColumnBuilder::new).toArray(ColumnBuilder[]::new);
        try (BinaryRowReader reader = new BinaryRowReader(job, new Bytes(data));
                BinaryRowReader quickReader = new BinaryRowReader(job, new Bytes(data));
                BinaryBlockConverter converter = new BinaryBlockConverter(job);
                OffHeap.Buffer out = new OffHeap.Buffer(64);
                BinaryFormatter formatter = new BinaryFormatter(columns, job.attributes())) {
            quickReader.begin(0);
            quickReader.fill();
            int taken = converter.convert(quickReader.address(), quickReader.length(), Long.MAX_VALUE);
            reader.begin(0);
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            try {
                while ((taken == 0 || reader.position() < taken) && reader.readRow(1)) {
                    reader.append(exact);
                    send(reader, types, sent);
                }
            } catch (PgError e) {
                assertEquals(0, taken, () -> "the quick way took what is an error: " + e);
            }
            if (taken > 0) {
                assertEquals(taken, reader.position());
                assertEquals(content(exact), content(converter.builders()));
            } else {
                assertEquals(0, converter.builders()[0].rows());
            }
            ColumnData[] batch = new ColumnData[exact.length];
            for (int i = 0; i < batch.length; i++) {
                long offsets = types.get(i).storage() == PgType.Storage.VARIABLE ? exact[i].offsetsAddress() : 0;
                batch[i] = new ColumnData(types.get(i), exact[i].validityAddress(), offsets, exact[i].dataAddress());
            }
            byte[] formatted = new byte[(int) formatter.format(batch, exact[0].rows(), true, out)];
            OffHeap.copy(out.address(), formatted, 0, formatted.length);
            assertArrayEquals(sent.toByteArray(), formatted);
            return taken == data.length;
        } finally {
            for (ColumnBuilder builder : exact) {
                builder.close();
            }
        }
    }

    private static void send(BinaryRowReader reader, List<PgType> types, ByteArrayOutputStream sent) throws IOException {
        DataOutputStream row = new DataOutputStream(sent);
        row.writeShort(types.size());
        TextBuffer text = new TextBuffer();
        for (int i = 0; i < types.size(); i++) {
            if (reader.nulls()[i]) {
                row.writeInt(-1);
            } else {
                BinaryOutputs.of(types.get(i)).format(reader.values()[i], text.clear());
                row.writeInt(text.length);
                row.write(text.bytes, 0, text.length);
            }
        }
    }

    private static List<String> content(ColumnBuilder[] builders) {
        List<String> content = new ArrayList<>();
        for (ColumnBuilder builder : builders) {
            content.add("rows " + builder.rows() + ", nulls " + builder.nullCount());
            for (int r = 0; r < builder.rows(); r++) {
                long validity = builder.validityAddress();
                boolean isNull = validity != 0 && (OffHeap.getByte(validity + r / 8) >> r % 8 & 1) == 0;
                int width = builder.storage().width();
                long from = switch (builder.storage()) {
                    case VARIABLE -> builder.bytesBefore(r);
                    case BIT -> r / 8;
                    default -> (long) width * r;
                };
                StringBuilder value = new StringBuilder(isNull ? "NULL " : "");
                if (builder.storage() == PgType.Storage.BIT) {
                    value.append(OffHeap.getByte(builder.dataAddress() + from) >> r % 8 & 1);
                } else {
                    long end = builder.storage() == PgType.Storage.VARIABLE ? builder.bytesBefore(r + 1) : from + width;
                    for (long at = from; at < end; at++) {
                        value.append(Integer.toHexString(OffHeap.getByte(builder.dataAddress() + at) & 0xFF)).append(' ');
                    }
                }
                content.add(value.toString());
            }
        }
        return content;
    }

    /** @param odd how often a value is none that files usually hold */
    private static byte[] rows(Random random, List<PgType> types, int count, double odd) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (int r = 0; r < count; r++) {
            out.writeShort(types.size());
            for (PgType type : types) {
                boolean isOdd = random.nextDouble() < odd;
                if (random.nextInt(20) == 0 && !isOdd) {
                    out.writeInt(-1);
                    continue;
                }
                byte[] value = value(random, type, isOdd);
                out.writeInt(value.length);
                out.write(value);
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] value(Random random, PgType type, boolean odd) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        switch (type.kind()) {
            case BOOL -> out.writeByte(random.nextInt(odd ? 256 : 2));
            case INT2 -> out.writeShort(random.nextInt());
            case INT4, FLOAT4 -> out.writeInt(random.nextInt());
            case INT8, FLOAT8 -> out.writeLong(random.nextLong() >> random.nextInt(64));
            case DATE -> out.writeInt(odd ? random.nextInt() >> random.nextInt(12) : random.nextInt(20_000));
            case TIME -> out.writeLong(odd ? random.nextLong() >> random.nextInt(40) : random.nextLong(86_400_000_001L));
            case TIMESTAMP, TIMESTAMPTZ -> out.writeLong(odd ? random.nextLong() >> random.nextInt(12)
                    : random.nextLong() >> 10);
            case UUID -> {
                out.writeLong(random.nextLong());
                out.writeLong(random.nextLong());
            }
            case INTERVAL -> {
                out.writeLong(random.nextLong() >> 20);
                out.writeInt(random.nextInt(1000));
                out.writeInt(random.nextInt(1000));
            }
            case NUMERIC -> numeric(random, type, odd, out);
            case ARRAY -> {
                // One dimension with one element, whose lower bound is 1
                for (int n : new int[] {1, 0, 21, 1, 1, 2}) {
                    out.writeInt(n);
                }
                out.writeShort(random.nextInt());
            }
            case JSONB -> out.write("\1{\"a\": [1, 2.50]}".getBytes(StandardCharsets.UTF_8));
            case JSON -> out.write("[1, \"é\"]".getBytes(StandardCharsets.UTF_8));
            case TEXT, VARCHAR, CHAR, BYTEA -> {
                int longest = Math.min(type.precision() == PgType.NONE ? 100 : type.precision(), 100);
                int length = random.nextInt(3) == 0 ? longest : random.nextInt(longest + 1);
                String letters = odd ? " é€😀" : "abc d";
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < length; i++) {
                    text.append(letters.charAt(random.nextInt(letters.length())));
                }
                out.write(text.toString().getBytes(StandardCharsets.UTF_8));
                if (odd && random.nextInt(4) == 0) {
                    out.write(random.nextBoolean() ? ' ' : random.nextInt(256));
                }
            }
            default -> throw new IllegalArgumentException(type.formatType());
        }
        if (odd && random.nextInt(10) == 0) {
            out.writeByte(0);
        }
        return bytes.toByteArray();
    }

    /** Usual: as many digits and decimals as the type has. */
    private static void numeric(Random random, PgType type, boolean odd, DataOutputStream out) throws IOException {
        int scale = type.precision() == PgType.NONE ? 3 : type.scale();
        int precision = type.precision() == PgType.NONE ? 12 : type.precision();
        if (odd) {
            int digits = random.nextInt(7);
            out.writeShort(digits);
            out.writeShort(random.nextInt(8) - 4);
            out.writeShort(new int[] {0, 0x4000, 0xC000, 0xD000, 0xF000, 1}[random.nextInt(24) < 18 ? random.nextInt(2)
                    : random.nextInt(6)]);
            out.writeShort(random.nextInt(3) == 0 ? random.nextInt(9) : scale);
            for (int i = 0; i < digits; i++) {
                out.writeShort(random.nextInt(10) == 0 ? random.nextInt(0x10000) : random.nextInt(10_000));
            }
            return;
        }
        BigDecimal value = new BigDecimal(new BigInteger(precision * 3, random), scale);
        byte[] text = (random.nextBoolean() ? value : value.negate()).toPlainString().getBytes(StandardCharsets.UTF_8);
        PgType whole = PgType.of(Kind.NUMERIC);
        Datum datum = new Datum();
        TextInputs.of(whole).parse(text, 0, text.length, datum);
        TextBuffer sent = new TextBuffer();
        BinaryOutputs.of(whole).format(datum, sent);
        out.write(sent.bytes, 0, sent.length);
    }
}
