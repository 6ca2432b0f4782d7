package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.memory.OffHeap;

/**
 * Rows of CSV text while their columns are being written, one column after the other: row {@code r} grows in its own stretch at
 * {@code r * stride}, and {@link #drainTo} puts the rows one behind the other. So a column's loop touches one type only.
 *
 * <p>Not thread-safe.
 */
final class RowText implements AutoCloseable {
    /** Rows at a time, at most: they fit in a core's own cache with their column data. */
    static final int MAX_ROWS = 512;
    private static final long TARGET_BYTES = 192 << 10;

    private final OffHeap.Buffer cells = new OffHeap.Buffer(TARGET_BYTES);
    final int[] lengths = new int[MAX_ROWS];
    private long stride;

    /** How many rows of up to {@code width} bytes to take at a time. */
    static int rowsFor(long width) {
        return Math.clamp(TARGET_BYTES / Math.max(width, 1), 1, MAX_ROWS);
    }

    /** Starts {@code rows} empty rows with room for {@code width} bytes each. */
    void begin(int rows, long width) {
        stride = width + 64;
        cells.ensure(rows * stride, 0);
        java.util.Arrays.fill(lengths, 0, rows, 0);
    }

    /** Where row {@code row} goes on. */
    long at(int row) {
        return cells.address() + row * stride + lengths[row];
    }

    /** Appends one byte to every row. */
    void put(int rows, byte value) {
        for (int r = 0; r < rows; r++) {
            putByte(at(r), value);
            lengths[r]++;
        }
    }

    /** Appends the rows to {@code out}, which has {@code used} bytes in use, and returns the bytes in use then. */
    long drainTo(OffHeap.Buffer out, long used, int rows) {
        long sum = 0;
        for (int r = 0; r < rows; r++) {
            sum += lengths[r];
        }
        out.ensure(used + sum, used);
        long to = out.address() + used;
        for (int r = 0; r < rows; r++) {
            OffHeap.copy(cells.address() + r * stride, to, lengths[r]);
            to += lengths[r];
        }
        return used + sum;
    }

    @Override
    public void close() {
        cells.close();
    }
}
