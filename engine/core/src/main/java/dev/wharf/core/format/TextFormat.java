package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putByte;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.memory.OffHeap;

/** text, varchar, char: the stored bytes, quoted or escaped where needed. */
final class TextFormat extends FormatKernel {
    private final FieldEscaping escaping;
    private SpecialBytes special;
    /** Offset in the column's data of the first byte that {@link #special} knows about. */
    private int known;

    TextFormat(CopyDialect dialect, FieldEscaping escaping) {
        super(dialect);
        this.escaping = escaping;
        special = SpecialBytes.of(dialect);
    }

    @Override
    protected void prepare(ColumnData column, int first, int rows) {
        known = getInt(column.offsets() + 4L * first);
        special = special.faster();
        special.scan(column.data() + known, getInt(column.offsets() + 4L * (first + rows)) - known);
    }

    @Override
    protected long valueWidth(ColumnData column, int first, int rows) {
        return FieldEscaping.width(longest(column, first, rows));
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
        int offset = getInt(column.offsets() + 4L * row);
        int length = getInt(column.offsets() + 4L * row + 4) - offset;
        long start = column.data() + offset;
        int from = offset - known;
        if (special.any(from, from + length) || escaping.isMarker(start, length)) {
            return escaping.write(start, length, to);
        }
        if (length <= 64) {
            // Whole words: the row has room behind, and the table's file goes on behind its last value.
            putLong(to, getLong(start));
            putLong(to + 8, getLong(start + 8));
            for (int i = 16; i < length; i += 16) {
                putLong(to + i, getLong(start + i));
                putLong(to + i + 8, getLong(start + i + 8));
            }
        } else {
            OffHeap.copy(start, to, length);
        }
        return length;
    }
}
