package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.getShort;
import static dev.wharf.core.memory.OffHeap.putInt;

import dev.wharf.core.csv.Utf8;
import dev.wharf.core.memory.OffHeap;

/**
 * A block of the binary format: of each row the number of its fields, and of each field its length and its bytes. One walk
 * over the lengths finds where the values are.
 */
public final class BinaryFieldBlock extends FieldBlock {
    private static final long HIGH = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long BLANKS = 0x2020202020202020L;
    /** Bytes that are walked over at a time, at most. */
    private static final int MAX_LENGTH = 1 << 20;

    private final int fields;
    private final boolean[] isText;
    /** Offset of each value from {@link #base}, row by row. Its length is before it. */
    private final OffHeap.Buffer positions = new OffHeap.Buffer(1 << 16);
    private long base;

    /** @param isText which fields' bytes must be UTF-8 */
    public BinaryFieldBlock(boolean[] isText) {
        fields = isText.length;
        this.isText = isText.clone();
    }

    /**
     * Takes the whole rows at the head of a block, up to the first thing in it that is no row.
     *
     * @param base      the first row's first byte; {@link OffHeap#SLACK} bytes behind the block may be read
     * @param lastBegin offset in the block behind which no row is begun
     * @return the bytes that they take
     */
    public int set(long base, int length, long lastBegin) {
        this.base = base;
        int most = Math.min(length, MAX_LENGTH);
        // A field takes four bytes at least
        positions.ensure(most + 4L * fields, 0);
        long begun = Math.min(lastBegin, most - (long) Short.BYTES);
        long to = positions.address();
        int count = Short.reverseBytes((short) fields) & 0xFFFF;
        int row = 0;
        int found = 0;
        while (row <= begun && (getShort(base + row) & 0xFFFF) == count) {
            int end = walk(base, row + Short.BYTES, most, to);
            if (end < 0) {
                break;
            }
            to += 4L * fields;
            row = end;
            found++;
        }
        begin(found);
        return row;
    }

    /** Notes where a row's values begin, and returns where the last one ends; -1 if that is not in the block. */
    private int walk(long base, int start, int end, long to) {
        int at = start;
        for (int f = 0; f < fields; f++) {
            at += Integer.BYTES;
            if (at > end) {
                return -1;
            }
            int length = Integer.reverseBytes(getInt(base + at - Integer.BYTES));
            putInt(to + 4L * f, at);
            // Of a length below that of NULL the first is negative
            if ((length + 1 | end - at - length) < 0) {
                return -1;
            }
            at += length & ~(length >> 31);
        }
        return at;
    }

    @Override
    int resolve(int field) {
        long at = positions.address() + 4L * field;
        long step = 4L * fields;
        long[] to = starts;
        int[] toLengths = lengths;
        int nulls = 0;
        long sum = 0;
        for (int r = 0; r < rows; r++, at += step) {
            long start = base + getInt(at);
            int length = Integer.reverseBytes(getInt(start - Integer.BYTES));
            to[r] = start;
            toLengths[r] = length;
            nulls -= length >> 31;
            sum += length;
        }
        bytes = sum + nulls;
        ascii = isText[field] && isAscii();
        return !isText[field] || ascii || isUtf8() ? nulls : UNUSUAL;
    }

    /** Whether all values are ASCII, without a NUL. */
    private boolean isAscii() {
        long seen = 0;
        for (int r = 0; r < rows; r++) {
            long start = starts[r];
            int length = lengths[r];
            int i = 0;
            for (; i + Long.BYTES <= length; i += Long.BYTES) {
                long word = getLong(start + i);
                seen |= word | word - ONES;
            }
            if (i < length) {
                // What is behind the value is made blanks
                long behind = -1L << (length - i << 3);
                long word = getLong(start + i) & ~behind | BLANKS & behind;
                seen |= word | word - ONES;
            }
        }
        return (seen & HIGH) == 0;
    }

    private boolean isUtf8() {
        for (int r = 0; r < rows; r++) {
            if (lengths[r] > 0 && Utf8.firstInvalid(starts[r], lengths[r]) >= 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        positions.close();
    }
}
