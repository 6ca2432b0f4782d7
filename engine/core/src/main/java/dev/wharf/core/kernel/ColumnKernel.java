package dev.wharf.core.kernel;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInput;
import dev.wharf.core.types.TextInputs;
import dev.wharf.core.types.TextSettings;

/**
 * Converts one column of a block: one loop per type, so that the loop is monomorphic and its branches predict.
 *
 * <p>A kernel knows the usual spellings of its type and hands every other to the type's input function; so its results are that
 * function's, only sooner. It says no more than that a block holds a bad value: which row is the first, and what is wrong
 * with it, the row-by-row reading finds out, in PostgreSQL's order. Not thread-safe.
 */
public abstract class ColumnKernel {
    /**
     * A column's values may be far longer than their text, but must fit 32-bit offsets: row by row they are spread over
     * more batches.
     */
    private static final long MAX_BYTES = 128L << 20;

    private final boolean notNull;
    private final TextInput input;
    private final Datum datum = new Datum();
    private byte[] scratch = new byte[256];
    private long blockBytes;
    /** Whether values that would lose a leading zero or sign are bad. */
    private boolean asWritten;

    protected ColumnKernel(Column column, TextInput input) {
        notNull = column.notNull();
        this.input = input;
    }

    /**
     * The kernel for a column's type.
     *
     * @param lossless whether a number is a bad value that would be rounded, or lose its leading zero or sign
     */
    public static ColumnKernel of(Column column, boolean lossless, TextSettings settings) {
        ColumnKernel kernel = of(column, TextInputs.of(column.type(), lossless, settings));
        kernel.asWritten = lossless && TextInputs.isNumber(column.type());
        return kernel;
    }

    private static ColumnKernel of(Column column, TextInput input) {
        return switch (column.type().kind()) {
            case INT2, INT4, INT8 -> new IntegerKernel(column, input);
            case NUMERIC -> column.type().isDecimal128() ? new DecimalKernel(column, input) : new GeneralKernel(column, input);
            case TEXT, VARCHAR, CHAR -> new TextKernel(column, input);
            case DATE -> new DateKernel(column, input);
            case TIMESTAMP, TIMESTAMPTZ -> column.type().precision() == PgType.NONE
                    ? new TimestampKernel(column, input) : new GeneralKernel(column, input);
            case FLOAT4, FLOAT8 -> new FloatKernel(column, input);
            case BOOL -> new BooleanKernel(column, input);
            case TIME, BYTEA, UUID, INTERVAL, JSON, JSONB, ARRAY -> new GeneralKernel(column, input);
        };
    }

    /**
     * Appends field {@code field} of every row of the block.
     *
     * @return false if a value is bad; then the builder's new rows are unspecified, and the caller truncates it
     */
    public final boolean convert(FieldBlock block, int field, ColumnBuilder out) {
        int nulls = block.resolve(field);
        if (nulls == FieldBlock.UNUSUAL || nulls > 0 && notNull) {
            return false;
        }
        prepare(block, nulls, out);
        if (asWritten && firstNotAsWritten(block, 0) < block.rows || convertAll(block, 0, out) < block.rows) {
            return false;
        }
        out.advance(block.rows, nulls);
        return true;
    }

    private void prepare(FieldBlock block, int nulls, ColumnBuilder out) {
        blockBytes = block.bytes;
        out.reserve(block.rows, blockBytes);
        if (nulls > 0) {
            int row = out.rows();
            for (int r = 0; r < block.rows; r++) {
                if (block.lengths[r] < 0) {
                    out.setNull(row + r, row + block.rows);
                }
            }
        }
    }

    /**
     * The same where a bad value does not end the load: it is noted in {@code bad}, and is NULL, or the caller takes the row
     * out again. Rows that are bad already are not looked at.
     *
     * @return false if anything but a bad value is not as usual; then the builder's new rows are unspecified
     */
    public final boolean convert(FieldBlock block, int field, ColumnBuilder out, BadValues bad) {
        int nulls = block.resolve(field);
        int badBefore = bad.count();
        if (nulls == FieldBlock.UNUSUAL || nulls > 0 && notNull) {
            return false;
        }
        prepare(block, nulls, out);
        bad.hideRows(block);
        if (asWritten) {
            for (int r = firstNotAsWritten(block, 0); r < block.rows; r = firstNotAsWritten(block, r + 1)) {
                PgError error = parse(block.starts[r], block.lengths[r]);
                if (error != null && !refuse(block, r, field, error, out, bad)) {
                    return false;
                }
            }
        }
        for (int r = convertAll(block, 0, out); r < block.rows; r = convertAll(block, r + 1, out)) {
            PgError error = parse(block.starts[r], block.lengths[r]);
            if (error == null ? !store(out, out.rows() + r) : !refuse(block, r, field, error, out, bad)) {
                return false;
            }
        }
        out.advance(block.rows, bad.setsNull() ? nulls + bad.count() - badBefore : nulls);
        return true;
    }

    /** Notes a bad value, and stores what a NULL holds; false if NULL will not do, or the error is none of the value. */
    private boolean refuse(FieldBlock block, int r, int field, PgError error, ColumnBuilder out, BadValues bad) {
        if (!error.isOfValue()) {
            return false;
        }
        bad.add(r, field, error, scratch, 0, block.lengths[r]);
        block.lengths[r] = FieldBlock.NULL;
        int row = out.rows() + r;
        out.storeEmpty(row);
        if (bad.setsNull()) {
            out.setNull(row, out.rows() + block.rows);
        }
        return !bad.setsNull() || !notNull;
    }

    /** The first row whose value may begin with a zero that is not its only digit before the point, or with a plus sign. */
    private static int firstNotAsWritten(FieldBlock block, int from) {
        for (int r = from; r < block.rows; r++) {
            if (block.lengths[r] > 1) {
                long start = block.starts[r];
                byte first = OffHeap.getByte(start);
                // Of "-0" one byte too many; a wrong no costs time, not rows
                byte digit = first == '-' ? OffHeap.getByte(++start) : first;
                byte next = OffHeap.getByte(start + 1);
                if (digit == '0' && next >= '0' && next <= '9' || first == '+' || first <= ' ') {
                    return r;
                }
            }
        }
        return block.rows;
    }

    /**
     * The type's loop over {@code block.starts} and {@code block.lengths} from row {@code from} on, which is the builder's row
     * {@code out.rows() + from}.
     *
     * @return the first row whose value it could not store, {@code block.rows} if there is none
     */
    protected abstract int convertAll(FieldBlock block, int from, ColumnBuilder out);

    /** Any spelling, through the type's input function. */
    protected final boolean general(long start, int length, ColumnBuilder out, int row) {
        return parse(start, length) == null && store(out, row);
    }

    /** Has the input function read a value into {@link #datum}; returns its error, null if there is none. */
    private PgError parse(long start, int length) {
        if (scratch.length < length) {
            scratch = new byte[Math.max(length, scratch.length * 2)];
        }
        OffHeap.copy(start, scratch, 0, length);
        try {
            input.parse(scratch, 0, length, datum);
            return null;
        } catch (PgError e) {
            return e;
        }
    }

    /** False if there is no room for it. */
    private boolean store(ColumnBuilder out, int row) {
        if (out.storage() == PgType.Storage.VARIABLE) {
            if (out.bytesBefore(row) + datum.length > MAX_BYTES && out.bytesBefore(row) > 0) {
                return false;
            }
            // The reservation counted the text's bytes, but a value may be longer than its text: char(n) pads.
            out.reserveBytes(row, datum.length + blockBytes);
        }
        out.store(row, datum);
        return true;
    }
}
