package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.TextInput;

/** boolean as t, f, true, false; other spellings go to the input function. */
final class BooleanKernel extends ColumnKernel {
    private static final int TRUE = 't' | 'r' << 8 | 'u' << 16 | 'e' << 24;
    private static final int FALS = 'f' | 'a' << 8 | 'l' << 16 | 's' << 24;

    BooleanKernel(Column column, TextInput input) {
        super(column, input);
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
        byte first = getByte(start);
        boolean isTrue = length == 1 && first == 't' || length == 4 && getInt(start) == TRUE;
        if (!isTrue && !(length == 1 && first == 'f'
                || length == 5 && getInt(start) == FALS && getByte(start + 4) == 'e')) {
            return general(start, length, out, row);
        }
        out.putBit(row, isTrue);
        return true;
    }
}
