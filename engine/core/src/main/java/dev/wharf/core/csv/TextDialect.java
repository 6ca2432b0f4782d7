package dev.wharf.core.csv;

import java.util.Arrays;

/**
 * What the bytes of one file in text format mean: a backslash escapes the byte behind it.
 *
 * @param nullPrint compared with a field as it is written, before its escapes are undone; so is {@code defaultPrint}
 */
public record TextDialect(byte delimiter, Eol eol, byte[] nullPrint, byte[] defaultPrint) implements CopyDialect {
    static final byte BACKSLASH = '\\';

    public TextDialect(byte delimiter, Eol eol, byte[] nullPrint) {
        this(delimiter, eol, nullPrint, null);
    }

    @Override
    public byte inverter() {
        return BACKSLASH;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof TextDialect d && delimiter == d.delimiter && eol == d.eol
                && Arrays.equals(nullPrint, d.nullPrint) && Arrays.equals(defaultPrint, d.defaultPrint);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new int[] {delimiter, eol.ordinal(), Arrays.hashCode(nullPrint)});
    }
}
