package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putByte;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.csv.Swar;
import dev.wharf.core.csv.TextDialect;

/** Which bytes of a value get a backslash: PostgreSQL's {@code CopyAttributeOutText}. A value may look like NULL. */
final class TextEscaping extends FieldEscaping {
    /** The first and the last of the control characters that have a letter of their own, which are all between. */
    static final byte FIRST_CONTROL = '\b';
    static final byte LAST_CONTROL = '\r';

    private static final String LETTERS = "btnvfr";
    private static final byte BACKSLASH = '\\';
    private static final long BACKSLASHES = Swar.broadcast(BACKSLASH);

    private final byte delimiter;
    private final long delimiters;

    TextEscaping(TextDialect dialect) {
        delimiter = dialect.delimiter();
        delimiters = Swar.broadcast(delimiter);
    }

    /** The top bit of each byte that gets a backslash. */
    static long special(long word, long delimiters) {
        return Swar.equal(word, delimiters) | Swar.equal(word, BACKSLASHES) | Swar.between(word, FIRST_CONTROL, LAST_CONTROL);
    }

    @Override
    boolean isNeeded(long start, int length) {
        return plain(start, length) < length;
    }

    @Override
    boolean isMarker(long start, int length) {
        return false;
    }

    @Override
    boolean sparesNumbers() {
        return !canBePartOfNumber(delimiter);
    }

    /** Bytes before the first that gets a backslash. */
    private int plain(long start, int length) {
        for (int i = 0; i < length; i += 8) {
            int n = Long.numberOfTrailingZeros(special(getLong(start + i), delimiters)) >>> 3;
            if (n < Long.BYTES) {
                return Math.min(i + n, length);
            }
        }
        return length;
    }

    @Override
    int write(long start, int length, long to) {
        long from = start;
        long end = start + length;
        long at = to;
        while (from < end) {
            long word = getLong(from);
            putLong(at, word);
            int plain = (int) Math.min(Long.numberOfTrailingZeros(special(word, delimiters)) >>> 3, end - from);
            from += plain;
            at += plain;
            if (plain < Long.BYTES && from < end) {
                byte c = getByte(from++);
                putByte(at, BACKSLASH);
                putByte(at + 1, c >= FIRST_CONTROL && c <= LAST_CONTROL ? (byte) LETTERS.charAt(c - FIRST_CONTROL) : c);
                at += 2;
            }
        }
        return (int) (at - to);
    }
}
