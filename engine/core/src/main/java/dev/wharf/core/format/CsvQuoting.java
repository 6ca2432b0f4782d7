package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.Swar;
import java.nio.charset.StandardCharsets;

/** When and how a value is quoted: PostgreSQL's {@code CopyAttributeOutCSV}. */
sealed class CsvQuoting extends FieldEscaping permits ForcedQuoting {
    private static final long NEWLINES = Swar.broadcast((byte) '\n');
    private static final long RETURNS = Swar.broadcast((byte) '\r');

    private final byte delimiter;
    private final byte quote;
    private final byte escape;
    private final byte[] nullPrint;
    private final boolean alone;
    private final long delimiters;
    private final long quotes;

    CsvQuoting(CsvDialect dialect, boolean alone) {
        delimiter = dialect.delimiter();
        quote = dialect.quote();
        escape = dialect.escape();
        nullPrint = dialect.nullPrint();
        this.alone = alone;
        delimiters = Swar.broadcast(delimiter);
        quotes = Swar.broadcast(quote);
    }

    @Override
    boolean isNeeded(long start, int length) {
        for (int i = 0; i < length; i += 8) {
            long w = getLong(start + i);
            long hits = Swar.equal(w, delimiters) | Swar.equal(w, quotes) | Swar.equal(w, NEWLINES) | Swar.equal(w, RETURNS);
            int left = length - i;
            if (left < 8) {
                hits &= (1L << (left << 3)) - 1;
            }
            if (hits != 0) {
                return true;
            }
        }
        return isMarker(start, length);
    }

    /** Whether a reader would take the value for NULL, or for an end. */
    @Override
    boolean isMarker(long start, int length) {
        if (length == nullPrint.length && isNullPrint(start)) {
            return true;
        }
        // Alone on its line, the text format's end marker is quoted so that no reader takes it for one.
        return alone && length == 2 && getByte(start) == '\\' && getByte(start + 1) == '.';
    }

    private boolean isNullPrint(long start) {
        for (int i = 0; i < nullPrint.length; i++) {
            if (getByte(start + i) != nullPrint[i]) {
                return false;
            }
        }
        return true;
    }

    /** Neither a special byte nor the NULL string can be part of a number. */
    @Override
    final boolean sparesNumbers() {
        return !canBePartOfNumber(delimiter) && !canBePartOfNumber(quote)
                && (nullPrint.length == 0 || !new String(nullPrint, StandardCharsets.UTF_8).chars()
                .allMatch(FieldEscaping::canBePartOfNumber));
    }

    /** In quotes. */
    @Override
    final int write(long start, int length, long to) {
        long at = to;
        putByte(at++, quote);
        for (int i = 0; i < length; i++) {
            byte c = getByte(start + i);
            if (c == quote || c == escape) {
                putByte(at++, escape);
            }
            putByte(at++, c);
        }
        putByte(at++, quote);
        return (int) (at - to);
    }
}
