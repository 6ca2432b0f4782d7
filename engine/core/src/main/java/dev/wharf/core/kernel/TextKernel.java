package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putInt;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInput;

/** text; varchar(n) and char(n) while their characters are bytes: others go to the input function. */
final class TextKernel extends ColumnKernel {
    private static final int SHORT = 64;

    /** char(n): the kernel itself pads up to {@link #SHORT}. */
    private final boolean padsShort;
    private final boolean padsLong;
    /** Bytes that fit for sure: n. */
    private final int limit;

    TextKernel(Column column, TextInput input) {
        super(column, input);
        PgType type = column.type();
        boolean pads = type.kind() == PgType.Kind.CHAR && type.precision() != PgType.NONE;
        padsShort = pads && type.precision() <= SHORT;
        padsLong = pads && !padsShort;
        limit = type.precision() == PgType.NONE ? Integer.MAX_VALUE : type.precision();
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        int row = out.rows() + from;
        if (padsShort) {
            out.reserveBytes(row, (long) block.rows * limit + block.bytes);
        }
        for (int r = from; r < block.rows; r++, row++) {
            int length = block.lengths[r];
            if (length < 0) {
                out.storeEmpty(row);
            } else if (!convert(block.starts[r], length, block.ascii, out, row)) {
                return r;
            }
        }
        return block.rows;
    }

    private boolean convert(long start, int fieldLength, boolean ascii, ColumnBuilder out, int row) {
        int length = fieldLength;
        // In ASCII a byte is a character; else only a value that is short enough in bytes is surely short enough.
        if (length > limit || padsShort && !ascii || padsLong && (!ascii || length < limit)) {
            return general(start, length, out, row);
        }
        long offsetAt = out.offsetsAddress() + 4L * row;
        int offset = getInt(offsetAt);
        long to = out.dataAddress() + offset;
        if (length <= 64) {
            // Whole words into the slack behind: what is too much is overwritten by the next value.
            putLong(to, getLong(start));
            putLong(to + 8, getLong(start + 8));
            for (int i = 16; i < length; i += 16) {
                putLong(to + i, getLong(start + i));
                putLong(to + i + 8, getLong(start + i + 8));
            }
        } else {
            OffHeap.copy(start, to, length);
        }
        if (padsShort && length < limit) {
            OffHeap.fill(to + length, limit - length, (byte) ' ');
            length = limit;
        }
        putInt(offsetAt + 4, offset + length);
        return true;
    }
}
