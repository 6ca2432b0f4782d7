package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getLong;

/** Runs of ASCII digits as numbers, eight at a time in a register. */
final class Digits {
    static final long ZEROS = 0x3030303030303030L;
    private static final long HIGH = 0x8080808080808080L;

    static final long[] POWERS_OF_TEN = new long[19];

    static {
        long p = 1;
        for (int i = 0; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = p;
            p *= 10;
        }
    }

    private Digits() {
    }

    /** Not a number: what the parsers return for anything that is not all digits. */
    static final long BAD = -1;

    /** The last {@code n} (0 to 8) bytes of a word as digits, the ones before as zeros. */
    static long last(long word, int n) {
        if (n == 0) {
            return ZEROS;
        }
        long keep = -1L << ((8 - n) << 3);
        return (word & keep) | (ZEROS & ~keep);
    }

    static boolean allDigits(long word) {
        return (((word + 0x4646464646464646L) | (word - ZEROS)) & HIGH) == 0;
    }

    /** Value of eight digits, the first in the lowest byte. */
    static long value(long word) {
        long v = word - ZEROS;
        v = v * 10 + (v >>> 8);
        return ((v & 0x000000FF000000FFL) * 0x000F424000000064L
                + ((v >>> 16) & 0x000000FF000000FFL) * 0x0000271000000001L) >>> 32;
    }

    /** 1 to 16 digits that end before {@code end}, or {@link #BAD}. Reads up to 16 bytes before {@code end}. */
    static long parse(long end, int n) {
        if (n <= 8) {
            long w = last(getLong(end - 8), n);
            return allDigits(w) ? value(w) : BAD;
        }
        long low = getLong(end - 8);
        long high = last(getLong(end - 16), n - 8);
        return allDigits(low) && allDigits(high) ? value(high) * 100_000_000L + value(low) : BAD;
    }
}
