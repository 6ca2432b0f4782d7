package dev.wharf.core.kernel;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.TextInput;

/** Every value through the type's receive function, which is told where its text is. */
final class BinaryGeneralKernel extends ColumnKernel {
    private final BinaryKernels.Text text;

    BinaryGeneralKernel(Column column, TextInput input, BinaryKernels.Text text) {
        super(column, input);
        this.text = text;
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        int row = out.rows() + from;
        for (int r = from; r < block.rows; r++, row++) {
            int length = block.lengths[r];
            text.set(block.starts[r]);
            if (length < 0) {
                out.storeEmpty(row);
            } else if (!general(block.starts[r], length, out, row)) {
                return r;
            }
        }
        return block.rows;
    }
}
