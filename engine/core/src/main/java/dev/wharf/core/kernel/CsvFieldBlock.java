package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.csv.Swar;

/** A block of CSV: fields in quotes. */
final class CsvFieldBlock extends DelimitedFieldBlock {
    private final byte quote;
    /** Whether a quote inside quotes is written twice. */
    private final boolean doubledQuotes;

    CsvFieldBlock(CsvDialect dialect, int fields, ForceFlags force) {
        super(dialect, fields, force);
        quote = dialect.quote();
        doubledQuotes = dialect.escapeIsQuote();
    }

    /** As {@link #resolvePlain}, where a field that begins with a quote loses the one at each end. */
    @Override
    int resolveQuoted(int field, int adjust, int nullLength) {
        long[] to = starts;
        int[] toLengths = lengths;
        long at = positions + 4L * field;
        long step = 4L * fields;
        int nulls = 0;
        long sum = 0;
        for (int r = 0; r < rows; r++, at += step) {
            long start = base + getInt(at - 4) + 1;
            int length = (int) (base + getInt(at) - adjust - start);
            sum += length;
            if (length >= 2 && getByte(start) == quote) {
                start++;
                length -= 2;
            } else if (length == nullLength && isMarker(start, nullPrint)) {
                length = NULL;
                nulls++;
            }
            to[r] = start;
            toLengths[r] = length;
        }
        bytes = sum;
        return nulls;
    }

    /**
     * Copies what is between a field's first and last byte, two quotes becoming one; {@link #UNUSUAL} if these two are not
     * quotes, or one inside stands alone. Eight bytes a step.
     */
    @Override
    int unescape(long start, int length, long target) {
        if (!doubledQuotes || length < 2 || getByte(start) != quote || getByte(start + length - 1) != quote) {
            return UNUSUAL;
        }
        long quotes = Swar.broadcast(quote);
        long end = start + length - 1;
        long from = start + 1;
        long to = target;
        while (from < end) {
            long word = getLong(from);
            putLong(to, word);
            int plain = Long.numberOfTrailingZeros(Swar.equal(word, quotes)) >>> 3;
            if (plain == Long.BYTES || from + plain >= end) {
                int step = (int) Math.min(plain, end - from);
                from += step;
                to += step;
            } else if (from + plain + 1 < end && getByte(from + plain + 1) == quote) {
                from += plain + 2;
                to += plain + 1;
            } else {
                return UNUSUAL;
            }
        }
        return (int) (to - target);
    }
}
