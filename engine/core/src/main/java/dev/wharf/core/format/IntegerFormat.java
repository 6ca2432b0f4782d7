package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.getShort;
import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.PgType;

/** smallint, integer, bigint. */
final class IntegerFormat extends FormatKernel {
    private static final byte[] SMALLEST = "-9223372036854775808".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final int width;

    IntegerFormat(PgType type, CopyDialect dialect) {
        super(dialect);
        width = type.storage().width();
    }

    @Override
    protected long valueWidth(ColumnData column, int first, int rows) {
        // What is written beyond a number's digits must stay in its row
        return SMALLEST.length + Long.BYTES;
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
        long v = width == 4 ? getInt(column.data() + 4L * row)
                : width == 8 ? getLong(column.data() + 8L * row) : getShort(column.data() + 2L * row);
        if (v >= 0) {
            return AsciiDigits.put(to, v);
        }
        if (v == Long.MIN_VALUE) {
            OffHeap.copy(SMALLEST, 0, to, SMALLEST.length);
            return SMALLEST.length;
        }
        putByte(to, (byte) '-');
        return AsciiDigits.put(to + 1, -v) + 1;
    }
}
