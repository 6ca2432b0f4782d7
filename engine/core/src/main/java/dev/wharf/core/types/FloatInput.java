package dev.wharf.core.types;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import ch.randelshofer.fastdoubleparser.JavaFloatParser;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.nio.charset.StandardCharsets;

/**
 * real and double precision: what C's {@code strtod} reads (decimal, hexadecimal, inf, nan), with spaces around. A number too
 * large, or that becomes zero without being zero, is out of range.
 */
final class FloatInput implements TextInput {
    private static final double[] EXACT_POW10 = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13,
        1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    private static final float[] EXACT_FLOAT_POW10 = {1, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};
    private static final long EXACT_DOUBLE = 1L << 53;
    private static final long EXACT_FLOAT = 1L << 24;
    /** Beyond this the exponent alone decides, whatever the digits. */
    private static final long HUGE_EXPONENT = 1_000_000_000_000L;

    private final boolean single;

    /** What {@link #scan} found. */
    private long significand;
    private int significantDigits;
    private long exponent;
    private boolean hexadecimal;
    private boolean nonZero;

    /** What {@link #read} found: NaN for any word, infinite for what is too large or too small to be exact. */
    double number;

    FloatInput(boolean single) {
        this.single = single;
    }

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        int end = offset + length;
        int start = InputErrors.skipSpaces(source, offset, end);
        int stop = scan(source, start, end);
        double value;
        if (stop > start) {
            value = single ? toFloat(source, start, stop) : toDouble(source, start, stop);
            if (Double.isInfinite(value) || value == 0 && nonZero) {
                throw PgError.ofValue(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, '"' + InputErrors.text(source, start, stop - start)
                        + "\" is out of range for type " + typeName());
            }
        } else {
            stop = scanWord(source, start, end);
            if (stop == start) {
                throw InputErrors.invalidSyntax(typeName(), source, offset, length);
            }
            boolean negative = source[start] == '-';
            boolean nan = InputErrors.toLower(source[negative || source[start] == '+' ? start + 1 : start]) == 'n';
            value = nan ? Double.NaN : negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (InputErrors.skipSpaces(source, stop, end) < end) {
            throw InputErrors.invalidSyntax(typeName(), source, offset, length);
        }
        result.lo = single ? Float.floatToRawIntBits((float) value) : Double.doubleToRawLongBits(value);
    }

    /** Reads the longest number at {@code start} into {@link #number}: its end, {@code start} if there is none. */
    int read(byte[] source, int start, int end) {
        int stop = scan(source, start, end);
        if (stop > start) {
            number = toDouble(source, start, stop);
            if (nonZero && Math.abs(number) < Double.MIN_NORMAL) {
                number = Double.POSITIVE_INFINITY;
            }
            return stop;
        }
        number = Double.NaN;
        return scanWord(source, start, end);
    }

    private String typeName() {
        return single ? "real" : "double precision";
    }

    private double toDouble(byte[] source, int start, int stop) {
        if (hexadecimal) {
            return Double.parseDouble(javaHexadecimal(source, start, stop));
        }
        if (significantDigits <= 18 && significand <= EXACT_DOUBLE && exponent >= -22 && exponent <= 22) {
            double value = exponent < 0 ? significand / EXACT_POW10[(int) -exponent]
                    : significand * EXACT_POW10[(int) exponent];
            return source[start] == '-' ? -value : value;
        }
        if (!nonZero || Math.abs(exponent) >= HUGE_EXPONENT) {
            return extreme(source[start] == '-');
        }
        return JavaDoubleParser.parseDouble(source, start, stop - start);
    }

    private float toFloat(byte[] source, int start, int stop) {
        if (hexadecimal) {
            return Float.parseFloat(javaHexadecimal(source, start, stop));
        }
        if (significantDigits <= 18 && significand <= EXACT_FLOAT && exponent >= -10 && exponent <= 10) {
            float value = exponent < 0 ? significand / EXACT_FLOAT_POW10[(int) -exponent]
                    : significand * EXACT_FLOAT_POW10[(int) exponent];
            return source[start] == '-' ? -value : value;
        }
        if (!nonZero || Math.abs(exponent) >= HUGE_EXPONENT) {
            return (float) extreme(source[start] == '-');
        }
        return JavaFloatParser.parseFloat(source, start, stop - start);
    }

