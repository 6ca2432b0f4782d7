package dev.wharf.core.arrow;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.getShort;

import dev.wharf.core.catalog.ColumnStatistics;
import dev.wharf.core.catalog.ColumnStatistics.Value;
import dev.wharf.core.types.Decimal128;
import dev.wharf.core.types.PgType;

/**
 * Finds a column's statistics in its finished buffers: one loop a type over each run of rows that are not NULL. Not
 * thread-safe.
 *
 * <p>By address, as in the kernels. Through a memory segment the compiler makes vector instructions of the loops (0.04 ns an
 * int instead of 0.57), but until it has, they take ten times as long, and a load that lives two seconds loses more than it
 * gains.
 */
abstract class ColumnBounds {
    /** Whether any value has been included. */
    private boolean found;

    /** What finds the bounds of a column of this type. */
    static ColumnBounds of(PgType type) {
        return switch (type.kind()) {
            case BOOL -> new Bits();
            case INT2, INT4, INT8, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> new Integers(type.storage());
            case FLOAT4 -> new Floats();
            case FLOAT8 -> new Doubles();
            case NUMERIC -> type.isDecimal128() ? new Decimals() : new None();
            case UUID -> new Uuids();
            case TEXT, VARCHAR, CHAR, BYTEA, INTERVAL, JSON, JSONB, ARRAY -> new None();
        };
    }

    /** What finds none. */
    static ColumnBounds none() {
        return new None();
    }

    ColumnStatistics collect(ColumnBuilder column) {
        clear();
        found = false;
        int rows = column.rows();
        if (column.nullCount() == 0) {
            found = rows > 0;
            include(column.dataAddress(), 0, rows);
        } else {
            long validity = column.validityAddress();
            int start = next(validity, 0, rows, 0);
            while (start < rows) {
                int end = next(validity, start, rows, -1);
                include(column.dataAddress(), start, end);
                found = true;
                start = next(validity, end, rows, 0);
            }
        }
        return found ? new ColumnStatistics(column.nullCount(), min(), max())
                : new ColumnStatistics(column.nullCount(), null, null);
    }

    /** The first row from {@code row} on whose bit, exclusive-or {@code flip}'s, is set; {@code rows} if there is none. */
    private static int next(long validity, int row, int rows, long flip) {
        int at = row;
        while (at < rows) {
            // Buffers have slack for the last word
            long bits = (getLong(validity + (at >> 6 << 3)) ^ flip) >>> at;
            if (bits != 0) {
                return Math.min(rows, at + Long.numberOfTrailingZeros(bits));
            }
            at = (at | 63) + 1;
        }
        return rows;
    }

    abstract void clear();

    /** Takes rows {@code from} to {@code to} in, none of which is NULL. */
    abstract void include(long data, int from, int to);

    /** Null where no bounds are kept. */
    abstract Value min();

    abstract Value max();

    private static final class None extends ColumnBounds {
        @Override
        void clear() {
        }

        @Override
        void include(long data, int from, int to) {
        }

        @Override
        Value min() {
            return null;
        }

        @Override
        Value max() {
            return null;
        }
    }

    private static final class Integers extends ColumnBounds {
        private final PgType.Storage storage;
        private long min;
        private long max;

        Integers(PgType.Storage storage) {
            this.storage = storage;
        }

        @Override
        void clear() {
            min = Long.MAX_VALUE;
            max = Long.MIN_VALUE;
        }

        @Override
        void include(long data, int from, int to) {
            switch (storage) {
                case FIXED2 -> include2(data + 2L * from, to - from);
                case FIXED4 -> include4(data + 4L * from, to - from);
                default -> include8(data + 8L * from, to - from);
            }
        }

        private void include2(long values, int n) {
            int least = Short.MAX_VALUE;
            int most = Short.MIN_VALUE;
            for (int i = 0; i < n; i++) {
                int v = getShort(values + 2L * i);
                least = Math.min(least, v);
                most = Math.max(most, v);
            }
            min = Math.min(min, least);
            max = Math.max(max, most);
        }

        private void include4(long values, int n) {
            int least = Integer.MAX_VALUE;
            int most = Integer.MIN_VALUE;
            for (int i = 0; i < n; i++) {
                int v = getInt(values + 4L * i);
                least = Math.min(least, v);
                most = Math.max(most, v);
            }
            min = Math.min(min, least);
            max = Math.max(max, most);
        }

