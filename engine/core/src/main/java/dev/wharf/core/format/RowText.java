package dev.wharf.core.format;


import dev.wharf.core.memory.OffHeap;

/**
 * Rows of text while their columns are being written, one column after the other: row {@code r} grows in its own stretch at
 * {@code r * stride}, and {@link #drainTo} puts the rows one behind the other. So a column's loop touches one type only.
 *
 * <p>Not thread-safe.
 */
final class RowText implements AutoCloseable {
    /** Rows at a time, at most: they fit in a core's own cache with their column data. */
    static final int MAX_ROWS = 512;
    private static final long TARGET_BYTES = 192 << 10;

    private final OffHeap.Buffer cells = new OffHeap.Buffer(TARGET_BYTES);
    /** Where each row goes on: an address. */
    final long[] cursors = new long[MAX_ROWS];
    private long stride;

    /** How many rows of up to {@code width} bytes to take at a time. */
    static int rowsFor(long width) {
        return Math.clamp(TARGET_BYTES / Math.max(width, 1), 1, MAX_ROWS);
    }

    /** Starts {@code rows} empty rows with room for {@code width} bytes each. */
    void begin(int rows, long width) {
        stride = width + 64;
        cells.ensure(rows * stride, 0);
        for (int r = 0; r < rows; r++) {
            cursors[r] = cells.address() + r * stride;
        }
    }

    /** Appends the rows to {@code out}, which has {@code used} bytes in use, and returns the bytes in use then. */
    long drainTo(OffHeap.Buffer out, long used, int rows) {
        out.ensure(used + rows * stride, used);
        long to = out.address() + used;
        for (int r = 0; r < rows; r++) {
            long from = cells.address() + r * stride;
            long length = cursors[r] - from;
            OffHeap.copy(from, to, length);
            to += length;
        }
        return to - out.address();
    }

    @Override
    public void close() {
        cells.close();
    }
}
