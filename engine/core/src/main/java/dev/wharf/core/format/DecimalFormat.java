package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.types.PgType;

/** numeric(p,s) as Decimal128: what fits 64 bits here, the rest by the output function. */
final class DecimalFormat extends FormatKernel {
    private static final int WIDEST = 64;

    private static final int MAX_SCALE = 18;

    private final int scale;
    private final long power;
    private final ValueText general;

    DecimalFormat(PgType type, CopyDialect dialect) {
        super(dialect);
        scale = type.scale();
        long p = 1;
        for (int i = 0; i < Math.min(scale, MAX_SCALE); i++) {
            p *= 10;
        }
        power = p;
        general = new ValueText(type);
    }

    @Override
    protected long valueWidth(ColumnData column, int first, int rows) {
        return WIDEST;
    }

    @Override
    protected void formatAll(ColumnData column, int first, int rows, long[] cursors, byte terminator) {
        for (int r = 0; r < rows; r++) {
            long at = cursors[r];
            at += formatOne(column, first + r, at);
            putByte(at, terminator);
            cursors[r] = at + 1;
        }
    }

    @Override
    protected int formatOne(ColumnData column, int row, long to) {
        long low = getLong(column.data() + 16L * row);
        long high = getLong(column.data() + 16L * row + 8);
        if (scale > MAX_SCALE || high != low >> 63 || low == Long.MIN_VALUE) {
            return general.copy(column, row, to);
        }
        int sign = (int) (high & 1);
        if (sign != 0) {
            putByte(to, (byte) '-');
        }
        long v = Math.abs(low);
        if (scale == 0) {
            return sign + AsciiDigits.put(to + sign, v);
        }
        long whole = scale == 2 ? v / 100 : v / power;
        int n = sign + AsciiDigits.put(to + sign, whole);
        putByte(to + n, (byte) '.');
        if (scale == 2) {
            AsciiDigits.putPair(to + n + 1, (int) (v - whole * 100));
        } else {
            AsciiDigits.put(to + n + 1, v - whole * power, scale);
        }
        return n + 1 + scale;
    }
}
