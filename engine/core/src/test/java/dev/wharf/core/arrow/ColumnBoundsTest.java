package dev.wharf.core.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.wharf.core.catalog.ColumnStatistics;
import dev.wharf.core.catalog.ColumnStatistics.Value;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.Decimal128;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bounds and null counts against those found by looking at one value after the other. */
class ColumnBoundsTest {
    private static final Value NAN = new Value(Decimal128.NAN_HI, Decimal128.NAN_LO);

    static Stream<PgType> types() {
        return Stream.of(PgType.of(Kind.BOOL), PgType.of(Kind.INT2), PgType.of(Kind.INT4), PgType.of(Kind.INT8),
                PgType.of(Kind.FLOAT4), PgType.of(Kind.FLOAT8), new PgType(Kind.NUMERIC, 38, 2), PgType.of(Kind.DATE),
                PgType.of(Kind.TIME), PgType.of(Kind.TIMESTAMP), PgType.of(Kind.TIMESTAMPTZ), PgType.of(Kind.UUID));
    }

    /** Values near each other and far apart, of few kinds and many; from no row NULL to every row. */
    @ParameterizedTest
    @MethodSource("types")
    void againstOneByOne(PgType type) {
        Random random = new Random(31);
        ColumnBounds bounds = ColumnBounds.of(type);
        Datum datum = new Datum();
        try (ColumnBuilder column = new ColumnBuilder(type)) {
            for (int round = 0; round < 2000; round++) {
                column.clear();
                int rows = random.nextInt(round % 10 == 0 ? 300 : 30);
                int nulls = random.nextInt(4) * random.nextInt(34);
                int shift = random.nextInt(64);
                List<Value> values = new ArrayList<>();
                for (int i = 0; i < rows; i++) {
                    if (random.nextInt(100) < nulls) {
                        column.appendNull();
                    } else {
                        Value value = value(type, random, shift, random.nextInt(round % 3 == 0 ? 20 : 3) == 0);
                        values.add(value);
                        datum.hi = value.hi();
                        datum.lo = value.lo();
                        column.append(datum);
                    }
                }
                Comparator<Value> order = order(type);
                ColumnStatistics found = bounds.collect(column);
                int n = round;
                assertEquals(rows - values.size(), found.nullCount(), () -> "round " + n);
                assertEquals(values.stream().min(order).map(v -> canonical(type, v)).orElse(null), found.min(),
                        () -> "round " + n + ": " + values);
                assertEquals(values.stream().max(order).map(v -> canonical(type, v)).orElse(null), found.max(),
                        () -> "round " + n + ": " + values);
            }
        }
    }

    private static Value value(PgType type, Random random, int shift, boolean odd) {
        long some = random.nextLong() >> shift;
        return switch (type.kind()) {
            case BOOL -> Value.of(some & 1);
            case INT2 -> Value.of(odd ? Short.MIN_VALUE : (short) some);
            case INT4, DATE -> Value.of(odd ? Integer.MAX_VALUE : (int) some);
            case FLOAT4 -> Value.of(Float.floatToRawIntBits(odd ? ODD[random.nextInt(ODD.length)] : some / 8f)
                    ^ (odd ? random.nextInt(2) << 31 : 0));
            case FLOAT8 -> Value.of(Double.doubleToRawLongBits(odd ? ODD[random.nextInt(ODD.length)] : some / 8d)
                    ^ (odd ? random.nextLong(2) << 63 : 0));
            case NUMERIC -> odd && shift % 4 == 0 ? NAN : odd && shift % 2 == 0 ? new Value(random.nextLong() >> shift, some)
                    : Value.of(some);
            case UUID -> new Value(odd ? some : 1, random.nextLong());
            default -> Value.of(odd ? Long.MIN_VALUE : some);
        };
    }

    /** And each of them with the sign inverted. */
    private static final float[] ODD = {Float.NaN, Float.POSITIVE_INFINITY, 0, Float.MIN_VALUE, Float.MAX_VALUE};

    /** PostgreSQL's order, the plain way. */
    private static Comparator<Value> order(PgType type) {
        return switch (type.kind()) {
            case FLOAT4, FLOAT8 -> Comparator.comparingDouble(v -> Double.longBitsToDouble(canonicalDouble(type, v)));
            case NUMERIC -> Comparator.<Value, Boolean>comparing(NAN::equals).thenComparing(ColumnBoundsTest::wide);
            case UUID -> Comparator.comparing(v -> String.format("%016x%016x", v.hi(), v.lo()));
            default -> Comparator.comparingLong(Value::lo);
        };
    }

    private static BigInteger wide(Value value) {
        return BigInteger.valueOf(value.hi()).shiftLeft(64).add(BigInteger.valueOf(value.lo() & Long.MAX_VALUE))
                .add(value.lo() < 0 ? BigInteger.ONE.shiftLeft(63) : BigInteger.ZERO);
    }

    private static long canonicalDouble(PgType type, Value v) {
        double d = type.kind() == Kind.FLOAT4 ? Float.intBitsToFloat((int) v.lo()) : Double.longBitsToDouble(v.lo());
        return Double.doubleToLongBits(d == 0 ? 0 : d);
    }

    private static Value canonical(PgType type, Value v) {
        double d = Double.longBitsToDouble(canonicalDouble(type, v));
        return switch (type.kind()) {
            case FLOAT4 -> Value.of(Float.floatToIntBits((float) d));
            case FLOAT8 -> Value.of(Double.doubleToLongBits(d));
            default -> v;
        };
    }

    @Test
    void noBounds() {
        for (PgType type : List.of(PgType.of(Kind.TEXT), new PgType(Kind.VARCHAR, 3, 0), new PgType(Kind.CHAR, 3, 0),
                PgType.of(Kind.BYTEA), PgType.of(Kind.NUMERIC), PgType.of(Kind.INTERVAL),
                PgType.of(Kind.JSON), PgType.of(Kind.JSONB), PgType.arrayOf(PgType.of(Kind.INT4)))) {
            try (ColumnBuilder column = new ColumnBuilder(type)) {
                column.appendNull();
                column.append(new Datum());
                ColumnStatistics found = ColumnBounds.of(type).collect(column);
                assertEquals(1, found.nullCount());
                assertNull(found.min());
            }
        }
    }
}
