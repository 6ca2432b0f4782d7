package dev.wharf.core.kernel;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.TextInput;

/** Every value through the type's input function. */
final class GeneralKernel extends ColumnKernel {
    GeneralKernel(Column column, TextInput input) {
        super(column, input);
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        int row = out.rows() + from;
        for (int r = from; r < block.rows; r++, row++) {
            int length = block.lengths[r];
            if (length < 0) {
                out.storeEmpty(row);
            } else if (!general(block.starts[r], length, out, row)) {
                return r;
            }
        }
        return block.rows;
    }
}
