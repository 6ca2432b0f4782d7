package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putByte;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.csv.CopyReadAttributesText;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.csv.Swar;
import dev.wharf.core.csv.TextDialect;

/** A block in text format: fields with backslashes. */
final class TextFieldBlock extends DelimitedFieldBlock {
    private static final long BACKSLASHES = Swar.broadcast((byte) '\\');

    TextFieldBlock(TextDialect dialect, int fields, ForceFlags force) {
        super(dialect, fields, force);
    }

    @Override
    int resolveQuoted(int field, int adjust, int nullLength) {
        return resolvePlain(field, adjust, nullLength);
    }

    /** A backslash and the byte behind it become one; {@link #UNUSUAL} if they may begin a number. Eight bytes a step. */
    @Override
    int unescape(long start, int length, long target) {
        long end = start + length;
        long from = start;
        long to = target;
        while (from < end) {
            long word = getLong(from);
            putLong(to, word);
            int plain = Long.numberOfTrailingZeros(Swar.equal(word, BACKSLASHES)) >>> 3;
            if (plain == Long.BYTES || from + plain >= end) {
                int step = (int) Math.min(plain, end - from);
                from += step;
                to += step;
            } else {
                // A field ends with no backslash that escapes: it would not end there.
                byte escaped = getByte(from + plain + 1);
                if (CopyReadAttributesText.beginsNumber(escaped)) {
                    return UNUSUAL;
                }
                putByte(to + plain, CopyReadAttributesText.escaped(escaped));
                from += plain + 2;
                to += plain + 1;
            }
        }
        return (int) (to - target);
    }
}
