package dev.wharf.core.csv;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import java.util.function.IntConsumer;

/** As PostgreSQL's {@code CopyReadAttributesCSV}. */
final class CopyReadAttributesCsv extends CopyReadAttributes {
    private final byte delimiter;
    private final byte quote;
    private final byte escape;

    CopyReadAttributesCsv(CsvDialect dialect, IntConsumer whenDefault) {
        super(dialect, whenDefault);
        delimiter = dialect.delimiter();
        quote = dialect.quote();
        escape = dialect.escape();
    }

    @Override
    protected int field(long address, int start, int length) {
        int at = start;
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
        end(address + start, sawQuote ? -1 : end - start);
        return delimited ? at : length + 1;
    }
}
