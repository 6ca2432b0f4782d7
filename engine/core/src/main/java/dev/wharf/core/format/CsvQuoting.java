package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.csv.CsvDialect;

/** When and how a value is quoted: PostgreSQL's {@code CopyAttributeOutCSV}. */
final class CsvQuoting {
    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_SEVEN = 0x7F7F7F7F7F7F7F7FL;
    private static final long HIGH = 0x8080808080808080L;
    private static final long NEWLINES = ONES * '\n';
    private static final long RETURNS = ONES * '\r';

    private final byte quote;
    private final byte escape;
    private final byte[] nullPrint;
    private final boolean alone;
    private final long delimiters;
    private final long quotes;

    CsvQuoting(CsvDialect dialect, boolean alone) {
        quote = dialect.quote();
        escape = dialect.escape();
        nullPrint = dialect.nullPrint();
        this.alone = alone;
        delimiters = ONES * (dialect.delimiter() & 0xFF);
        quotes = ONES * (quote & 0xFF);
    }

    /** Bytes that a value of {@code length} bytes can take at most. */
    static long width(long length) {
        return 2 * length + 2;
    }

    /** Reads up to 7 bytes behind the value. */
    boolean isNeeded(long start, int length) {
        for (int i = 0; i < length; i += 8) {
            long w = getLong(start + i);
            long hits = hits(w ^ delimiters) | hits(w ^ quotes) | hits(w ^ NEWLINES) | hits(w ^ RETURNS);
            int left = length - i;
            if (left < 8) {
                hits &= (1L << (left << 3)) - 1;
            }
            if (hits != 0) {
                return true;
            }
        }
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

    private static long hits(long x) {
        return ~(((x & LOW_SEVEN) + LOW_SEVEN) | x) & HIGH;
    }

    /** Writes the value in quotes and returns the bytes written. */
    int write(long start, int length, long to) {
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
