package dev.wharf.core.format;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.PgType;
import java.nio.charset.StandardCharsets;

/**
 * Writes one column of a batch as CSV, one loop per type: the way back of {@link dev.wharf.core.kernel.ColumnKernel}. Its
 * text is that of the type's output function, quoted by the rule of PostgreSQL's {@code CopyAttributeOutCSV}. Not
 * thread-safe.
 */
abstract class FormatKernel {
    private final byte[] nullPrint;

    FormatKernel(CsvDialect dialect) {
        nullPrint = dialect.nullPrint();
    }

    /** @param alone whether the column is the only one that is written */
    static FormatKernel of(PgType type, CsvDialect dialect, boolean alone) {
        boolean plain = neverQuoted(dialect);
        return switch (type.kind()) {
            case INT2, INT4, INT8 -> plain ? new IntegerFormat(type, dialect) : new GeneralFormat(type, dialect, alone);
            case NUMERIC -> plain && type.isDecimal128() ? new DecimalFormat(type, dialect)
                    : new GeneralFormat(type, dialect, alone);
            case DATE -> plain ? new DateFormat(type, dialect) : new GeneralFormat(type, dialect, alone);
            case TEXT, VARCHAR, CHAR, JSON, JSONB, ARRAY -> new TextFormat(dialect, alone);
            default -> new GeneralFormat(type, dialect, alone);
        };
    }

    /** Whether no number or date can need quotes: neither a special byte nor the NULL string can be part of one. */
    private static boolean neverQuoted(CsvDialect dialect) {
        String special = new String(new byte[] {dialect.delimiter(), dialect.quote()}, StandardCharsets.ISO_8859_1);
        String nullPrint = new String(dialect.nullPrint(), StandardCharsets.UTF_8);
        return special.chars().noneMatch(FormatKernel::canBePartOfValue)
                && (nullPrint.isEmpty() || !nullPrint.chars().allMatch(FormatKernel::canBePartOfValue));
    }

    private static boolean canBePartOfValue(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || "+-.: ".indexOf(c) >= 0;
    }

    /** Bytes that a value of these rows can take at most. */
    final long width(ColumnData column, int first, int rows) {
        return Math.max(nullPrint.length, valueWidth(column, first, rows));
    }

    protected abstract long valueWidth(ColumnData column, int first, int rows);

    /**
     * Appends the column's rows {@code first} to {@code first + rows}, each with a {@code terminator} behind.
     *
     * @param cursors where each row goes on; moved on
     */
    final void format(ColumnData column, int first, int rows, long[] cursors, byte terminator) {
        prepare(column, first, rows);
        if (column.validity() == 0) {
            formatAll(column, first, rows, cursors, terminator);
            return;
        }
        for (int r = 0; r < rows; r++) {
            long at = cursors[r];
            if (column.isNull(first + r)) {
                OffHeap.copy(nullPrint, 0, at, nullPrint.length);
                at += nullPrint.length;
            } else {
                at += formatOne(column, first + r, at);
            }
            OffHeap.putByte(at, terminator);
            cursors[r] = at + 1;
        }
    }

    /** What a kernel wants to know of all rows before it writes the first. */
    protected void prepare(ColumnData column, int first, int rows) {
    }

    /** The loop for rows without a NULL. */
    protected abstract void formatAll(ColumnData column, int first, int rows, long[] cursors, byte terminator);

    /** Writes one value, not NULL, at {@code to} and returns its bytes. */
    protected abstract int formatOne(ColumnData column, int row, long to);

    /** Longest value of a VARIABLE column's rows. */
    static long longest(ColumnData column, int first, int rows) {
        int longest = 0;
        int before = OffHeap.getInt(column.offsets() + 4L * first);
        for (int r = 1; r <= rows; r++) {
            int next = OffHeap.getInt(column.offsets() + 4L * (first + r));
            longest = Math.max(longest, next - before);
            before = next;
        }
        return longest;
    }
}
