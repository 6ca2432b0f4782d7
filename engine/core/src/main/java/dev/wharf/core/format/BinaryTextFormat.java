package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putInt;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.memory.OffHeap;

/** text, varchar, char, bytea, json: the stored bytes. */
final class BinaryTextFormat extends BinaryFormatKernel {
    @Override
    long width(ColumnData column, int first, int rows) {
        return Integer.BYTES + FormatKernel.longest(column, first, rows) + SLACK;
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
        int offset = getInt(column.offsets() + 4L * row);
        int length = getInt(column.offsets() + 4L * row + 4) - offset;
        long start = column.data() + offset;
        if (length <= 64) {
            // Whole words: the row has room behind, and so has the column.
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
