package dev.wharf.core.csv;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getShort;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/**
 * Of the binary format: a row is the number of its fields, and for each field its length and its bytes. Where what should be a
 * row is none, or behind the trailer, nothing more is to be read; the last piece then has in it what is wrong.
 */
final class BinaryRowCutter extends RowCutter {
    /** PostgreSQL's limit on a value: MaxAllocSize. */
    private static final int MAX_VALUE = 0x3FFFFFFF;
    private static final int TRAILER = -1;
    private static final int NULL = -1;

    private static final int NO_ROW = -1;

    private final int fields;
    /** Fields of the row that have not begun; {@link #NO_ROW} between rows. */
    private int left = NO_ROW;
    /** Bytes of the value that are still to come. */
    private int skip;
    /** The number that is being read, and how many of its bytes have been. */
    private int number;
    private int have;
    private long rowBytes;
    private boolean trailer;
    private boolean ended;

    BinaryRowCutter(int fields) {
        this.fields = fields;
    }

    @Override
    public int scan(long address, int length) {
        int cut = -1;
        int i = 0;
        while (i < length && !ended) {
            if (trailer) {
                // One byte more is what must not be there
                ended = true;
                return i + 1;
            }
            if (left == NO_ROW && have == 0) {
                int end = wholeRows(address, i, length);
                if (end > i) {
                    cut = end;
                    linesBeforeCut = lines;
                    i = end;
                    continue;
                }
            }
            if (skip > 0) {
                int n = Math.min(skip, length - i);
                i += n;
                skip -= n;
                rowBytes += n;
            } else {
                int before = i;
                if (left != NO_ROW && have == 0 && i + Integer.BYTES <= length) {
                    field(Integer.reverseBytes(getInt(address + i)));
                    i += Integer.BYTES;
                } else {
                    next(getByte(address + i++));
                }
                rowBytes += i - before;
                if (ended) {
                    return i;
                }
                if (have > 0) {
                    continue;
                }
            }
            if (rowBytes > MAX_VALUE) {
                throw new PgError(SqlState.PROGRAM_LIMIT_EXCEEDED, "row is larger than " + MAX_VALUE + " bytes");
            }
            if (left == 0 && skip == 0) {
                left = NO_ROW;
                rowBytes = 0;
                cut = i;
                linesBeforeCut = ++lines;
            }
        }
        return cut;
    }

    /** Goes over the rows that end in what is there, and returns where the last of them does; {@code start} if there is none. */
    private int wholeRows(long address, int start, int length) {
        short count = Short.reverseBytes((short) fields);
        int row = start;
        while (row + Short.BYTES <= length && getShort(address + row) == count) {
            int at = row + Short.BYTES;
            for (int f = 0; f < fields; f++) {
                at += Integer.BYTES;
                if (at > length) {
                    return row;
                }
                int size = Integer.reverseBytes(getInt(address + at - Integer.BYTES));
                // A size below that of NULL, or a value that does not end here
                if ((size + 1 | length - at - size) < 0) {
                    return row;
                }
                at += Math.max(size, 0);
            }
            row = at;
            lines++;
        }
        return row;
    }

    /** A byte of a number: of the fields, or of the length of one. */
    private void next(byte b) {
        number = number << 8 | b & 0xFF;
        if (++have < (left == NO_ROW ? Short.BYTES : Integer.BYTES)) {
            return;
        }
        if (left == NO_ROW) {
            begin((short) number);
        } else {
            field(number);
        }
        number = 0;
        have = 0;
    }

    private void begin(int count) {
        trailer = count == TRAILER;
        ended = !trailer && count != fields;
        left = trailer || ended ? NO_ROW : fields;
    }

    private void field(int length) {
        left--;
        skip = Math.max(length, 0);
        ended = length < NULL || length >= MAX_VALUE;
    }

    @Override
    public boolean ended() {
        return ended;
    }
}
