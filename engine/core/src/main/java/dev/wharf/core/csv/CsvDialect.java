package dev.wharf.core.csv;

import java.util.Arrays;

/**
 * What the bytes of one CSV file mean.
 *
 * @param escape equal to {@code quote} unless ESCAPE said otherwise
 */
public record CsvDialect(byte delimiter, byte quote, byte escape, Eol eol, byte[] nullPrint, byte[] defaultPrint)
        implements CopyDialect {
    public CsvDialect(byte delimiter, byte quote, byte escape, Eol eol, byte[] nullPrint) {
        this(delimiter, quote, escape, eol, nullPrint, null);
    }

    public boolean escapeIsQuote() {
        return escape == quote;
    }

    @Override
    public byte inverter() {
        return quote;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof CsvDialect d && delimiter == d.delimiter && quote == d.quote && escape == d.escape
                && eol == d.eol && Arrays.equals(nullPrint, d.nullPrint) && Arrays.equals(defaultPrint, d.defaultPrint);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new int[] {delimiter, quote, escape, eol.ordinal(), Arrays.hashCode(nullPrint)});
    }
}
