package dev.wharf.core.arrow;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.putByte;
import static dev.wharf.core.memory.OffHeap.putInt;
import static dev.wharf.core.memory.OffHeap.putLong;
import static dev.wharf.core.memory.OffHeap.putShort;

import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;

/**
 * One column's Arrow buffers while a record batch is being filled.
 *
 * <pre>
 *   validity   1 bit a row, made at the first NULL; set = not null
 *   offsets    VARIABLE only: int32, rows + 1
 *   data       width * rows bytes, or 1 bit a row (BIT), or the values' bytes (VARIABLE)
 * </pre>
 *
 * Rows are appended at {@link #rows()}. A kernel reserves room for a block of rows once ({@link #reserve}), stores through
 * {@link #dataAddress()} and {@link #offsetsAddress()}, and then says how many it added ({@link #advance}). What lies between
 * {@code rows} and the reservation is unspecified. Not thread-safe.
 */
public final class ColumnBuilder implements AutoCloseable {
    private static final int INITIAL_ROWS = 8192;

    private final PgType.Storage storage;
    private final int width;
    /** A uuid is bytes in text order, a decimal a little-endian number. */
    private final boolean bigEndian;
    private final OffHeap.Buffer data;
    private final OffHeap.Buffer offsets;
    private OffHeap.Buffer validity;
    private int rows;
    private int nullCount;

    public ColumnBuilder(PgType type) {
        storage = type.storage();
        width = storage.width();
        bigEndian = type.kind() == PgType.Kind.UUID;
        data = new OffHeap.Buffer(switch (storage) {
            case BIT -> INITIAL_ROWS / 8;
            case VARIABLE -> INITIAL_ROWS * 16L;
            default -> (long) INITIAL_ROWS * width;
        });
        offsets = storage == PgType.Storage.VARIABLE ? new OffHeap.Buffer(4L * (INITIAL_ROWS + 1)) : null;
        clear();
    }

    public void clear() {
        rows = 0;
        nullCount = 0;
        if (validity != null) {
            validity.close();
            validity = null;
        }
        if (offsets != null) {
            putInt(offsets.address(), 0);
        }
    }

    public PgType.Storage storage() {
        return storage;
    }

    public int rows() {
        return rows;
    }

    public int nullCount() {
        return nullCount;
    }

    public long dataAddress() {
        return data.address();
    }

    public long offsetsAddress() {
        return offsets.address();
    }

    /** 0 while there is no NULL. */
    public long validityAddress() {
        return validity == null ? 0 : validity.address();
    }

    /** Bytes of the data buffer in use. */
    public long dataLength() {
        return switch (storage) {
            case BIT -> (rows + 7L) / 8;
            case VARIABLE -> getInt(offsets.address() + 4L * rows) & 0xFFFFFFFFL;
            default -> (long) rows * width;
        };
    }

    /** Bytes that the column will take in a file, about. */
    public long size() {
        return dataLength() + (offsets == null ? 0 : 4L * (rows + 1)) + (nullCount == 0 ? 0 : (rows + 7L) / 8);
    }

    OffHeap.Buffer data() {
        return data;
    }

    OffHeap.Buffer offsets() {
        return offsets;
    }

    OffHeap.Buffer validity() {
        return validity;
    }

    /** Makes room for {@code moreRows} rows and, in a VARIABLE column, {@code moreBytes} bytes. All start as not null. */
    public void reserve(int moreRows, long moreBytes) {
        long wanted = (long) rows + moreRows;
        switch (storage) {
            case BIT -> data.ensure(wanted / 8 + 9, (rows + 7L) / 8);
            case VARIABLE -> {
                data.ensure(dataLength() + moreBytes, dataLength());
                offsets.ensure(4L * (wanted + 1), 4L * (rows + 1));
            }
            default -> data.ensure(wanted * width, (long) rows * width);
        }
        if (validity != null) {
            growValidity(wanted);
        }
    }

    /** Bytes of a VARIABLE column's values before a row. */
    public long bytesBefore(int row) {
        return getInt(offsets.address() + 4L * row) & 0xFFFFFFFFL;
    }

    /** Room for {@code bytes} more in a VARIABLE column, from a reserved row on. */
    public void reserveBytes(int row, long bytes) {
        long used = bytesBefore(row);
        data.ensure(used + bytes, used);
    }

    private void growValidity(long wanted) {
        long used = (rows + 7L) / 8;
        validity.ensure(wanted / 8 + 9, used);
        OffHeap.fill(validity.address() + used, wanted / 8 + 9 - used, (byte) 0xFF);
        if ((rows & 7) != 0) {
            long last = validity.address() + used - 1;
            putByte(last, (byte) (getByte(last) | 0xFF << (rows & 7)));
        }
    }

    /** Marks a reserved row as NULL; its data, and the count, are left to the caller. */
    public void setNull(int row, int reservedEnd) {
        if (validity == null) {
            validity = new OffHeap.Buffer(reservedEnd / 8 + 9L);
            OffHeap.fill(validity.address(), validity.capacity(), (byte) 0xFF);
        }
        long at = validity.address() + (row >> 3);
        putByte(at, (byte) (getByte(at) & ~(1 << (row & 7))));
    }

    /** Stores one bit of a BIT column. */
    public void putBit(int row, boolean value) {
        putBit(data.address(), row, value);
    }

