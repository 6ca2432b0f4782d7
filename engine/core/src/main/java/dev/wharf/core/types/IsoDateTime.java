package dev.wharf.core.types;

/**
 * The usual forms of dates and times, read without the general decoder: {@code YYYY-MM-DD}, {@code HH:MM:SS[.f]}, and both with
 * a space or {@code T} between and perhaps an offset. Anything else, and anything wrong, is {@link #NONE}: the general decoder
 * is to say what it is.
 */
final class IsoDateTime {
    static final int NONE = Integer.MIN_VALUE;
    static final int DATE_LENGTH = 10;
    private static final int TIME_LENGTH = 8;
    private static final int MAX_FRACTION = 6;
    private static final int MAX_OFFSET_HOURS = 15;

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

    /**
     * Microseconds since 1970-01-01 00:00. An offset, {@code Z}, {@code +hh}, {@code +hhmm} or {@code +hh:mm}, is taken too.
     *
     * @param withZone whether the offset counts: it does for timestamp with time zone only
     */
    static long timestamp(byte[] source, int start, int end, boolean withZone) {
        int length = end - start;
        if (length < DATE_LENGTH || length > DATE_LENGTH && source[start + DATE_LENGTH] != ' '
                && source[start + DATE_LENGTH] != 'T') {
            return NONE;
        }
        int days = date(source, start);
        if (days == NONE || length == DATE_LENGTH) {
            return days == NONE ? NONE : days * CalendarMath.USECS_PER_DAY;
        }
        int timeStart = start + DATE_LENGTH + 1;
        int timeEnd = Math.min(timeStart + TIME_LENGTH, end);
        while (timeEnd < end && (source[timeEnd] == '.' || InputErrors.isDigit(source[timeEnd]))) {
            timeEnd++;
        }
        long time = time(source, timeStart, timeEnd);
        int offset = offset(source, timeEnd, end);
        if (time == NONE || offset == NONE) {
            return NONE;
        }
        return days * CalendarMath.USECS_PER_DAY + time - (withZone ? offset * CalendarMath.USECS_PER_MINUTE : 0);
    }

    /** Whether what {@link #timestamp} has read has an offset. */
    static boolean namesZone(byte[] source, int start, int end) {
        for (int at = start + DATE_LENGTH + TIME_LENGTH; at < end; at++) {
            if (source[at] == '+' || source[at] == '-' || source[at] == 'Z') {
                return true;
            }
        }
        return false;
    }

    /** Minutes east of UTC; 0 if nothing is there. */
    private static int offset(byte[] source, int start, int end) {
        int length = end - start;
        if (length == 0 || length == 1 && source[start] == 'Z') {
            return 0;
        }
        boolean colon = length == 6 && source[start + 3] == ':';
        if (length != 3 && length != 5 && !colon || source[start] != '+' && source[start] != '-') {
            return NONE;
        }
        int hours = twoDigits(source, start + 1);
        int minutes = length == 3 ? 0 : twoDigits(source, end - 2);
        if ((hours | minutes) < 0 || hours > MAX_OFFSET_HOURS || minutes > 59) {
            return NONE;
        }
        int offset = hours * 60 + minutes;
        return source[start] == '-' ? -offset : offset;
    }

    private static int twoDigits(byte[] source, int at) {
        int tens = source[at] - '0';
        int ones = source[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }
}
