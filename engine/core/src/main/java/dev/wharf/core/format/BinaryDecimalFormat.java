package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putInt;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.types.BinaryOutputs;
import dev.wharf.core.types.PgType;

/** numeric(p,s) as Decimal128 with up to four decimals and below 10^12 here, the rest by the send function. */
final class BinaryDecimalFormat extends BinaryFormatKernel {
    /** The head, and 38 decimal digits in up to eleven of four. */
    private static final int WIDEST = 32;
    private static final int MAX_SCALE = 4;
    private static final long LIMIT = 1_000_000_000_000L;
    private static final int NEGATIVE = 0x4000;

    private final int scale;
    private final int power;
    private final int missing;
    private final ValueText general;

    BinaryDecimalFormat(PgType type) {
        scale = type.scale();
        power = (int) Math.pow(10, Math.min(scale, MAX_SCALE));
        missing = 10_000 / power;
        general = new ValueText(type, BinaryOutputs.of(type));
    }

    @Override
    long width(ColumnData column, int first, int rows) {
        return Integer.BYTES + WIDEST;
    }

    @Override
    void formatAll(ColumnData column, int first, int rows, long[] cursors) {
        for (int r = 0; r < rows; r++) {
            long at = cursors[r];
            int length = formatOne(column, first + r, at + Integer.BYTES);
            putInt(at, Integer.reverseBytes(length));
            cursors[r] = at + Integer.BYTES + length;
        }
    }

    @Override
    int formatOne(ColumnData column, int row, long to) {
        long low = getLong(column.data() + 16L * row);
        long high = getLong(column.data() + 16L * row + 8);
        long v = Math.abs(low);
        if (scale > MAX_SCALE || high != low >> 63 || v < 0) {
            return general.copy(column, row, to);
        }
        long whole = scale == 2 ? v / 100 : v / power;
        if (whole >= LIMIT) {
            return general.copy(column, row, to);
        }
        // Four digits to the base of 10000, the last one behind the point; zeros at the ends are not written
        long upper = whole / 10_000;
        long top = upper / 10_000;
        long digits = top << 48 | upper - top * 10_000 << 32 | whole - upper * 10_000 << 16
                | (v - whole * power) * missing;
        if (digits == 0) {
            putLong(to, Long.reverseBytes(scale));
            return Long.BYTES;
        }
        int zeros = Long.numberOfLeadingZeros(digits) >> 4;
        int count = 4 - zeros - (Long.numberOfTrailingZeros(digits) >> 4);
        long sign = high & NEGATIVE;
        putLong(to, Long.reverseBytes((long) count << 48 | (2L - zeros & 0xFFFF) << 32 | sign << 16 | scale));
        putLong(to + Long.BYTES, Long.reverseBytes(digits << 16 * zeros));
        return Long.BYTES + Short.BYTES * count;
    }
}
