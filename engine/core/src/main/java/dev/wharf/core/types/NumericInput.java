package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * numeric: decimal with an exponent, 0x, 0o, 0b, underscores between digits, NaN, the infinities; rounded half away from zero
 * to the scale. Stored as Decimal128 where the type allows it, else as its canonical text.
 */
final class NumericInput implements TextInput {
    private static final int MAX_FAST_DIGITS = 18;
    /** What PostgreSQL's storage holds of an unconstrained numeric. */
    private static final int MAX_WHOLE_DIGITS = 131072;
    private static final int MAX_DISPLAY_SCALE = 16383;
    private static final int MAX_EXPONENT = Integer.MAX_VALUE / 2;

    private final boolean constrained;
    private final boolean decimal128;
    private final int precision;
    private final int scale;

    /** The value being read: {@code 0.d1 d2 d3... * 10^wholeDigits}, shown with {@code displayScale} fractional digits. */
    private byte[] digits = new byte[64];
    private int first;
    private int count;
    private long wholeDigits;
    private long displayScale;
    private boolean negative;

    NumericInput(PgType type) {
        constrained = type.precision() != PgType.NONE;
        decimal128 = type.isDecimal128();
        precision = type.precision();
        scale = type.scale();
    }

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        if (!decimal128 || !parseShort(source, offset, length, result)) {
            parseAny(source, offset, length, result);
        }
    }

    /** Reads a sign, up to 18 digits and a point; anything else, and any error, is left to {@link #parseAny}. */
    private boolean parseShort(byte[] source, int offset, int length, Datum result) {
        int at = offset;
        int end = offset + length;
        boolean minus = length > 0 && source[at] == '-';
        if (minus) {
            at++;
        }
        if (end - at > MAX_FAST_DIGITS) {
            return false;
        }
        long value = 0;
        int seen = 0;
        int point = -1;
        for (; at < end; at++) {
            int digit = source[at] - '0';
            if (digit >= 0 && digit <= 9) {
                value = value * 10 + digit;
                seen++;
            } else if (digit == '.' - '0' && point < 0) {
                point = seen;
            } else {
                return false;
            }
        }
        if (seen == 0) {
            return false;
        }
        int missing = scale - (point < 0 ? 0 : seen - point);
        if (missing >= 0) {
            if (seen + missing > MAX_FAST_DIGITS) {
                return false;
            }
            value *= DecimalText.POW10[missing];
        } else {
            long unit = DecimalText.POW10[-missing];
            long rest = value % unit;
            value = value / unit + (rest >= unit - rest ? 1 : 0);
        }
        if (precision < DecimalText.POW10.length && value >= DecimalText.POW10[precision]) {
            return false;
        }
        result.lo = minus ? -value : value;
        result.hi = result.lo >> 63;
        return true;
    }

    private void parseAny(byte[] source, int offset, int length, Datum result) {
        int end = offset + length;
        int start = InputErrors.skipSpaces(source, offset, end);
        int at = start;
        negative = false;
        if (at < end && (source[at] == '+' || source[at] == '-')) {
            negative = source[at++] == '-';
        }
        int stop;
        String special = null;
        if (at < end && (InputErrors.isDigit(source[at]) || source[at] == '.')) {
            int base = at + 1 < end && source[at] == '0' ? switch (source[at + 1] | 0x20) {
                case 'x' -> 16;
                case 'o' -> 8;
                case 'b' -> 2;
                default -> 10;
            } : 10;
            stop = base == 10 ? scanDecimal(source, at, end) : scanInteger(source, at + 2, end, base);
        } else if (InputErrors.startsWith(source, start, end, "nan")) {
            special = "NaN";
            stop = start + 3;
        } else if (InputErrors.startsWith(source, at, end, "infinity")) {
            special = negative ? "-Infinity" : "Infinity";
            stop = at + 8;
        } else if (InputErrors.startsWith(source, at, end, "inf")) {
            special = negative ? "-Infinity" : "Infinity";
            stop = at + 3;
        } else {
            stop = -1;
        }
        if (stop < 0 || InputErrors.skipSpaces(source, stop, end) < end) {
            throw InputErrors.invalidSyntax("numeric", source, offset, length);
        }
        if (special != null) {
            storeSpecial(special, result);
            return;
        }
        stripLeadingZeros();
        if (constrained) {
            applyModifier();
        }
        if (wholeDigits > MAX_WHOLE_DIGITS || displayScale > MAX_DISPLAY_SCALE) {
            throw overflow();
        }
        if (decimal128) {
            storeDecimal128(result);
        } else {
            storeText(result);
        }
    }

    /** Past the number, its digits taken; -1 if it is none. */
    private int scanDecimal(byte[] source, int start, int end) {
        if (digits.length < end - start + 1) {
            digits = new byte[Math.max(end - start + 1, digits.length * 2)];
        }
        // one place is left free for a carry
        first = 1;
        int n = 1;
        long whole = 0;
        long fraction = 0;
        boolean point = false;
        int at = start;
        if (source[at] == '.') {
            point = true;
            at++;
        }
        if (at == end || !InputErrors.isDigit(source[at])) {
            return -1;
        }
        for (; at < end; at++) {
            int c = source[at];
            if (InputErrors.isDigit(c)) {
                digits[n++] = (byte) (c - '0');
                if (point) {
                    fraction++;
                } else {
                    whole++;
                }
            } else if (c == '.') {
                if (point || at + 1 < end && source[at + 1] == '_') {
                    return -1;
                }
                point = true;
            } else if (c == '_') {
                if (at + 1 == end || !InputErrors.isDigit(source[at + 1])) {
                    return -1;
                }
            } else {
                break;
            }
        }
        count = n - 1;
        wholeDigits = whole;
        displayScale = fraction;
        return at < end && (source[at] | 0x20) == 'e' ? scanExponent(source, at + 1, end) : at;
    }

    private int scanExponent(byte[] source, int start, int end) {
        int at = start;
        boolean minus = false;
        if (at < end && (source[at] == '+' || source[at] == '-')) {
            minus = source[at++] == '-';
        }
        if (at == end || !InputErrors.isDigit(source[at])) {
            return -1;
        }
        long exponent = 0;
        for (; at < end; at++) {
            if (InputErrors.isDigit(source[at])) {
                exponent = exponent * 10 + source[at] - '0';
                if (exponent > MAX_EXPONENT) {
                    throw overflow();
                }
            } else if (source[at] == '_') {
                if (at + 1 == end || !InputErrors.isDigit(source[at + 1])) {
                    return -1;
                }
            } else {
                break;
            }
        }
        exponent = minus ? -exponent : exponent;
        wholeDigits += exponent;
        displayScale = Math.max(0, displayScale - exponent);
        return at;
    }

    private int scanInteger(byte[] source, int start, int end, int base) {
        StringBuilder text = new StringBuilder();
        int at = start;
        for (; at < end; at++) {
            int c = source[at];
            if (isDigit(c, base)) {
                text.append((char) c);
            } else if (c == '_') {
                if (at + 1 == end || !isDigit(source[at + 1], base)) {
                    return -1;
                }
            } else {
                break;
            }
        }
        if (text.isEmpty()) {
            return -1;
        }
        byte[] decimal = new BigInteger(text.toString(), base).toString().getBytes(StandardCharsets.US_ASCII);
        if (decimal.length > MAX_WHOLE_DIGITS) {
            throw overflow();
        }
        scanDecimal(decimal, 0, decimal.length);
        return at;
    }

    private static boolean isDigit(int c, int base) {
        int value = InputErrors.hexDigit(c);
        return value >= 0 && value < base;
    }

    private void stripLeadingZeros() {
        while (count > 0 && digits[first] == 0) {
            first++;
            count--;
            wholeDigits--;
        }
        if (count == 0) {
            wholeDigits = 0;
        }
    }

    private void applyModifier() {
        long keep = wholeDigits + scale;
        if (keep < 0) {
            count = 0;
            wholeDigits = 0;
        } else if (keep < count) {
            round((int) keep);
        }
        displayScale = Math.max(scale, 0);
        if (count > 0 && wholeDigits > precision - scale) {
            int whole = precision - scale;
            throw PgError.ofValue(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "numeric field overflow")
                    .withDetail("A field with precision " + precision + ", scale " + scale
                            + " must round to an absolute value less than " + (whole == 0 ? "1" : "10^" + whole) + '.');
        }
    }

    private void round(int keep) {
        boolean up = digits[first + keep] >= 5;
        count = keep;
        if (up) {
            int at = first + keep - 1;
            while (at >= first && digits[at] == 9) {
                digits[at--] = 0;
            }
            if (at >= first) {
                digits[at]++;
            } else {
                digits[--first] = 1;
                count++;
                wholeDigits++;
            }
        }
        stripLeadingZeros();
    }

    private void storeSpecial(String special, Datum result) {
        boolean infinite = !"NaN".equals(special);
        if (infinite && constrained) {
            throw PgError.ofValue(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "numeric field overflow").withDetail(
                    "A field with precision " + precision + ", scale " + scale + " cannot hold an infinite value.");
        }
        if (decimal128) {
            result.hi = Decimal128.NAN_HI;
            result.lo = Decimal128.NAN_LO;
            return;
        }
        byte[] text = special.getBytes(StandardCharsets.US_ASCII);
        TextIo.parse(text, 0, text.length, result);
    }

    private void storeDecimal128(Datum result) {
        long hi = 0;
        long lo = 0;
        long places = count == 0 ? 0 : wholeDigits + scale;
        for (int i = 0; i < places; i++) {
            int digit = i < count ? digits[first + i] : 0;
            hi = Decimal128.multiplyAddHigh(hi, lo, 10, digit);
            lo = lo * 10 + digit;
        }
        if (negative) {
            hi = ~hi + (lo == 0 ? 1 : 0);
            lo = -lo;
        }
        result.hi = hi;
        result.lo = lo;
    }

    private void storeText(Datum result) {
        int whole = (int) Math.max(wholeDigits, 1);
        int fraction = (int) displayScale;
        byte[] out = result.reserve(whole + fraction + 2);
        int n = 0;
        if (negative && count > 0) {
            out[n++] = '-';
        }
        // the digit at 10^0 is number wholeDigits - 1
        long index = wholeDigits - whole;
        for (int i = 0; i < whole; i++, index++) {
            out[n++] = (byte) ('0' + (index >= 0 && index < count ? digits[first + (int) index] : 0));
        }
        if (fraction > 0) {
            out[n++] = '.';
            for (int i = 0; i < fraction; i++, index++) {
                out[n++] = (byte) ('0' + (index >= 0 && index < count ? digits[first + (int) index] : 0));
            }
        }
        result.length = n;
    }

    private static PgError overflow() {
        return PgError.ofValue(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
    }
}
