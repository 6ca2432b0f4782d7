package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.putInt;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.TextInput;
import java.time.LocalDate;

/** date within some thousand years, as days from 2000-01-01; others go to the receive function. */
final class BinaryDateKernel extends ColumnKernel {
    private static final int EPOCH = (int) LocalDate.of(2000, 1, 1).toEpochDay();
    private static final int USUAL = 1_000_000;

    BinaryDateKernel(Column column, TextInput input) {
        super(column, input);
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        int row = out.rows() + from;
        for (int r = from; r < block.rows; r++, row++) {
            long start = block.starts[r];
            int length = block.lengths[r];
            int days = Integer.reverseBytes(getInt(start));
            if (length == Integer.BYTES && days > -USUAL && days < USUAL) {
                putInt(out.dataAddress() + 4L * row, days + EPOCH);
            } else if (length < 0) {
                out.storeEmpty(row);
            } else if (!general(start, length, out, row)) {
                return r;
            }
        }
        return block.rows;
    }
}