        private void include8(long values, int n) {
            long least = Long.MAX_VALUE;
            long most = Long.MIN_VALUE;
            for (int i = 0; i < n; i++) {
                long v = getLong(values + 8L * i);
                least = Math.min(least, v);
                most = Math.max(most, v);
            }
            min = Math.min(min, least);
            max = Math.max(max, most);
        }

        @Override
        Value min() {
            return Value.of(min);
        }

        @Override
        Value max() {
            return Value.of(max);
        }
    }

    /**
     * real by a key that sorts as an int: the bits, and of a negative number all but the sign inverted. -0 is then -1, and
     * NaNs lie outside the infinities: those with a sign below, the others above.
     */
    private static final class Floats extends ColumnBounds {
        private static final int INFINITY = key(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));
        private static final int MINUS_INFINITY = key(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
        private static final int NAN = Integer.MAX_VALUE;
        private int min;
        private int max;

        /** Its own inverse. */
        private static int key(int bits) {
            return bits ^ bits >> 31 & Integer.MAX_VALUE;
        }

        @Override
        void clear() {
            min = Integer.MAX_VALUE;
            max = Integer.MIN_VALUE;
        }

        @Override
        void include(long data, int from, int to) {
            long values = data + 4L * from;
            int n = to - from;
            int least = Integer.MAX_VALUE;
            int most = Integer.MIN_VALUE;
            for (int i = 0; i < n; i++) {
                int bits = getInt(values + 4L * i);
                int k = bits ^ bits >> 31 & Integer.MAX_VALUE;
                least = Math.min(least, k);
                most = Math.max(most, k);
            }
            if (least < MINUS_INFINITY) {
                // A NaN with a sign, which none of our input functions makes: all over again, each looked at
                least = Integer.MAX_VALUE;
                for (int i = 0; i < n; i++) {
                    int k = key(getInt(values + 4L * i));
                    k = k < MINUS_INFINITY ? NAN : k;
                    least = Math.min(least, k);
                    most = Math.max(most, k);
                }
            }
            min = Math.min(min, least);
            max = Math.max(max, most);
        }

        private static Value value(int key) {
            float f = key > INFINITY ? Float.NaN : Float.intBitsToFloat(key(key));
            return Value.of(Float.floatToIntBits(f == 0 ? 0 : f));
        }

        @Override
        Value min() {
            return value(min);
        }

        @Override
        Value max() {
            return value(max);
        }
    }

    /** double precision, in the same way. */
    private static final class Doubles extends ColumnBounds {
        private static final long INFINITY = key(Double.doubleToRawLongBits(Double.POSITIVE_INFINITY));
        private static final long MINUS_INFINITY = key(Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY));
        private static final long NAN = Long.MAX_VALUE;
        private long min;
        private long max;

        private static long key(long bits) {
            return bits ^ bits >> 63 & Long.MAX_VALUE;
        }

        @Override
        void clear() {
            min = Long.MAX_VALUE;
            max = Long.MIN_VALUE;
        }

        @Override
        void include(long data, int from, int to) {
            long values = data + 8L * from;
            int n = to - from;
            long least = Long.MAX_VALUE;
            long most = Long.MIN_VALUE;
            for (int i = 0; i < n; i++) {
                long bits = getLong(values + 8L * i);
                long k = bits ^ bits >> 63 & Long.MAX_VALUE;
                least = Math.min(least, k);
                most = Math.max(most, k);
            }
            if (least < MINUS_INFINITY) {
                least = Long.MAX_VALUE;
                for (int i = 0; i < n; i++) {
                    long k = key(getLong(values + 8L * i));
                    k = k < MINUS_INFINITY ? NAN : k;
                    least = Math.min(least, k);
                    most = Math.max(most, k);
                }
            }
            min = Math.min(min, least);
            max = Math.max(max, most);
        }

        private static Value value(long key) {
            double d = key > INFINITY ? Double.NaN : Double.longBitsToDouble(key(key));
            return Value.of(Double.doubleToLongBits(d == 0 ? 0 : d));
        }

        @Override
        Value min() {
            return value(min);
        }

