package dev.wharf.core.types;

/**
 * The usual forms of dates and times, read without the general decoder: {@code YYYY-MM-DD}, {@code HH:MM:SS[.f]}, and both with
 * a space or {@code T} between. Anything else, and anything wrong, is {@link #NONE}: the general decoder is to say what it is.
 */
final class IsoDateTime {
    static final int NONE = Integer.MIN_VALUE;
    static final int DATE_LENGTH = 10;
    private static final int TIME_LENGTH = 8;
    private static final int MAX_FRACTION = 6;

    private IsoDateTime() {
    }

    /** Days since 1970-01-01. The bytes must be {@link #DATE_LENGTH}. */
    static int date(byte[] source, int at) {
        if (source[at + 4] != '-' || source[at + 7] != '-') {
            return NONE;
        }
        int century = twoDigits(source, at);
        int yearOfCentury = twoDigits(source, at + 2);
        int month = twoDigits(source, at + 5);
        int day = twoDigits(source, at + 8);
        if ((century | yearOfCentury | month | day) < 0) {
            return NONE;
        }
        int year = century * 100 + yearOfCentury;
        if (year == 0 || month < 1 || month > 12 || day < 1 || day > CalendarMath.daysInMonth(year, month)) {
            return NONE;
        }
        return CalendarMath.toJulian(year, month, day) - CalendarMath.UNIX_EPOCH_JDATE;
    }

    /** Microseconds since midnight. */
    static long time(byte[] source, int start, int end) {
        int length = end - start;
        if (length < TIME_LENGTH || length > TIME_LENGTH + 1 + MAX_FRACTION || source[start + 2] != ':'
                || source[start + 5] != ':') {
            return NONE;
        }
        int hour = twoDigits(source, start);
        int minute = twoDigits(source, start + 3);
        int second = twoDigits(source, start + 6);
        if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) {
            return NONE;
        }
        int fraction = 0;
        if (length > TIME_LENGTH) {
            if (source[start + TIME_LENGTH] != '.') {
                return NONE;
            }
            for (int i = start + TIME_LENGTH + 1; i < end; i++) {
                int digit = source[i] - '0';
                if (digit < 0 || digit > 9) {
                    return NONE;
                }
                fraction = fraction * 10 + digit;
            }
            fraction *= (int) DecimalText.POW10[MAX_FRACTION - (length - TIME_LENGTH - 1)];
        }
        return ((hour * 60 + minute) * 60 + second) * CalendarMath.USECS_PER_SEC + fraction;
    }

    /** Microseconds since 1970-01-01 00:00; a trailing {@code Z} or {@code +00}, which means the session's zone, is taken too. */
    static long timestamp(byte[] source, int start, int end) {
        int stop = end;
        int length = end - start;
        if (length > DATE_LENGTH + 1 + TIME_LENGTH) {
            if (source[end - 1] == 'Z') {
                stop = end - 1;
            } else if (source[end - 1] == '0' && source[end - 2] == '0' && source[end - 3] == '+') {
                stop = end - 3;
            }
        }
        if (length < DATE_LENGTH || length > DATE_LENGTH && source[start + DATE_LENGTH] != ' '
                && source[start + DATE_LENGTH] != 'T') {
            return NONE;
        }
        int days = date(source, start);
        long time = length == DATE_LENGTH ? 0 : time(source, start + DATE_LENGTH + 1, stop);
        return days == NONE || time == NONE ? NONE : days * CalendarMath.USECS_PER_DAY + time;
    }

    private static int twoDigits(byte[] source, int at) {
        int tens = source[at] - '0';
        int ones = source[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }
}
