package dev.wharf.core.types;

/** The 128-bit two's complement integers behind numeric(p, s): NaN is the smallest of them. */
public final class Decimal128 {
    /** The high half of NaN. */
    public static final long NAN_HI = Long.MIN_VALUE;
    /** The low half of NaN. */
    public static final long NAN_LO = 0;
    private static final long MASK32 = 0xFFFF_FFFFL;
    private static final int GROUP_DIGITS = 9;
    private static final long GROUP = 1_000_000_000L;
    /** Five groups hold 45 digits; the largest magnitude has 39. */
    private static final int GROUPS = 5;
    private static final int MAX_LENGTH = GROUPS * GROUP_DIGITS + 3;

    private Decimal128() {
    }

    /** The high half of {@code (hi, lo) * factor + term}, all taken as unsigned; the low half is {@code lo * factor + term}. */
    static long multiplyAddHigh(long hi, long lo, long factor, long term) {
        long low = lo * factor;
        long carry = Long.compareUnsigned(low + term, low) < 0 ? 1 : 0;
        return hi * factor + Math.unsignedMultiplyHigh(lo, factor) + carry;
    }

    static void append(long hi, long lo, int scale, TextBuffer target) {
        if (hi == NAN_HI && lo == NAN_LO) {
            target.put("NaN");
            return;
        }
        if (hi == lo >> 63 && lo != Long.MIN_VALUE) {
            long magnitude = Math.abs(lo);
            int length = Math.max(DecimalText.length(magnitude), scale + 1);
            appendSigned(lo < 0, length, scale, target);
            DecimalText.digits(magnitude, target.bytes, target.length - length, length);
        } else {
            appendWide(hi, lo, scale, target);
        }
        if (scale > 0) {
            int point = target.length - scale;
            System.arraycopy(target.bytes, point, target.bytes, point + 1, scale);
            target.bytes[point] = '.';
            target.length++;
        }
    }

    /** Writes the sign and makes room for {@code length} digits and a point. */
    private static void appendSigned(boolean negative, int length, int scale, TextBuffer target) {
        target.ensure(length + scale + 2);
        if (negative) {
            target.put('-');
        }
        target.length += length;
    }

    private static void appendWide(long hi, long lo, int scale, TextBuffer target) {
        boolean negative = hi < 0;
        long restHi = negative ? ~hi + (lo == 0 ? 1 : 0) : hi;
        long restLo = negative ? -lo : lo;
        int length = 0;
        byte[] out = target.ensure(MAX_LENGTH + scale + 1);
        int start = target.length + 1;
        // least significant group first, from the right
        for (int group = GROUPS - 1; group >= 0; group--) {
            long remainder = 0;
            long limb = restHi >>> 32;
            long q3 = limb / GROUP;
            remainder = limb % GROUP << 32 | restHi & MASK32;
            long q2 = remainder / GROUP;
            remainder = remainder % GROUP << 32 | restLo >>> 32;
            long q1 = remainder / GROUP;
            remainder = remainder % GROUP << 32 | restLo & MASK32;
            long q0 = remainder / GROUP;
            DecimalText.digits(remainder % GROUP, out, start + group * GROUP_DIGITS, GROUP_DIGITS);
            restHi = q3 << 32 | q2;
            restLo = q1 << 32 | q0;
            length += GROUP_DIGITS;
        }
        int first = start;
        while (length > scale + 1 && out[first] == '0') {
            first++;
            length--;
        }
        if (negative) {
            out[target.length++] = '-';
        }
        System.arraycopy(out, first, out, target.length, length);
        target.length += length;
    }
}
