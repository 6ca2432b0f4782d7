package dev.wharf.core.guc;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers in settings, as parse_int and parse_real in guc.c read them and {@code %g} writes them. */
final class GucNumbers {
    private static final int MAX_UNIT_LENGTH = 3;
    /** Decimal exponents from which a double is surely infinite, or zero. */
    private static final int MAX_EXPONENT = 100_000;

    private GucNumbers() {
    }

    static int parseInt(String name, String text, GucUnit unit) {
        Scanner scanner = new Scanner(text);
        double value = scanner.integer();
        value = withUnit(name, text, scanner, value, unit);
        value = Math.rint(value);
        if (value > Integer.MAX_VALUE || value < Integer.MIN_VALUE) {
            throw invalid(name, text).withHint("Value exceeds integer range.");
        }
        return (int) value;
    }

    static double parseReal(String name, String text, GucUnit unit) {
        Scanner scanner = new Scanner(text);
        return withUnit(name, text, scanner, scanner.real(), unit);
    }

    private static double withUnit(String name, String text, Scanner scanner, double value, GucUnit unit) {
        if (Double.isNaN(value)) {
            throw invalid(name, text);
        }
        scanner.skipSpace();
        if (scanner.atEnd()) {
            return value;
        }
        if (unit == null) {
            throw invalid(name, text);
        }
        String written = scanner.unit();
        scanner.skipSpace();
        double base = scanner.atEnd() ? unit.toBase(value, written) : Double.NaN;
        if (Double.isNaN(base)) {
            throw invalid(name, text).withHint(unit.hint());
        }
        return base;
    }

    static PgError invalid(String name, String text) {
        return new PgError(SqlState.INVALID_PARAMETER_VALUE,
                "invalid value for parameter \"" + name + "\": \"" + text + "\"");
    }

    /** C's {@code %g}: six significant digits. */
    static String general(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(6, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        BigDecimal stripped = rounded.stripTrailingZeros();
        if (exponent >= -4 && exponent < 6) {
            return stripped.toPlainString();
        }
        BigDecimal mantissa = stripped.scaleByPowerOfTen(-exponent);
        int digits = Math.abs(exponent);
        return mantissa.toPlainString() + (exponent < 0 ? "e-" : "e+") + (digits < 10 ? "0" : "") + digits;
    }

    /** strtol and strtod on what is left of a text. Their results are NaN where there is no number, or none in range. */
    private static final class Scanner {
        private final String text;
        private int at;

        Scanner(String text) {
            this.text = text;
        }

        boolean atEnd() {
            return at == text.length();
        }

        void skipSpace() {
            while (!atEnd() && isSpace(text.charAt(at))) {
                at++;
            }
        }

        String unit() {
            int start = at;
            while (!atEnd() && !isSpace(text.charAt(at)) && at - start < MAX_UNIT_LENGTH) {
                at++;
            }
            return text.substring(start, at);
        }

        /** strtol with base 0, or strtod where that stops at a point or an exponent, or overflows. */
        double integer() {
            int start = at;
            skipSpace();
            boolean negative = sign();
            int radix = 10;
            if (peek(0) == '0' && (peek(1) | 0x20) == 'x' && Character.digit(peek(2), 16) >= 0) {
                radix = 16;
                at += 2;
            } else if (peek(0) == '0') {
                radix = 8;
            }
            int digits = at;
            long value = 0;
            boolean overflow = false;
            while (!atEnd() && text.charAt(at) < 0x80 && Character.digit(text.charAt(at), radix) >= 0) {
                int digit = Character.digit(text.charAt(at++), radix);
                overflow |= value > (Long.MAX_VALUE - digit) / radix;
                value = value * radix + digit;
            }
            if (at == digits) {
                // strtol has not moved: not over spaces or a sign either
                at = start;
            }
            char next = peek(0);
            if (overflow || next == '.' || next == 'e' || next == 'E') {
                at = start;
                return real();
            }
            if (at <= start) {
                return Double.NaN;
            }
            return negative ? -(double) value : value;
        }

        double real() {
            skipSpace();
            boolean negative = sign();
            double value;
            if (word("infinity") || word("inf")) {
                value = Double.POSITIVE_INFINITY;
            } else if (peek(0) == '0' && (peek(1) | 0x20) == 'x') {
                value = hexadecimal();
            } else {
                value = decimal();
            }
            return negative ? -value : value;
        }

        private double decimal() {
            int start = at;
            int digits = skipDigits(10);
            if (peek(0) == '.') {
                at++;
                digits += skipDigits(10);
            }
            if (digits == 0) {
                return Double.NaN;
            }
            String mantissa = text.substring(start, at);
            long exponent = exponent('e');
            if (isZero(mantissa)) {
                return 0;
            }
            if (Math.abs(exponent) > MAX_EXPONENT || mantissa.length() > MAX_EXPONENT) {
                return Double.NaN;
            }
            return inRange(Double.parseDouble(mantissa + "e" + exponent));
        }

        private double hexadecimal() {
            int start = at;
            at += 2;
            int digits = skipDigits(16);
            if (peek(0) == '.') {
                at++;
                digits += skipDigits(16);
            }
            if (digits == 0) {
                // strtod takes the zero, and stops at the x
                at = start + 1;
                return 0;
            }
            String mantissa = text.substring(start, at);
            long exponent = exponent('p');
            if (isZero(mantissa.substring(2))) {
                return 0;
            }
            if (Math.abs(exponent) > MAX_EXPONENT || mantissa.length() > MAX_EXPONENT) {
                return Double.NaN;
            }
            return inRange(Double.parseDouble(mantissa + "p" + exponent));
        }

        /** ERANGE: it is infinite, or not a normal number. */
        private static double inRange(double value) {
            return Double.isInfinite(value) || value < Double.MIN_NORMAL ? Double.NaN : value;
        }

        private static boolean isZero(String mantissa) {
            return mantissa.chars().allMatch(c -> c == '0' || c == '.');
        }

        private long exponent(char letter) {
            if ((peek(0) | 0x20) != letter) {
                return 0;
            }
            int start = at++;
            boolean negative = sign();
            int digits = at;
            if (skipDigits(10) == 0) {
                at = start;
                return 0;
            }
            String written = text.substring(digits, at);
            long value = written.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(written);
            return negative ? -value : value;
        }

        private int skipDigits(int radix) {
            int start = at;
            while (!atEnd() && text.charAt(at) < 0x80 && Character.digit(text.charAt(at), radix) >= 0) {
                at++;
            }
            return at - start;
        }

        private boolean word(String word) {
            if (!text.regionMatches(true, at, word, 0, word.length())) {
                return false;
            }
            at += word.length();
            return true;
        }

        private boolean sign() {
            char c = peek(0);
            if (c == '-' || c == '+') {
                at++;
            }
            return c == '-';
        }

        private char peek(int ahead) {
            return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
        }

        private static boolean isSpace(char c) {
            return c == ' ' || c >= '\t' && c <= '\r';
        }
    }
}