    private double extreme(boolean negative) {
        double magnitude = nonZero && exponent > 0 ? Double.POSITIVE_INFINITY : 0;
        return negative ? -magnitude : magnitude;
    }

    /** Java insists on the binary exponent that C lets one leave out. */
    private static String javaHexadecimal(byte[] source, int start, int stop) {
        String text = new String(source, start, stop - start, StandardCharsets.US_ASCII);
        return text.indexOf('p') < 0 && text.indexOf('P') < 0 ? text + "p0" : text;
    }

    /** The end of the longest number from {@code start}; {@code start} if there is none. */
    private int scan(byte[] source, int start, int end) {
        significand = 0;
        significantDigits = 0;
        exponent = 0;
        hexadecimal = false;
        nonZero = false;
        int at = start;
        if (at < end && (source[at] == '+' || source[at] == '-')) {
            at++;
        }
        if (at + 2 < end && source[at] == '0' && (source[at + 1] | 0x20) == 'x') {
            int stop = scanHexadecimal(source, at + 2, end);
            if (stop > at + 2) {
                hexadecimal = true;
                return stop;
            }
        }
        int digits = 0;
        boolean point = false;
        for (; at < end; at++) {
            int c = source[at];
            if (c == '.' && !point) {
                point = true;
                continue;
            }
            int digit = c - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            digits++;
            if (point) {
                exponent--;
            }
            if (significantDigits > 0 || digit > 0) {
                nonZero = true;
                if (++significantDigits <= 18) {
                    significand = significand * 10 + digit;
                }
            }
        }
        if (digits == 0) {
            return start;
        }
        if (at < end && (source[at] | 0x20) == 'e') {
            at = scanExponent(source, at, end);
        }
        return at;
    }

    /** Hexadecimal digits, a point, a binary exponent; the end of what is well-formed, {@code start} if nothing is. */
    private int scanHexadecimal(byte[] source, int start, int end) {
        int at = start;
        int digits = 0;
        boolean point = false;
        for (; at < end; at++) {
            if (source[at] == '.' && !point) {
                point = true;
                continue;
            }
            int digit = InputErrors.hexDigit(source[at]);
            if (digit < 0) {
                break;
            }
            digits++;
            nonZero |= digit > 0;
        }
        if (digits == 0) {
            return start;
        }
        return at < end && (source[at] | 0x20) == 'p' ? scanExponent(source, at, end) : at;
    }

    /** Past an exponent at {@code start}, adding it; {@code start} if no digits follow the letter. */
    private int scanExponent(byte[] source, int start, int end) {
        int at = start + 1;
        boolean negative = false;
        if (at < end && (source[at] == '+' || source[at] == '-')) {
            negative = source[at++] == '-';
        }
        if (at == end || !InputErrors.isDigit(source[at])) {
            return start;
        }
        long value = 0;
        for (; at < end && InputErrors.isDigit(source[at]); at++) {
            value = Math.min(value * 10 + source[at] - '0', 2 * HUGE_EXPONENT);
        }
        exponent += negative ? -value : value;
        return at;
    }

    /** The end of a signed inf, infinity, nan or nan(...) from {@code start}; {@code start} if there is none. */
    private static int scanWord(byte[] source, int start, int end) {
        int at = start;
        if (at < end && (source[at] == '+' || source[at] == '-')) {
            at++;
        }
        if (InputErrors.startsWith(source, at, end, "infinity")) {
            return at + 8;
        }
        if (InputErrors.startsWith(source, at, end, "inf")) {
            return at + 3;
        }
        if (!InputErrors.startsWith(source, at, end, "nan")) {
            return start;
        }
        at += 3;
        if (at < end && source[at] == '(') {
            int close = at + 1;
            while (close < end && (InputErrors.isDigit(source[close]) || source[close] == '_'
                    || (source[close] | 0x20) >= 'a' && (source[close] | 0x20) <= 'z')) {
                close++;
            }
            if (close < end && source[close] == ')') {
                return close + 1;
            }
        }
        return at;
    }
}
