package dev.wharf.core.types;

import static dev.wharf.core.types.InputErrors.isDigit;

/**
 * Intervals in the forms of ISO 8601: {@code P1Y2M3DT4H5M6S}, {@code P0001-02-03T04:05:06}, {@code P00010203T040506}; what
 * {@code DecodeISO8601Interval} is in PostgreSQL. Returns 0 or what is wrong.
 */
final class IntervalIso {
    private static final double LARGEST = 1e15;
    private static final int DATE_DIGITS = 8;
    private static final int TIME_DIGITS = 6;

    private final IntervalFields interval;
    private final FloatInput numbers = new FloatInput(false);
    private byte[] source;
    private int at;
    private int end;
    private long value;
    private double fraction;

    IntervalIso(IntervalFields interval) {
        this.interval = interval;
    }

    int decode(byte[] input, int offset, int length) {
        interval.clear();
        if (length < 2 || input[offset] != 'P') {
            return DateTimeParts.BAD_FORMAT;
        }
        source = input;
        at = offset + 1;
        end = offset + length;
        boolean inDate = true;
        boolean anyField = false;
        while (at < end) {
            if (source[at] == 'T') {
                inDate = false;
                anyField = false;
                at++;
                continue;
            }
            int digits = digits();
            int error = number();
            if (error != 0) {
                return error;
            }
            if (!isUnit(inDate)) {
                if (anyField) {
                    return DateTimeParts.BAD_FORMAT;
                }
                error = inDate ? alternativeDate(digits) : alternativeTime(digits);
                if (error != 0) {
                    return error;
                }
                inDate = false;
                continue;
            }
            if (!add(inDate, source[at++])) {
                return DateTimeParts.FIELD_OVERFLOW;
            }
            anyField = true;
        }
        return 0;
    }

    private int peek() {
        return at < end ? source[at] : 0;
    }

    private boolean isUnit(boolean inDate) {
        return switch (peek()) {
            case 'Y', 'W', 'D' -> inDate;
            case 'H', 'S' -> !inDate;
            case 'M' -> true;
            default -> false;
        };
    }

    private boolean add(boolean inDate, int unit) {
        return switch (unit) {
            case 'Y' -> interval.addYears(value, fraction, 1);
            case 'W' -> interval.addWeeks(value, fraction);
            case 'D' -> interval.addDays(value, fraction);
            case 'H' -> interval.addTime(value, fraction, CalendarMath.USECS_PER_HOUR);
            case 'S' -> interval.addTime(value, fraction, CalendarMath.USECS_PER_SEC);
            default -> inDate ? interval.addMonths(value, fraction)
                    : interval.addTime(value, fraction, CalendarMath.USECS_PER_MINUTE);
        };
    }

    /** What follows the first number of a date without units; leaves the position behind a T, or at the end. */
    private int alternativeDate(int digits) {
        int next = peek();
        if (next != 0 && next != 'T' && next != '-') {
            return DateTimeParts.BAD_FORMAT;
        }
        if (digits == DATE_DIGITS && next != '-') {
            boolean fits = interval.addYears(value / 10_000, 0, 1) && interval.addMonths(value / 100 % 100, 0)
                    && interval.addDays(value % 100, fraction);
            at++;
            return fits ? 0 : DateTimeParts.FIELD_OVERFLOW;
        }
        if (!interval.addYears(value, fraction, 1)) {
            return DateTimeParts.FIELD_OVERFLOW;
        }
        at++;
        if (next != '-') {
            return 0;
        }
        int error = number();
        if (error == 0 && !interval.addMonths(value, fraction)) {
            error = DateTimeParts.FIELD_OVERFLOW;
        }
        if (error != 0 || peek() == 0 || peek() == 'T') {
            at++;
            return error;
        }
        if (peek() != '-') {
            return DateTimeParts.BAD_FORMAT;
        }
        at++;
        error = number();
        if (error == 0 && !interval.addDays(value, fraction)) {
            error = DateTimeParts.FIELD_OVERFLOW;
        }
        if (error != 0 || peek() == 0 || peek() == 'T') {
            at++;
            return error;
        }
        return DateTimeParts.BAD_FORMAT;
    }

    /** What follows the first number of a time without units, to the end. */
    private int alternativeTime(int digits) {
        int next = peek();
        if (next != 0 && next != ':') {
            return DateTimeParts.BAD_FORMAT;
        }
        if (digits == TIME_DIGITS && next == 0) {
            return interval.addWholeTime(value / 10_000, value / 100 % 100, value % 100) && interval.addFraction(fraction, 1)
                    ? 0 : DateTimeParts.FIELD_OVERFLOW;
        }
        long unit = CalendarMath.USECS_PER_HOUR;
        for (;;) {
            if (!interval.addTime(value, fraction, unit)) {
                return DateTimeParts.FIELD_OVERFLOW;
            }
            if (peek() == 0) {
                return 0;
            }
            if (peek() != ':' || unit == CalendarMath.USECS_PER_SEC) {
                return DateTimeParts.BAD_FORMAT;
            }
            unit /= 60;
            at++;
            int error = number();
            if (error != 0) {
                return error;
            }
        }
    }

    /** Digits at the position, a minus sign before them not counted. */
    private int digits() {
        int start = peek() == '-' ? at + 1 : at;
        int stop = start;
        while (stop < end && isDigit(source[stop])) {
            stop++;
        }
        return stop - start;
    }

    /** Takes the longest number that C's {@code strtod} would, and splits it. */
    private int number() {
        int first = peek();
        if (!isDigit(first) && first != '-' && first != '.') {
            return DateTimeParts.BAD_FORMAT;
        }
        int stop = numbers.read(source, at, end);
        double number = numbers.number;
        if (stop == at || Double.isInfinite(number)) {
            return DateTimeParts.BAD_FORMAT;
        }
        at = stop;
        if (!(Math.abs(number) <= LARGEST)) {
            return DateTimeParts.FIELD_OVERFLOW;
        }
        value = (long) number;
        fraction = number - value;
        return 0;
    }
}
