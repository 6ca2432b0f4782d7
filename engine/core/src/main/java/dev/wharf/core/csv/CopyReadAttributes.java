package dev.wharf.core.csv;

import com.carrotsearch.hppc.IntArrayList;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import java.util.Arrays;

/**
 * Splits one line into fields as PostgreSQL's {@code CopyReadAttributesCSV} does, byte by byte: quotes removed, escapes
 * undone, NULL recognised. Not thread-safe: results are overwritten by the next line.
 */
public final class CopyReadAttributes {
    private final byte delimiter;
    private final byte quote;
    private final byte escape;
    private final byte[] nullPrint;
    private final IntArrayList ends = new IntArrayList();
    private final IntArrayList nulls = new IntArrayList();
    private byte[] output = new byte[1024];
    private int outputLength;

    public CopyReadAttributes(CsvDialect dialect) {
        delimiter = dialect.delimiter();
        quote = dialect.quote();
        escape = dialect.escape();
        nullPrint = dialect.nullPrint();
    }

    /** The fields' bytes, one after the other. */
    public byte[] bytes() {
        return output;
    }

    public int count() {
        return ends.size();
    }

    public int start(int field) {
        return field == 0 ? 0 : ends.get(field - 1);
    }

    public int length(int field) {
        return ends.get(field) - start(field);
    }

    public boolean isNull(int field) {
        return nulls.get(field) != 0;
    }

    /** @throws PgError 22P04 {@code unterminated CSV quoted field} */
    public void split(long address, int length) {
        ends.clear();
        nulls.clear();
        outputLength = 0;
        if (output.length < length) {
            output = new byte[Math.max(length, Math.min(output.length * 2, Integer.MAX_VALUE / 2))];
        }
        int at = 0;
        do {
            at = field(address, at, length);
        } while (at <= length);
    }

    /**
     * Reads one field of a line by itself, with its quotes.
     *
     * @return offset after the field's delimiter; over {@code length} when the field was the line's last
     */
    private int field(long address, int start, int length) {
        int at = start;
        int fieldStart = outputLength;
        boolean sawQuote = false;
        int end;
        boolean delimited = false;
        notQuoted:
        for (;;) {
            for (;;) {
                end = at;
                if (at >= length) {
                    break notQuoted;
                }
                byte c = OffHeap.getByte(address + at++);
                if (c == delimiter) {
                    delimited = true;
                    break notQuoted;
                }
                if (c == quote) {
                    sawQuote = true;
                    break;
                }
                output[outputLength++] = c;
            }
            for (;;) {
                if (at >= length) {
                    throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "unterminated CSV quoted field");
                }
                byte c = OffHeap.getByte(address + at++);
                if (c == escape && at < length) {
                    byte next = OffHeap.getByte(address + at);
                    if (next == escape || next == quote) {
                        output[outputLength++] = next;
                        at++;
                        continue;
                    }
                }
                if (c == quote) {
                    break;
                }
                output[outputLength++] = c;
            }
        }
        boolean isNull = !sawQuote && end - start == nullPrint.length
                && Arrays.equals(output, fieldStart, outputLength, nullPrint, 0, nullPrint.length);
        ends.add(outputLength);
        nulls.add(isNull ? 1 : 0);
        return delimited ? at : length + 1;
    }

    /** Splits what is known to be a single field: see {@link #split}. */
    public void single(long address, int length) {
        ends.clear();
        nulls.clear();
        outputLength = 0;
        if (output.length < length) {
            output = new byte[Math.max(length, Math.min(output.length * 2, Integer.MAX_VALUE / 2))];
        }
        field(address, 0, length);
    }
}
