package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.csv.CsvDialect;

/** FORCE_QUOTE for a type whose values need nothing more than quotes: another kernel's text between two. */
final class QuotedFormat extends FormatKernel {
    private final FormatKernel inner;
    private final byte quote;

    QuotedFormat(FormatKernel inner, CsvDialect dialect) {
        super(dialect);
        this.inner = inner;
        quote = dialect.quote();
    }

    @Override
    protected long valueWidth(ColumnData column, int first, int rows) {
        return inner.valueWidth(column, first, rows) + 2;
    }

    @Override
    protected int formatOne(ColumnData column, int row, long to) {
        putByte(to, quote);
        int length = inner.formatOne(column, row, to + 1);
        putByte(to + 1 + length, quote);
        return length + 2;
    }
}