        @Override
        Value max() {
            return value(max);
        }
    }

    /** Decimal128: by its low word as long as the high one is nothing but its sign, as in nearly every column. */
    private static final class Decimals extends ColumnBounds {
        private long minHi;
        private long minLo;
        private long maxHi;
        private long maxLo;
        private boolean nan;
        private boolean number;

        @Override
        void clear() {
            nan = false;
            number = false;
        }

        @Override
        void include(long data, int from, int to) {
            long least = Long.MAX_VALUE;
            long most = Long.MIN_VALUE;
            long wide = 0;
            for (int i = from; i < to; i++) {
                long lo = getLong(data + 16L * i);
                wide |= getLong(data + 16L * i + 8) ^ lo >> 63;
                least = Math.min(least, lo);
                most = Math.max(most, lo);
            }
            if (wide == 0) {
                include(least >> 63, least);
                include(most >> 63, most);
                return;
            }
            for (int i = from; i < to; i++) {
                long lo = getLong(data + 16L * i);
                long hi = getLong(data + 16L * i + 8);
                if (hi == Decimal128.NAN_HI && lo == Decimal128.NAN_LO) {
                    nan = true;
                } else {
                    include(hi, lo);
                }
            }
        }

        private void include(long hi, long lo) {
            if (!number || isLess(hi, lo, minHi, minLo)) {
                minHi = hi;
                minLo = lo;
            }
            if (!number || isLess(maxHi, maxLo, hi, lo)) {
                maxHi = hi;
                maxLo = lo;
            }
            number = true;
        }

        private static boolean isLess(long hi, long lo, long otherHi, long otherLo) {
            return hi < otherHi || hi == otherHi && Long.compareUnsigned(lo, otherLo) < 0;
        }

        @Override
        Value min() {
            return number ? new Value(minHi, minLo) : new Value(Decimal128.NAN_HI, Decimal128.NAN_LO);
        }

        @Override
        Value max() {
            return nan ? new Value(Decimal128.NAN_HI, Decimal128.NAN_LO) : new Value(maxHi, maxLo);
        }
    }

    /** uuid: 16 bytes, the first the most significant. */
    private static final class Uuids extends ColumnBounds {
        private Value min;
        private Value max;

        @Override
        void clear() {
            min = null;
            max = null;
        }

        @Override
        void include(long data, int from, int to) {
            long leastHi = min == null ? -1 : min.hi();
            long leastLo = min == null ? -1 : min.lo();
            long mostHi = max == null ? 0 : max.hi();
            long mostLo = max == null ? 0 : max.lo();
            for (int i = from; i < to; i++) {
                long hi = Long.reverseBytes(getLong(data + 16L * i));
                long lo = Long.reverseBytes(getLong(data + 16L * i + 8));
                if (isLess(hi, lo, leastHi, leastLo)) {
                    leastHi = hi;
                    leastLo = lo;
                }
                if (isLess(mostHi, mostLo, hi, lo)) {
                    mostHi = hi;
                    mostLo = lo;
                }
            }
            min = new Value(leastHi, leastLo);
            max = new Value(mostHi, mostLo);
        }

        private static boolean isLess(long hi, long lo, long otherHi, long otherLo) {
            int high = Long.compareUnsigned(hi, otherHi);
            return high < 0 || high == 0 && Long.compareUnsigned(lo, otherLo) < 0;
        }

        @Override
        Value min() {
            return min;
        }

        @Override
        Value max() {
            return max;
        }
    }

    /** boolean, a bit each: whether there is a false one, and a true one. */
    private static final class Bits extends ColumnBounds {
        private int zeros;
        private int ones;

        @Override
        void clear() {
            zeros = 0;
            ones = 0;
        }

        @Override
        void include(long data, int from, int to) {
            for (int at = from; at < to && (zeros == 0 || ones == 0); at = (at | 7) + 1) {
                int wanted = 0xFF << (at & 7) & 0xFF;
                if (to - (at & ~7) < 8) {
                    wanted &= 0xFF >> 8 - (to & 7);
                }
                int bits = getByte(data + (at >> 3)) & wanted;
                ones |= bits;
                zeros |= bits ^ wanted;
            }
        }

        @Override
        Value min() {
            return Value.of(zeros != 0 ? 0 : 1);
        }

        @Override
        Value max() {
            return Value.of(ones != 0 ? 1 : 0);
        }
    }
}
