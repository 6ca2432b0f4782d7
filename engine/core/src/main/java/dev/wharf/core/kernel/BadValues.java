package dev.wharf.core.kernel;

import dev.wharf.core.error.PgError;
import java.util.Arrays;

/**
 * The values of a block of rows that their types' input functions refuse, where that does not end the load: those that end
 * up as NULL, or the first of each row that is left out. Found column by column, read row by row after {@link #sort}.
 *
 * <p>Reused from block to block. Not thread-safe.
 */
public final class BadValues {
    /** Bytes of a value that are kept: one more than a message shows, so that it can tell. */
    private static final int VALUE_BYTES = 101;

    private final boolean setsNull;
    private final boolean described;
    private int count;
    /** Row and, below, the order of arrival. */
    private long[] keys = new long[16];
    private int[] fields = new int[16];
    private PgError[] errors = new PgError[16];
    private byte[][] values = new byte[16][];

    /**
     * @param setsNull  whether a bad value becomes NULL; else its row is left out
     * @param described whether anyone will ask for more than the rows
     */
    public BadValues(boolean setsNull, boolean described) {
        this.setsNull = setsNull;
        this.described = described;
    }

    public boolean setsNull() {
        return setsNull;
    }

    public void clear() {
        if (described) {
            Arrays.fill(errors, 0, count, null);
            Arrays.fill(values, 0, count, null);
        }
        count = 0;
    }

    /** Values noted. */
    public int count() {
        return count;
    }

    /** Notes one; in a row that is left out, the first of it. */
    public void add(int row, int field, PgError error, byte[] source, int offset, int length) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
            fields = Arrays.copyOf(fields, 2 * count);
            errors = Arrays.copyOf(errors, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        keys[count] = (long) row << Integer.SIZE | count;
        fields[count] = field;
        if (described) {
            errors[count] = error;
            values[count] = Arrays.copyOfRange(source, offset, offset + Math.min(length, VALUE_BYTES));
        }
        count++;
    }

    /** Has the kernels pass over the rows that will be left out. */
    void hideRows(FieldBlock block) {
        if (!setsNull) {
            for (int i = 0; i < count; i++) {
                block.lengths[(int) (keys[i] >>> Integer.SIZE)] = FieldBlock.NULL;
            }
        }
    }

    /** Puts the values in the order of their rows; those of a row stay in their columns' order. */
    public void sort() {
        Arrays.sort(keys, 0, count);
    }

    /** The row of value {@code i}. */
    public int row(int i) {
        return (int) (keys[i] >>> Integer.SIZE);
    }

    /** Index of the value's column, in the file's order. */
    public int field(int i) {
        return fields[(int) keys[i]];
    }

    public PgError error(int i) {
        return errors[(int) keys[i]];
    }

    /** The value without quotes and escapes: its first bytes, as many as a message shows and one more. */
    public byte[] value(int i) {
        return values[(int) keys[i]];
    }
}
