package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInput;
import java.time.LocalDate;

/**
 * timestamp and timestamptz within some thousand years, as microseconds from 2000-01-01, and time, from midnight; others go to
 * the receive function.
 */
final class BinaryTimestampKernel extends ColumnKernel {
    private static final long DAY = 86_400_000_000L;
    private static final long EPOCH = LocalDate.of(2000, 1, 1).toEpochDay() * DAY;
    private static final long USUAL = 1_000_000 * DAY;

    private final long smallest;
    private final long largest;
    private final long epoch;

    BinaryTimestampKernel(Column column, TextInput input) {
        super(column, input);
        boolean time = column.type().kind() == PgType.Kind.TIME;
        smallest = time ? 0 : -USUAL;
        largest = time ? DAY : USUAL;
        epoch = time ? 0 : EPOCH;
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        int row = out.rows() + from;
        for (int r = from; r < block.rows; r++, row++) {
            long start = block.starts[r];
            int length = block.lengths[r];
            long micros = Long.reverseBytes(getLong(start));
            if (length == Long.BYTES && micros >= smallest && micros <= largest) {
                putLong(out.dataAddress() + 8L * row, micros + epoch);
            } else if (length < 0) {
                out.storeEmpty(row);
            } else if (!general(start, length, out, row)) {
                return r;
            }
        }
        return block.rows;
    }
}
