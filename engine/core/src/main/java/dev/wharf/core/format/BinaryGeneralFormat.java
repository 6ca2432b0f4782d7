package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getInt;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.BinaryOutputs;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextBuffer;
import java.util.Arrays;

/** Any type through its send function. How long a value gets only that knows: all are made when their width is asked for. */
final class BinaryGeneralFormat extends BinaryFormatKernel {
    /** Stored bytes of the values that are made at a time, unless one has more. */
    private static final int AT_A_TIME = 1 << 20;

    private final ValueText value;
    private byte[] bytes = new byte[1024];
    /** Where in them the value of row {@code first + r} begins. */
    private final int[] starts = new int[RowText.MAX_ROWS + 1];
    private int first;

    BinaryGeneralFormat(PgType type) {
        value = new ValueText(type, BinaryOutputs.of(type));
    }

    @Override
    int rows(ColumnData column, int from, int rows) {
        int n = rows;
        while (n > 1 && column.offsets() != 0
                && getInt(column.offsets() + 4L * (from + n)) - getInt(column.offsets() + 4L * from) > AT_A_TIME) {
            n /= 2;
        }
        return n;
    }

    @Override
    long width(ColumnData column, int from, int rows) {
        first = from;
        int longest = 0;
        for (int r = 0; r < rows; r++) {
            int length = 0;
            if (!column.isNull(from + r)) {
                TextBuffer made = value.of(column, from + r);
                length = made.length;
                keep(made, starts[r]);
            }
            starts[r + 1] = Math.addExact(starts[r], length);
            longest = Math.max(longest, length);
        }
        return (long) Integer.BYTES + longest;
    }

    private void keep(TextBuffer made, int at) {
        int end = Math.addExact(at, made.length);
        if (bytes.length < end) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(end, bytes.length * 2L), Integer.MAX_VALUE - 8));
        }
        System.arraycopy(made.bytes, 0, bytes, at, made.length);
    }

    @Override
    int formatOne(ColumnData column, int row, long to) {
        int start = starts[row - first];
        int length = starts[row - first + 1] - start;
        OffHeap.copy(bytes, start, to, length);
        return length;
    }
}
