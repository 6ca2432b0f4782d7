package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.putInt;
import static dev.wharf.core.memory.OffHeap.putLong;
import static dev.wharf.core.memory.OffHeap.putShort;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.TextInput;

/** smallint, integer, bigint: an optional sign and up to 16 digits; other spellings go to the input function. */
final class IntegerKernel extends ColumnKernel {
    private final long smallest;
    private final long largest;

    IntegerKernel(Column column, TextInput input) {
        super(column, input);
        int bits = column.type().storage().width() * 8;
        smallest = -1L << (bits - 1);
        largest = ~smallest;
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        int row = out.rows() + from;
        for (int r = from; r < block.rows; r++, row++) {
            int length = block.lengths[r];
            if (length < 0) {
                out.storeEmpty(row);
            } else if (!convert(block.starts[r], length, out, row)) {
                return r;
            }
        }
        return block.rows;
    }

    private boolean convert(long start, int length, ColumnBuilder out, int row) {
        int sign = getByte(start) == '-' ? 1 : 0;
        int n = length - sign;
        if (n < 1 || n > 16) {
            return general(start, length, out, row);
        }
        long v = Digits.parse(start + length, n);
        if (v == Digits.BAD) {
            return general(start, length, out, row);
        }
        v = (v ^ -sign) + sign;
        if (v < smallest || v > largest) {
            return false;
        }
        switch (out.storage()) {
            case FIXED2 -> putShort(out.dataAddress() + 2L * row, (short) v);
            case FIXED4 -> putInt(out.dataAddress() + 4L * row, (int) v);
            default -> putLong(out.dataAddress() + 8L * row, v);
        }
        return true;
    }
}
