package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.getShort;
import static dev.wharf.core.memory.OffHeap.putByte;
import static dev.wharf.core.memory.OffHeap.putInt;
import static dev.wharf.core.memory.OffHeap.putLong;
import static dev.wharf.core.memory.OffHeap.putShort;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.types.PgType;
import java.time.LocalDate;

/** Types whose values are all of one length: integers, floating-point numbers, boolean, uuid, date, time and timestamps. */
final class BinaryFixedFormat extends BinaryFormatKernel {
    private static final long DAYS = LocalDate.of(2000, 1, 1).toEpochDay();
    private static final long MICROS = DAYS * 86_400_000_000L;

    private final int width;
    /** From the stored form's epoch to PostgreSQL's; the type's smallest and largest numbers are infinities, and none of it. */
    private final long epoch;

    BinaryFixedFormat(PgType type) {
        width = Math.max(1, type.storage().width());
        epoch = switch (type.kind()) {
            case DATE -> DAYS;
            case TIMESTAMP, TIMESTAMPTZ -> MICROS;
            default -> 0;
        };
    }

    @Override
    long width(ColumnData column, int first, int rows) {
        return Integer.BYTES + width;
    }

    @Override
    void formatAll(ColumnData column, int first, int rows, long[] cursors) {
        int length = Integer.reverseBytes(width);
        for (int r = 0; r < rows; r++) {
            long at = cursors[r];
            putInt(at, length);
            formatOne(column, first + r, at + Integer.BYTES);
            cursors[r] = at + Integer.BYTES + width;
        }
    }

    @Override
    int formatOne(ColumnData column, int row, long to) {
        long data = column.data();
        switch (width) {
            case 1 -> putByte(to, (byte) (getByte(data + (row >> 3)) >> (row & 7) & 1));
            case 2 -> putShort(to, Short.reverseBytes(getShort(data + 2L * row)));
            case 4 -> {
                int value = getInt(data + 4L * row);
                boolean finite = value != Integer.MAX_VALUE && value != Integer.MIN_VALUE;
                putInt(to, Integer.reverseBytes(finite ? (int) (value - epoch) : value));
            }
            case 8 -> {
                long value = getLong(data + 8L * row);
                boolean finite = value != Long.MAX_VALUE && value != Long.MIN_VALUE;
                putLong(to, Long.reverseBytes(finite ? value - epoch : value));
            }
            default -> {
                putLong(to, getLong(data + 16L * row));
                putLong(to + 8, getLong(data + 16L * row + 8));
            }
        }
        return width;
    }
}
