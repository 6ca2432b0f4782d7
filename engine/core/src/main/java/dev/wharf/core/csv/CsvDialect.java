package dev.wharf.core.csv;

import java.util.Arrays;

/**
 * What the bytes of one CSV file mean.
 *
 * @param escape equal to {@code quote} unless ESCAPE said otherwise
 * @param eol    fixed by the file's first line
 * @param nullPrint the NULL string
 */
public record CsvDialect(byte delimiter, byte quote, byte escape, Eol eol, byte[] nullPrint) {
    /** The end-of-line style: PostgreSQL's {@code EolType}. */
    public enum Eol {
        NL, CR, CRNL;

        /** The byte that ends a row. */
        public byte last() {
            return (byte) (this == CR ? '\r' : '\n');
        }

        /** The byte whose occurrences inside quotes PostgreSQL counts as lines. */
        public byte counted() {
            return (byte) (this == NL ? '\n' : '\r');
        }
    }

    public boolean escapeIsQuote() {
        return escape == quote;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof CsvDialect d && delimiter == d.delimiter && quote == d.quote && escape == d.escape
                && eol == d.eol && Arrays.equals(nullPrint, d.nullPrint);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new int[] {delimiter, quote, escape, eol.ordinal(), Arrays.hashCode(nullPrint)});
    }
}
