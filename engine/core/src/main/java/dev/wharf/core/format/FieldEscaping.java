package dev.wharf.core.format;

import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.TextDialect;

/** How a value is written so that a reader finds its bytes again: in quotes, or with backslashes. */
abstract sealed class FieldEscaping permits CsvQuoting, TextEscaping {
    /**
     * @param alone whether the column is the only one that is written
     * @param force whether it is in quotes in any case
     */
    static FieldEscaping of(CopyDialect dialect, boolean alone, boolean force) {
        return switch (dialect) {
            case CsvDialect csv -> force ? new ForcedQuoting(csv) : new CsvQuoting(csv, alone);
            case TextDialect text -> new TextEscaping(text);
        };
    }

    /** Bytes that a value of {@code length} bytes can take at most. */
    static long width(long length) {
        return 2 * length + 2;
    }

    /** Whether a value cannot be written as it is. Reads up to 7 bytes behind it. */
    abstract boolean isNeeded(long start, int length);

    /** The same of a value that has none of the {@link SpecialBytes}. */
    abstract boolean isMarker(long start, int length);

    /** Whether no number or date can ever need it. */
    abstract boolean sparesNumbers();

    /** Writes the value and returns the bytes written; may write up to 7 more. */
    abstract int write(long start, int length, long to);

    /** Whether a byte can occur in a number, a date, or the like. */
    static boolean canBePartOfNumber(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || "+-.: ".indexOf(c) >= 0;
    }
}
