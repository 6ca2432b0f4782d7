package dev.wharf.core.types;

/** Integers as decimal digits, without garbage. */
final class DecimalText {
    /** 10^0 to 10^18. */
    static final long[] POW10 = new long[19];
    private static final int MAX_LONG_LENGTH = 20;

    static {
        POW10[0] = 1;
        for (int i = 1; i < POW10.length; i++) {
            POW10[i] = POW10[i - 1] * 10;
        }
    }

    private DecimalText() {
    }

    static void append(long value, TextBuffer target) {
        byte[] out = target.ensure(MAX_LONG_LENGTH);
        if (value == Long.MIN_VALUE) {
            // it has no positive counterpart
            target.put("-9223372036854775808");
            return;
        }
        long rest = value;
        if (rest < 0) {
            out[target.length++] = '-';
            rest = -rest;
        }
        int digits = length(rest);
        digits(rest, out, target.length, digits);
        target.length += digits;
    }

    /** Decimal digits of a value >= 0; 1 for 0. */
    static int length(long value) {
        int n = 1;
        while (n < 19 && value >= POW10[n]) {
            n++;
        }
        return n;
    }

    /** Writes the last {@code count} digits of a value >= 0, with leading zeros. */
    static void digits(long value, byte[] out, int start, int count) {
        long rest = value;
        int at = start + count;
        while (rest > Integer.MAX_VALUE && at > start) {
            long quotient = rest / 10;
            out[--at] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        }
        int small = (int) rest;
        while (at > start) {
            int quotient = small / 10;
            out[--at] = (byte) ('0' + (small - quotient * 10));
            small = quotient;
        }
    }
}
