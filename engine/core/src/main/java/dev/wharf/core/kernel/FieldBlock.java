package dev.wharf.core.kernel;

/**
 * A block of whole rows, every row with the same number of fields: what the column kernels work on.
 *
 * <p>{@link #resolve} lays one column's fields out as addresses and lengths; NULL is {@link #NULL}. So a kernel sees bare values
 * only.
 *
 * <p>Mutable and reused from block to block. Not thread-safe.
 */
public abstract sealed class FieldBlock implements AutoCloseable permits BinaryFieldBlock, DelimitedFieldBlock {
    /** The length of a NULL. */
    static final int NULL = -1;

    /** What {@link #resolve} returns where it has no answer. */
    static final int UNUSUAL = -1;

    int rows;
    /** Whether the resolved column is plain ASCII. */
    boolean ascii;
    long[] starts = new long[1024];
    int[] lengths = new int[1024];
    /** Bytes of the resolved column, at most. */
    long bytes;

    /** Makes room for the fields of so many rows. */
    final void begin(int rowCount) {
        rows = rowCount;
        if (starts.length < rows) {
            starts = new long[Math.max(rows, starts.length * 2)];
            lengths = new int[starts.length];
        }
    }

    public final int rows() {
        return rows;
    }

    /**
     * Fills {@link #starts}, {@link #lengths} and {@link #bytes} for one column.
     *
     * @return the number of NULLs; {@link #UNUSUAL} if there is a field that only reading row by row can make something of
     */
    abstract int resolve(int field);

    @Override
    public abstract void close();
}
