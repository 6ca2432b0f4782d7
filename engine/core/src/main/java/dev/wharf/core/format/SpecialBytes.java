package dev.wharf.core.format;

import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.memory.OffHeap;

/**
 * Finds the bytes for whose sake a value is quoted or escaped in a whole run of values at once, one bit a byte; so that each
 * value costs a look at a bit or two. Not thread-safe: overwritten by the next scan.
 */
abstract sealed class SpecialBytes permits CsvSpecialBytes, TextSpecialBytes {
    protected final byte delimiter;
    /** Bit i of word w: byte 64 * w + i is special. */
    protected long[] bits = new long[256];
    private boolean found;

    SpecialBytes(CopyDialect dialect) {
        delimiter = dialect.delimiter();
    }

    /** The faster one, as things are now: see {@link #faster}. */
    static SpecialBytes of(CopyDialect dialect) {
        return switch (dialect) {
            case CsvDialect csv -> CsvSpecialBytes.of(csv);
            case TextDialect text -> TextSpecialBytes.of(text);
        };
    }

    /** A faster one for the same dialect if there is one by now, else this one. To be asked before each run of values. */
    abstract SpecialBytes faster();

    /** A scan of little text, for a warm-up. */
    protected static Runnable scanOf(SpecialBytes special) {
        OffHeap.Buffer text = new OffHeap.Buffer(64);
        OffHeap.fill(text.address(), 64, (byte) 'x');
        return () -> special.scan(text.address(), 64);
    }

    /** Looks at {@code length} bytes at {@code start}; reads up to 63 behind them, and their bits are unspecified. */
    final void scan(long start, int length) {
        int words = (length + 63) / 64;
        if (bits.length < words + 1) {
            bits = new long[Math.max(words + 1, bits.length * 2)];
        }
        found = scanWords(start, words);
    }

    /** Fills {@code words} words of {@link #bits} and tells whether any bit is set. */
    protected abstract boolean scanWords(long start, int words);

    /** Whether a special byte is in [from, to), counted from the scan's start. */
    final boolean any(int from, int to) {
        if (!found || from == to) {
            return false;
        }
        int first = from >> 6;
        int last = to - 1 >> 6;
        long head = bits[first] & -1L << from;
        long tail = -1L >>> 63 - (to - 1);
        if (first == last) {
            return (head & tail) != 0;
        }
        if ((head | bits[last] & tail) != 0) {
            return true;
        }
        for (int w = first + 1; w < last; w++) {
            if (bits[w] != 0) {
                return true;
            }
        }
        return false;
    }
}
