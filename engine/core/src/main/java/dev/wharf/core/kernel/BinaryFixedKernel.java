package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.getShort;
import static dev.wharf.core.memory.OffHeap.putInt;
import static dev.wharf.core.memory.OffHeap.putLong;
import static dev.wharf.core.memory.OffHeap.putShort;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.TextInput;

/** Types whose values are all of one length and any bytes: integers, floating-point numbers, boolean, uuid. */
final class BinaryFixedKernel extends ColumnKernel {
    private final int width;

    BinaryFixedKernel(Column column, TextInput input) {
        super(column, input);
        width = Math.max(1, column.type().storage().width());
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        long to = out.dataAddress() + (long) width * (out.rows() + from);
        for (int r = from; r < block.rows; r++, to += width) {
            long start = block.starts[r];
            int length = block.lengths[r];
            if (length == width) {
                switch (width) {
                    case 1 -> out.putBit(out.rows() + r, getByte(start) != 0);
                    case 2 -> putShort(to, Short.reverseBytes(getShort(start)));
                    case 4 -> putInt(to, Integer.reverseBytes(getInt(start)));
                    case 8 -> putLong(to, Long.reverseBytes(getLong(start)));
                    default -> {
                        putLong(to, getLong(start));
                        putLong(to + 8, getLong(start + 8));
                    }
                }
            } else if (length < 0) {
                out.storeEmpty(out.rows() + r);
            } else {
                return r;
            }
        }
        return block.rows;
    }
}
