package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/** smallint, integer, bigint: decimal, 0x, 0o, 0b, underscores between digits, a sign, spaces around. */
final class IntegerInput implements TextInput {
    private final String typeName;
    private final long min;

    /** @param min the type's smallest value; the largest is {@code -(min + 1)} */
    IntegerInput(String typeName, long min) {
        this.typeName = typeName;
        this.min = min;
    }

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        // up to 18 plain digits cannot overflow a long
        int at = offset;
        int end = offset + length;
        boolean negative = length > 0 && source[at] == '-';
        if (negative) {
            at++;
        }
        int digits = end - at;
        if (digits < 1 || digits > 18) {
            parseAny(source, offset, length, result);
            return;
        }
        long value = 0;
        for (; at < end; at++) {
            int digit = source[at] - '0';
            if (digit < 0 || digit > 9) {
                parseAny(source, offset, length, result);
                return;
            }
            value = value * 10 + digit;
        }
        value = negative ? -value : value;
        if (value < min || value > -(min + 1)) {
            throw outOfRange(source, offset, length);
        }
        result.lo = value;
    }

    private void parseAny(byte[] source, int offset, int length, Datum result) {
        int end = offset + length;
        int at = InputErrors.skipSpaces(source, offset, end);
        boolean negative = false;
        if (at < end && (source[at] == '-' || source[at] == '+')) {
            negative = source[at++] == '-';
        }
        int base = 10;
        if (at + 1 < end && source[at] == '0') {
            base = switch (source[at + 1] | 0x20) {
                case 'x' -> 16;
                case 'o' -> 8;
                case 'b' -> 2;
                default -> 10;
            };
            if (base != 10) {
                at += 2;
            }
        }
        // counted downwards, as the negative range is the larger one; the sum may pass the range by one digit, and
        // whether it does is told only after the rest has proved to be a number
        int first = at;
        long value = 0;
        boolean beyond = false;
        long stop = min / base;
        while (at < end) {
            int digit = digit(source[at], base);
            if (digit >= 0) {
                if (value < stop || beyond) {
                    throw outOfRange(source, offset, length);
                }
                long next = value * base - digit;
                beyond = next > 0 || next < min;
                value = next;
                at++;
            } else if (source[at] == '_' && (at > first || base != 10)) {
                at++;
                if (at == end || digit(source[at], base) < 0) {
                    throw InputErrors.invalidSyntax(typeName, source, offset, length);
                }
            } else {
                break;
            }
        }
        if (at == first || InputErrors.skipSpaces(source, at, end) < end) {
            throw InputErrors.invalidSyntax(typeName, source, offset, length);
        }
        if (beyond || !negative && value == min) {
            throw outOfRange(source, offset, length);
        }
        result.lo = negative ? value : -value;
    }

    private static int digit(int c, int base) {
        int value = InputErrors.hexDigit(c);
        return value < base ? value : -1;
    }

    private PgError outOfRange(byte[] source, int offset, int length) {
        return PgError.ofValue(SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
                "value \"" + InputErrors.text(source, offset, length) + "\" is out of range for type " + typeName);
    }
}