    private static void putBit(long bits, int row, boolean value) {
        long at = bits + (row >> 3);
        int bit = 1 << (row & 7);
        putByte(at, (byte) (value ? getByte(at) | bit : getByte(at) & ~bit));
    }

    /** Counts {@code added} reserved and filled rows in, {@code nulls} of which are NULL. */
    public void advance(int added, int nulls) {
        rows += added;
        nullCount += nulls;
    }

    /** Forgets the rows from {@code keep} on, and what a kernel stored behind the last row. */
    public void truncate(int keep) {
        rows = keep;
        if (validity != null) {
            resetValidity();
            int nulls = 0;
            for (int i = 0; i < (keep + 7) / 8; i++) {
                nulls += 8 - Integer.bitCount(getByte(validity.address() + i) & 0xFF);
            }
            nullCount = nulls;
        }
    }

    /** What lies behind the last row is not null again. */
    private void resetValidity() {
        growValidity((validity.capacity() - 9) * 8);
    }

    /**
     * Takes rows out; those behind them move up.
     *
     * @param removed their numbers, ascending, each once
     * @param count   how many of them there are in the array
     */
    public void remove(int[] removed, int count) {
        if (count == 0) {
            return;
        }
        int to = removed[0];
        int bytesTo = offsets == null ? 0 : getInt(offsets.address() + 4L * to);
        for (int i = 0; i < count; i++) {
            int from = removed[i] + 1;
            int length = (i + 1 < count ? removed[i + 1] : rows) - from;
            switch (storage) {
                case BIT -> moveBits(data.address(), from, to, length);
                case VARIABLE -> bytesTo += moveValues(from, to, length, bytesTo);
                default -> OffHeap.copy(data.address() + (long) from * width, data.address() + (long) to * width,
                        (long) length * width);
            }
            if (validity != null) {
                nullCount -= bit(validity.address(), removed[i]) ? 0 : 1;
                moveBits(validity.address(), from, to, length);
            }
            to += length;
        }
        rows = to;
        if (validity != null) {
            resetValidity();
        }
    }

    /** Moves values of a VARIABLE column up, their bytes to {@code bytesTo}, and returns how many bytes these are. */
    private int moveValues(int from, int to, int length, int bytesTo) {
        long source = offsets.address() + 4L * from;
        int start = getInt(source);
        int bytes = getInt(source + 4L * length) - start;
        OffHeap.copy(data.address() + start, data.address() + bytesTo, bytes);
        int shift = start - bytesTo;
        for (int r = 1; r <= length; r++) {
            putInt(offsets.address() + 4L * (to + r), getInt(source + 4L * r) - shift);
        }
        return bytes;
    }

    private static boolean bit(long bits, int row) {
        return (getByte(bits + (row >> 3)) & 1 << (row & 7)) != 0;
    }

    private static void moveBits(long bits, int from, int to, int length) {
        for (int r = 0; r < length; r++) {
            putBit(bits, to + r, bit(bits, from + r));
        }
    }

    public void appendNull() {
        reserve(1, 0);
        setNull(rows, rows + 1);
        storeEmpty(rows);
        advance(1, 1);
    }

    /** Stores what a NULL row holds: zero, or no bytes. */
    public void storeEmpty(int row) {
        switch (storage) {
            case BIT -> putBit(row, false);
            case FIXED2 -> putShort(data.address() + 2L * row, (short) 0);
            case FIXED4 -> putInt(data.address() + 4L * row, 0);
            case FIXED8 -> putLong(data.address() + 8L * row, 0);
            case FIXED16 -> {
                putLong(data.address() + 16L * row, 0);
                putLong(data.address() + 16L * row + 8, 0);
            }
            case VARIABLE -> putInt(offsets.address() + 4L * row + 4, getInt(offsets.address() + 4L * row));
        }
    }

    public void append(Datum value) {
        reserve(1, value.length);
        store(rows, value);
        advance(1, 0);
    }

    /** Appends the same value {@code count} times. */
    public void append(Datum value, int count) {
        reserve(count, (long) count * value.length);
        for (int row = rows; row < rows + count; row++) {
            store(row, value);
        }
        advance(count, 0);
    }

    /** Stores a value in a reserved row; in a VARIABLE column the row before must be there. */
    public void store(int row, Datum value) {
        switch (storage) {
            case BIT -> putBit(row, value.lo != 0);
            case FIXED2 -> putShort(data.address() + 2L * row, (short) value.lo);
            case FIXED4 -> putInt(data.address() + 4L * row, (int) value.lo);
            case FIXED8 -> putLong(data.address() + 8L * row, value.lo);
            case FIXED16 -> {
                long at = data.address() + 16L * row;
                putLong(at, bigEndian ? Long.reverseBytes(value.hi) : value.lo);
                putLong(at + 8, bigEndian ? Long.reverseBytes(value.lo) : value.hi);
            }
            case VARIABLE -> {
                int start = getInt(offsets.address() + 4L * row);
                OffHeap.copy(value.bytes, 0, data.address() + start, value.length);
                putInt(offsets.address() + 4L * row + 4, start + value.length);
            }
        }
    }

    @Override
    public void close() {
        data.close();
        if (offsets != null) {
            offsets.close();
        }
        if (validity != null) {
            validity.close();
        }
    }
}
