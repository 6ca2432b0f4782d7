package dev.wharf.core.format;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextSettings;

/**
 * Writes one column of a batch as text, one loop per type: the way back of {@link dev.wharf.core.kernel.ColumnKernel}. Its
 * text is that of the type's output function, quoted or escaped by the rules of PostgreSQL's {@code CopyAttributeOutCSV} and
 * {@code CopyAttributeOutText}. Not thread-safe.
 */
abstract class FormatKernel {
    private final byte[] nullPrint;

    FormatKernel(CopyDialect dialect) {
        nullPrint = dialect.nullPrint();
    }

    /**
     * @param alone whether the column is the only one that is written
     * @param force whether its values are in quotes in any case
     */
    static FormatKernel of(PgType type, TextSettings settings, CopyDialect dialect, boolean alone, boolean force) {
        FieldEscaping escaping = FieldEscaping.of(dialect, alone, force);
        // In quotes, a number may need to be escaped too
        boolean escapes = force && dialect instanceof CsvDialect csv && FieldEscaping.canBePartOfNumber(csv.escape());
        FormatKernel number = escaping.sparesNumbers() && !escapes ? ofNumber(type, dialect) : null;
        if (number != null) {
            return force ? new QuotedFormat(number, (CsvDialect) dialect) : number;
        }
        return switch (type.kind()) {
            case TEXT, VARCHAR, CHAR, JSON, JSONB -> new TextFormat(dialect, escaping);
            case ARRAY -> settings.rewrites(type.element()) ? new GeneralFormat(type, settings, dialect, escaping)
                    : new TextFormat(dialect, escaping);
            default -> new GeneralFormat(type, settings, dialect, escaping);
        };
    }

    /** The kernel of a type whose text can be written as it is; null for other types. */
    private static FormatKernel ofNumber(PgType type, CopyDialect dialect) {
        return switch (type.kind()) {
            case INT2, INT4, INT8 -> new IntegerFormat(type, dialect);
            case NUMERIC -> type.isDecimal128() ? new DecimalFormat(type, dialect) : null;
            case DATE -> new DateFormat(type, dialect);
            default -> null;
        };
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

    /** The loop for rows without a NULL. A kernel whose values take no time has a copy of its own, which knows its type. */
    protected void formatAll(ColumnData column, int first, int rows, long[] cursors, byte terminator) {
        for (int r = 0; r < rows; r++) {
            long at = cursors[r];
            at += formatOne(column, first + r, at);
            OffHeap.putByte(at, terminator);
            cursors[r] = at + 1;
        }
    }

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
