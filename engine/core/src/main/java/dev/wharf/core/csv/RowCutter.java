package dev.wharf.core.csv;

/**
 * Finds, in input that comes piece by piece, where it can be cut between two rows: as {@link CopyReadLine} would, up to the
 * first line that this refuses. Also counts the lines, as PostgreSQL numbers them.
 *
 * <p>Not thread-safe.
 */
public abstract sealed class RowCutter permits BinaryRowCutter, CsvRowCutter, TextRowCutter {
    /** Ended so far. */
    long lines;
    long linesBeforeCut;

    /** Begins before a row's first byte. */
    public static RowCutter of(CopyDialect dialect) {
        return switch (dialect) {
            case CsvDialect csv -> new CsvRowCutter(csv);
            case TextDialect text -> new TextRowCutter(text);
        };
    }

    /** Of the binary format. @param fields of a row */
    public static RowCutter binary(int fields) {
        return new BinaryRowCutter(fields);
    }

    /**
     * Goes through the next piece of the text.
     *
     * @return the offset in it behind the last row that ends in it, -1 if none does; 0 if one ended just before
     */
    public abstract int scan(long address, int length);

    /** Whether the last row that ended was, or has in it, an end-of-copy marker, or is no row: what follows is not to be read. */
    public boolean ended() {
        return false;
    }

    /** Lines that have ended so far, in quotes or not. */
    public long lines() {
        return lines;
    }

    /** Lines that ended before the last offset that {@link #scan} returned, if that was not -1. */
    public final long linesBeforeCut() {
        return linesBeforeCut;
    }
}
