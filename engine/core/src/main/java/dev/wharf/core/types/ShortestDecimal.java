package dev.wharf.core.types;

import java.math.BigInteger;

/**
 * The shortest decimal text that reads back as the same floating point number, in PostgreSQL's form: fixed notation for a
 * decimal exponent from -4 up to 15 digits (6 for real), else {@code 1.5e+20}.
 *
 * <p>Ryu (Adams, PLDI 2018) with 128-bit powers of five. As in PostgreSQL, a decimal exactly halfway between two numbers is
 * not taken for either, so that readers need not agree on how ties round: 1e23 prints as 9.999999999999999e+22, where
 * {@link Double#toString} prints 1.0E23.
 */
final class ShortestDecimal {
    private static final int DOUBLE_FIXED_DIGITS = 15;
    private static final int FLOAT_FIXED_DIGITS = 6;
    private static final int DOUBLE_MANTISSA_BITS = 52;
    private static final int DOUBLE_BIAS = 1023;
    private static final int FLOAT_MANTISSA_BITS = 23;
    private static final int FLOAT_BIAS = 127;
    /** Room for a sign, 17 digits, a point, leading or trailing zeros or an exponent. */
    private static final int MAX_LENGTH = 32;

    private static final int INVERSE_BITS = 122;
    private static final int POWER_BITS = 121;
    /** 2^k / 5^q rounded up, high and low halves in turn. */
    private static final long[] INVERSE = new long[2 * 342];
    /** The leading bits of 5^i, high and low halves in turn. */
    private static final long[] POWER = new long[2 * 326];

    static {
        BigInteger five = BigInteger.valueOf(5);
        BigInteger power = BigInteger.ONE;
        for (int i = 0; i < INVERSE.length / 2; i++) {
            int bits = power.bitLength();
            put(INVERSE, i, BigInteger.ONE.shiftLeft(bits - 1 + INVERSE_BITS).divide(power).add(BigInteger.ONE));
            if (i < POWER.length / 2) {
                put(POWER, i, power.shiftRight(bits - POWER_BITS));
            }
            power = power.multiply(five);
        }
    }

    private static void put(long[] table, int index, BigInteger value) {
        table[2 * index] = value.shiftRight(64).longValue();
        table[2 * index + 1] = value.longValue();
    }

    private ShortestDecimal() {
    }

    static void append(double value, TextBuffer target) {
        if (!appendSpecial(value, target)) {
            long bits = Double.doubleToRawLongBits(value);
            long fraction = bits & (1L << DOUBLE_MANTISSA_BITS) - 1;
            int exponent = (int) (bits >>> DOUBLE_MANTISSA_BITS) & 0x7FF;
            append(fraction, exponent, DOUBLE_MANTISSA_BITS, DOUBLE_BIAS, DOUBLE_FIXED_DIGITS, target);
        }
    }

    static void append(float value, TextBuffer target) {
        if (!appendSpecial(value, target)) {
            int bits = Float.floatToRawIntBits(value);
            int fraction = bits & (1 << FLOAT_MANTISSA_BITS) - 1;
            int exponent = bits >>> FLOAT_MANTISSA_BITS & 0xFF;
            append(fraction, exponent, FLOAT_MANTISSA_BITS, FLOAT_BIAS, FLOAT_FIXED_DIGITS, target);
        }
    }

    /** Writes NaN, the infinities and zero; of other values only the sign. */
    private static boolean appendSpecial(double value, TextBuffer target) {
        if (value != value) {
            target.put("NaN");
            return true;
        }
        if (Double.doubleToRawLongBits(value) < 0) {
            target.put('-');
        }
        if (Double.isInfinite(value)) {
            target.put("Infinity");
            return true;
        }
        if (value == 0) {
            target.put('0');
            return true;
        }
        return false;
    }

