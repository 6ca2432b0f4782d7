package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.putByte;
import static dev.wharf.core.memory.OffHeap.putShort;

/** Numbers as ASCII, two digits a step. */
final class AsciiDigits {
    /** "00" to "99", each as a little-endian short. */
    private static final short[] PAIRS = new short[100];

    private static final long[] POWERS = new long[19];

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[i] = (short) ('0' + i / 10 | '0' + i % 10 << 8);
        }
        long p = 1;
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = p;
            p *= 10;
        }
    }

    private AsciiDigits() {
    }

    /** Digits of a non-negative number. */
    static int count(long v) {
        // 1233 / 4096 is just over log10(2): right or one too many.
        int guess = (64 - Long.numberOfLeadingZeros(v | 1)) * 1233 >>> 12;
        return guess + (guess < POWERS.length && v >= POWERS[guess] ? 1 : 0) + (guess == 0 && v == 0 ? 1 : 0);
    }

    /** Writes exactly {@code digits} digits at {@code to}, with zeros in front where the number is shorter. */
    static void put(long to, long value, int digits) {
        long v = value;
        long at = to + digits;
        // Division by an int constant is a multiplication; of a long it is a slower one.
        while (v > Integer.MAX_VALUE) {
            long q = v / 100;
            at -= 2;
            putShort(at, PAIRS[(int) (v - q * 100)]);
            v = q;
        }
        int w = (int) v;
        while (at - to >= 2) {
            int q = w / 100;
            at -= 2;
            putShort(at, PAIRS[w - q * 100]);
            w = q;
        }
        if (at > to) {
            putByte(to, (byte) ('0' + w % 10));
        }
    }

    static void putPair(long to, int value) {
        putShort(to, PAIRS[value]);
    }
}
