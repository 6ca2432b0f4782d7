package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.types.PgType;

/** numeric(p,s) as Decimal128: what fits 64 bits here, the rest by the output function. */
final class DecimalFormat extends FormatKernel {
    private static final int WIDEST = 48;

    private final int scale;
    private final ValueText general;

    DecimalFormat(PgType type, CsvDialect dialect) {
        super(dialect);
        scale = type.scale();
        general = new ValueText(type);
    }

    @Override
    protected long valueWidth(ColumnData column, int first, int rows) {
        return WIDEST;
    }

    @Override
    protected void formatAll(ColumnData column, int first, int rows, RowText text) {
        for (int r = 0; r < rows; r++) {
            text.lengths[r] += formatOne(column, first + r, text.at(r));
        }
    }

    @Override
    protected int formatOne(ColumnData column, int row, long to) {
        long low = getLong(column.data() + 16L * row);
        long high = getLong(column.data() + 16L * row + 8);
        if (high != low >> 63 || low == Long.MIN_VALUE) {
            return general.copy(column, row, to);
        }
        int sign = (int) (high & 1);
        if (sign != 0) {
            putByte(to, (byte) '-');
        }
        long v = Math.abs(low);
        if (scale == 2) {
            long whole = v / 100;
            int wholeDigits = AsciiDigits.count(whole);
            long point = to + sign + wholeDigits;
            AsciiDigits.put(to + sign, whole, wholeDigits);
            putByte(point, (byte) '.');
            AsciiDigits.putPair(point + 1, (int) (v - whole * 100));
            return sign + wholeDigits + 3;
        }
        int digits = Math.max(AsciiDigits.count(v), scale + 1);
        AsciiDigits.put(to + sign, v, digits);
        if (scale == 0) {
            return sign + digits;
        }
        // The decimals move up by one for the point.
        long point = to + sign + digits - scale;
        for (long at = point + scale; at > point; at--) {
            putByte(at, getByte(at - 1));
        }
        putByte(point, (byte) '.');
        return sign + digits + 1;
    }
}