    private static void append(long fraction, int biasedExponent, int mantissaBits, int bias, int fixedDigits,
                               TextBuffer target) {
        long mantissa = biasedExponent == 0 ? fraction : 1L << mantissaBits | fraction;
        int e2 = Math.max(biasedExponent, 1) - bias - mantissaBits;
        if (e2 <= 0 && -e2 <= mantissaBits && (mantissa & (1L << -e2) - 1) == 0) {
            // a whole number, each with its neighbours at most one away: its own digits are the shortest
            layOut(mantissa >>> -e2, 0, fixedDigits, target);
            return;
        }
        e2 -= 2;
        long middle = 4 * mantissa;
        // the gap below a power of two is half of the gap above
        int lowerGap = fraction != 0 || biasedExponent <= 1 ? 2 : 1;
        long upper = middle + 2;
        long lower = middle - lowerGap;

        boolean exact = false;
        int exponent;
        long v;
        long high;
        long low;
        if (e2 >= 0) {
            int q = Math.max(0, log10Pow2(e2) - (e2 > 3 ? 1 : 0));
            exponent = q;
            int shift = -e2 + q + INVERSE_BITS + pow5Bits(q) - 1;
            v = mulShift(middle, INVERSE, q, shift);
            high = mulShift(upper, INVERSE, q, shift);
            low = mulShift(lower, INVERSE, q, shift);
            if (q <= 21) {
                if (middle % 5 == 0) {
                    exact = isMultipleOfPow5(middle, q);
                } else if (isMultipleOfPow5(upper, q)) {
                    high--;
                }
            }
        } else {
            int q = Math.max(0, log10Pow5(-e2) - (-e2 > 1 ? 1 : 0));
            exponent = q + e2;
            int i = -e2 - q;
            int shift = q - (pow5Bits(i) - POWER_BITS);
            v = mulShift(middle, POWER, i, shift);
            high = mulShift(upper, POWER, i, shift);
            low = mulShift(lower, POWER, i, shift);
            if (q <= 1) {
                exact = true;
                high--;
            } else if (q < 63) {
                exact = (middle & (1L << q) - 1) == 0;
            }
        }

        int lastRemoved = 0;
        while (high / 10 > low / 10) {
            exact &= lastRemoved == 0;
            lastRemoved = (int) (v % 10);
            v /= 10;
            high /= 10;
            low /= 10;
            exponent++;
        }
        if (exact && lastRemoved == 5 && (v & 1) == 0) {
            // exactly halfway between two decimals: the even one
            lastRemoved = 4;
        }
        if (v == low || lastRemoved >= 5) {
            v++;
        }
        layOut(v, exponent, fixedDigits, target);
    }

    private static void layOut(long digits, int exponent, int fixedDigits, TextBuffer target) {
        int length = DecimalText.length(digits);
        int scientific = exponent + length - 1;
        byte[] out = target.ensure(MAX_LENGTH);
        int at = target.length;
        if (scientific >= -4 && scientific < fixedDigits) {
            if (exponent >= 0) {
                DecimalText.digits(digits, out, at, length);
                at += length;
                for (int i = 0; i < exponent; i++) {
                    out[at++] = '0';
                }
            } else {
                int whole = length + exponent;
                if (whole > 0) {
                    DecimalText.digits(digits, out, at + 1, length);
                    System.arraycopy(out, at + 1, out, at, whole);
                    out[at + whole] = '.';
                    at += length + 1;
                } else {
                    out[at++] = '0';
                    out[at++] = '.';
                    DecimalText.digits(digits, out, at, -exponent);
                    at -= exponent;
                }
            }
            target.length = at;
            return;
        }
        long shortened = digits;
        while (shortened % 10 == 0) {
            shortened /= 10;
            length--;
        }
        DecimalText.digits(shortened, out, at + 1, length);
        out[at] = out[at + 1];
        at++;
        if (length > 1) {
            out[at] = '.';
            at += length;
        }
        out[at++] = 'e';
        out[at++] = (byte) (scientific < 0 ? '-' : '+');
        int magnitude = Math.abs(scientific);
        int exponentLength = magnitude >= 100 ? 3 : 2;
        DecimalText.digits(magnitude, out, at, exponentLength);
        target.length = at + exponentLength;
    }

    /** {@code (factor * table[index]) >> shift}, which fits 64 bits. */
    private static long mulShift(long factor, long[] table, int index, int shift) {
        long tableHigh = table[2 * index];
        long tableLow = table[2 * index + 1];
        long carry = Math.unsignedMultiplyHigh(factor, tableLow);
        long low = factor * tableHigh;
        long sum = low + carry;
        long high = Math.unsignedMultiplyHigh(factor, tableHigh) + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
        int rest = shift - 64;
        return rest >= 64 ? high >>> rest - 64 : rest == 0 ? sum : high << 64 - rest | sum >>> rest;
    }

    private static boolean isMultipleOfPow5(long value, int power) {
        long rest = value;
        for (int i = 0; i < power; i++) {
            if (rest % 5 != 0) {
                return false;
            }
            rest /= 5;
        }
        return true;
    }

    /** Bits of 5^e. */
    private static int pow5Bits(int e) {
        return (e * 1217359 >>> 19) + 1;
    }

    /** The whole part of log10(2^e). */
    private static int log10Pow2(int e) {
        return e * 78913 >>> 18;
    }

    /** The whole part of log10(5^e). */
    private static int log10Pow5(int e) {
        return e * 732923 >>> 20;
    }
}
