package dev.wharf.core.csv;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getLong;

/** Of CSV. */
final class CsvRowCutter extends RowCutter {
    private final byte quote;
    private final byte escape;
    private final byte rowEnd;
    private final byte counted;
    private boolean inQuote;
    private boolean lastWasEscape;
    /** Whether the piece before ended with a row end of which only the next byte says whether it is a place to cut. */
    private boolean pending;
    private byte last;

    CsvRowCutter(CsvDialect dialect) {
        quote = dialect.quote();
        escape = dialect.escape();
        rowEnd = dialect.eol().last();
        counted = dialect.eol().counted();
    }

    @Override
    public int scan(long address, int length) {
        if (length == 0) {
            return -1;
        }
        last = getByte(address + length - 1);
        boolean before = pending && getByte(address) > 0;
        long linesBefore = lines;
        pending = false;
        int cut = escape == quote ? scanParity(address, length) : scanEscapes(address, length);
        if (cut < 0 && before) {
            linesBeforeCut = linesBefore;
            return 0;
        }
        return cut;
    }

    /** A carriage return counts when the byte behind it has been looked at. */
    @Override
    public long lines() {
        return lines - (counted == '\r' && last == '\r' ? 1 : 0);
    }

    /** Every quote turns inside and outside round; so the state at the end is known, and the last row end found backwards. */
    private int scanParity(long address, int length) {
        long quotes = 0;
        long ends = 0;
        long quotePattern = Swar.broadcast(quote);
        long countedPattern = Swar.broadcast(counted);
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            long w = getLong(address + i);
            quotes += Long.bitCount(Swar.equal(w, quotePattern));
            ends += Long.bitCount(Swar.equal(w, countedPattern));
        }
        for (; i < length; i++) {
            byte c = getByte(address + i);
            quotes += c == quote ? 1 : 0;
            ends += c == counted ? 1 : 0;
        }
        lines += ends;
        inQuote ^= (quotes & 1) != 0;
        boolean inside = inQuote;
        long behind = 0;
        for (i = length - 1; i >= 0; i--) {
            byte c = getByte(address + i);
            if (c == quote) {
                inside = !inside;
            } else if (c == rowEnd && !inside && isCut(address, i + 1, length)) {
                linesBeforeCut = lines - behind;
                return i + 1;
            }
            behind += c == counted ? 1 : 0;
        }
        return -1;
    }

    /**
     * Whether the text can be cut behind a row end. PostgreSQL looks at the character behind a carriage return before it takes
     * the line, and fails there if that is invalid: so they stay together.
     */
    private boolean isCut(long address, int at, int length) {
        if (rowEnd != '\r') {
            return true;
        }
        if (at == length) {
            pending = true;
            return false;
        }
        return getByte(address + at) > 0 || at + 4 <= length && Utf8.startsValid(address + at);
    }

    private int scanEscapes(long address, int length) {
        int cut = -1;
        for (int i = 0; i < length; i++) {
            byte c = getByte(address + i);
            if (inQuote && c == escape) {
                lastWasEscape = !lastWasEscape;
            }
            if (c == quote && !lastWasEscape) {
                inQuote = !inQuote;
            }
            if (c != escape) {
                lastWasEscape = false;
            }
            lines += c == counted ? 1 : 0;
            if (c == rowEnd && !inQuote) {
                lastWasEscape = false;
                if (isCut(address, i + 1, length)) {
                    cut = i + 1;
                    linesBeforeCut = lines;
                }
            }
        }
        return cut;
    }
}
