package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.putByte;
import static dev.wharf.core.memory.OffHeap.putLong;
import static dev.wharf.core.memory.OffHeap.putShort;

/** Numbers as ASCII, eight digits a step. */
final class AsciiDigits {
    /** "00" to "99", each as a little-endian short. */
    private static final short[] PAIRS = new short[100];

    private static final long ZEROS = 0x3030303030303030L;

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[i] = (short) ('0' + i / 10 | '0' + i % 10 << 8);
        }
    }

    private AsciiDigits() {
    }

    /** Eight digits of a number below 10^8 as a little-endian word, zeros in front: the first digit is its lowest byte. */
    private static long eight(int v) {
        // Halves, then pairs, then digits, each split by a multiplication that does for all of them at once.
        int high = v / 10000;
        long halves = high | (long) (v - high * 10000) << 32;
        long hundreds = (halves * 5243 >>> 19) & 0x0000007F0000007FL;
        long pairs = hundreds | (halves - hundreds * 100) << 16;
        long tens = (pairs * 103 >>> 10) & 0x000F000F000F000FL;
        return tens | (pairs - tens * 10) << 8;
    }

    /** Writes a non-negative number at {@code to}, up to 8 bytes more than its digits, and returns its digits. */
    static int put(long to, long value) {
        if (value < 100_000_000) {
            long digits = eight((int) value);
            int zeros = Math.min(Long.numberOfTrailingZeros(digits) >> 3, 7);
            putLong(to, (digits | ZEROS) >>> (zeros << 3));
            return 8 - zeros;
        }
        long high = value / 100_000_000;
        int n = put(to, high);
        putLong(to + n, eight((int) (value - high * 100_000_000)) | ZEROS);
        return n + 8;
    }

    /** Writes exactly {@code digits} digits at {@code to}, zeros in front where the number is shorter. */
    static void put(long to, long value, int digits) {
        long v = value;
        for (long at = to + digits - 1; at >= to; at--) {
            long q = v / 10;
            putByte(at, (byte) ('0' + (int) (v - q * 10)));
            v = q;
        }
    }

    static void putPair(long to, int value) {
        putShort(to, PAIRS[value]);
    }
}
