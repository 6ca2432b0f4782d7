package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.putInt;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.types.PgType;

/**
 * Writes one column of a batch in the binary format, one loop per type: the bytes of the type's send function, with their length
 * before them. Not thread-safe.
 */
abstract class BinaryFormatKernel {
    /** What may be written beyond a value. */
    static final int SLACK = 16;
    private static final int NULL = -1;

    static BinaryFormatKernel of(PgType type) {
        return switch (type.kind()) {
            case BOOL, INT2, INT4, INT8, FLOAT4, FLOAT8, TIME, UUID, DATE, TIMESTAMP, TIMESTAMPTZ -> new BinaryFixedFormat(type);
            case NUMERIC -> type.isDecimal128() ? new BinaryDecimalFormat(type) : new BinaryGeneralFormat(type);
            case TEXT, VARCHAR, CHAR, BYTEA, JSON -> new BinaryTextFormat();
            case JSONB, ARRAY, INTERVAL -> new BinaryGeneralFormat(type);
        };
    }

    /** How many of these rows to take at a time, at least one, that the kernel's own memory stays small. */
    int rows(ColumnData column, int first, int rows) {
        return rows;
    }

    /** Bytes that a value of these rows can take at most, with its length and what is written beyond it. */
    abstract long width(ColumnData column, int first, int rows);

    /**
     * Appends the column's rows {@code first} to {@code first + rows}, which {@link #width} was asked for last.
     *
     * @param cursors where each row goes on; moved on
     */
    final void format(ColumnData column, int first, int rows, long[] cursors) {
        if (column.validity() == 0) {
            formatAll(column, first, rows, cursors);
            return;
        }
        for (int r = 0; r < rows; r++) {
            if (column.isNull(first + r)) {
                putInt(cursors[r], NULL);
                cursors[r] += Integer.BYTES;
            } else {
                int length = formatOne(column, first + r, cursors[r] + Integer.BYTES);
                putInt(cursors[r], Integer.reverseBytes(length));
                cursors[r] += Integer.BYTES + length;
            }
        }
    }

    /** The loop for rows without a NULL. A kernel whose values take no time has a copy of its own, which knows its type. */
    void formatAll(ColumnData column, int first, int rows, long[] cursors) {
        for (int r = 0; r < rows; r++) {
            long at = cursors[r];
            int length = formatOne(column, first + r, at + Integer.BYTES);
            putInt(at, Integer.reverseBytes(length));
            cursors[r] = at + Integer.BYTES + length;
        }
    }

    /** Writes one value, not NULL, at {@code to} and returns its bytes. */
    abstract int formatOne(ColumnData column, int row, long to);
}
