package dev.wharf.core.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Appending, NULLs, truncation, removal and growth in any order, against a list. */
class ColumnBuilderTest {
    static Stream<PgType> types() {
        return Stream.of(PgType.of(Kind.BOOL), PgType.of(Kind.INT2), PgType.of(Kind.INT4), PgType.of(Kind.INT8),
                new PgType(Kind.NUMERIC, 20, 2), PgType.of(Kind.UUID), PgType.of(Kind.TEXT));
    }

    @ParameterizedTest
    @MethodSource("types")
    void asAList(PgType type) {
        Random random = new Random(1);
        List<Long> expected = new ArrayList<>();
        try (ColumnBuilder builder = new ColumnBuilder(type)) {
            for (int step = 0; step < 60; step++) {
                switch (random.nextInt(7)) {
                    case 0 -> {
                        int keep = expected.isEmpty() ? 0 : expected.size() - random.nextInt(Math.min(expected.size(), 3000) + 1);
                        builder.truncate(keep);
                        expected.subList(keep, expected.size()).clear();
                    }
                    case 1 -> {
                        if (step % 10 == 0) {
                            builder.clear();
                            expected.clear();
                        }
                    }
                    case 2 -> block(type, builder, expected, random);
                    case 3 -> remove(builder, expected, random);
                    default -> {
                        for (int n = random.nextInt(2000); n > 0; n--) {
                            append(type, builder, expected, random.nextInt(step % 4 == 0 ? 3 : 1000) == 0 ? null
                                    : random.nextLong());
                        }
                    }
                }
                check(type, builder, expected);
            }
        }
    }

    /** Few rows or most of them, the first and the last among them or not. */
    private static void remove(ColumnBuilder builder, List<Long> expected, Random random) {
        int oneIn = 1 + random.nextInt(random.nextBoolean() ? 3 : 200);
        int from = expected.isEmpty() ? 0 : random.nextInt(expected.size());
        int[] removed = IntStream.range(from, expected.size()).filter(_ -> random.nextInt(oneIn) == 0).toArray();
        builder.remove(Arrays.copyOf(removed, removed.length + 3), removed.length);
        for (int i = removed.length - 1; i >= 0; i--) {
            expected.remove(removed[i]);
        }
    }

    private static void append(PgType type, ColumnBuilder builder, List<Long> expected, Long value) {
        if (value == null) {
            builder.appendNull();
        } else {
            builder.append(datum(type, value));
        }
        expected.add(value);
    }

    /** As a kernel does it; half of them fail behind the reservation, and are truncated. */
    private static void block(PgType type, ColumnBuilder builder, List<Long> expected, Random random) {
        int rows = 1 + random.nextInt(3000);
        int first = builder.rows();
        builder.reserve(rows, 64L * rows);
        List<Long> values = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
            values.add(random.nextInt(50) == 0 ? null : random.nextLong());
            if (values.getLast() == null) {
                builder.setNull(first + r, first + rows);
            }
        }
        boolean fails = random.nextBoolean();
        int stop = fails ? random.nextInt(rows) : rows;
        for (int r = 0; r < stop; r++) {
            if (values.get(r) == null) {
                builder.storeEmpty(first + r);
            } else {
                builder.store(first + r, datum(type, values.get(r)));
            }
        }
        if (fails) {
            builder.truncate(first);
        } else {
            builder.advance(rows, (int) values.stream().filter(Objects::isNull).count());
            expected.addAll(values);
        }
    }

    private static Datum datum(PgType type, long value) {
        Datum datum = new Datum();
        datum.lo = type.kind() == Kind.BOOL ? value & 1 : value;
        datum.hi = ~value;
        if (type.storage() == PgType.Storage.VARIABLE) {
            datum.length = (int) (value & 31);
            for (int i = 0; i < datum.length; i++) {
                datum.bytes[i] = (byte) (value >> i);
            }
        }
        return datum;
    }

    private static void check(PgType type, ColumnBuilder builder, List<Long> expected) {
        assertEquals(expected.size(), builder.rows());
        assertEquals(expected.stream().filter(Objects::isNull).count(), builder.nullCount(), "nulls");
        long length = 0;
        for (int r = 0; r < expected.size(); r++) {
            Long value = expected.get(r);
            boolean isNull = builder.validityAddress() != 0
                    && (OffHeap.getByte(builder.validityAddress() + (r >> 3)) >> (r & 7) & 1) == 0;
            assertEquals(value == null, isNull, "row " + r);
            Datum d = value == null ? new Datum() : datum(type, value);
            long data = builder.dataAddress();
            switch (type.storage()) {
                case BIT -> assertEquals(d.lo, OffHeap.getByte(data + (r >> 3)) >> (r & 7) & 1);
                case FIXED2 -> assertEquals((short) d.lo, OffHeap.getShort(data + 2L * r));
                case FIXED4 -> assertEquals((int) d.lo, OffHeap.getInt(data + 4L * r));
                case FIXED8 -> assertEquals(d.lo, OffHeap.getLong(data + 8L * r));
                case FIXED16 -> {
                    boolean uuid = type.kind() == Kind.UUID;
                    assertEquals(uuid ? Long.reverseBytes(d.hi) : d.lo, OffHeap.getLong(data + 16L * r));
                    assertEquals(uuid ? Long.reverseBytes(d.lo) : d.hi, OffHeap.getLong(data + 16L * r + 8));
                }
                case VARIABLE -> {
                    assertEquals(length, OffHeap.getInt(builder.offsetsAddress() + 4L * r));
                    for (int i = 0; i < d.length; i++) {
                        assertEquals(d.bytes[i], OffHeap.getByte(data + length + i));
                    }
                    length += d.length;
                }
            }
        }
        if (type.storage() == PgType.Storage.VARIABLE) {
            assertEquals(length, builder.dataLength());
        }
    }
}
