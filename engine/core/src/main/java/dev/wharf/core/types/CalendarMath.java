package dev.wharf.core.types;

/**
 * The proleptic Gregorian calendar by Julian day numbers, in 32-bit arithmetic that wraps as PostgreSQL's does, and the ranges
 * of the date and time types. Years are astronomical: 0 is 1 BC.
 */
final class CalendarMath {
    static final int UNIX_EPOCH_JDATE = 2440588;
    static final int POSTGRES_EPOCH_JDATE = 2451545;
    static final long USECS_PER_SEC = 1_000_000L;
    static final int SECS_PER_DAY = 86_400;
    static final long USECS_PER_DAY = SECS_PER_DAY * USECS_PER_SEC;
    static final long USECS_PER_HOUR = 3_600 * USECS_PER_SEC;
    static final long USECS_PER_MINUTE = 60 * USECS_PER_SEC;
    /** From PostgreSQL's epoch, 2000-01-01, back to the one of the stored form, 1970-01-01. */
    static final int EPOCH_DAYS = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
    static final long EPOCH_USECS = EPOCH_DAYS * USECS_PER_DAY;

    static final int DATE_INFINITY = Integer.MAX_VALUE;
    static final int DATE_MINUS_INFINITY = Integer.MIN_VALUE;
    static final long TIMESTAMP_INFINITY = Long.MAX_VALUE;
    static final long TIMESTAMP_MINUS_INFINITY = Long.MIN_VALUE;

    /** The first Julian day not in the range of date: 5874898-01-01. */
    private static final int DATE_END_JULIAN = 2147483494;
    /** Ranges of timestamp in microseconds from PostgreSQL's epoch: from Julian day 0 to 294277-01-01, exclusive. */
    private static final long MIN_TIMESTAMP = -POSTGRES_EPOCH_JDATE * USECS_PER_DAY;
    private static final long END_TIMESTAMP = (109203528L - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;

    private static final int[] DAYS_IN_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private CalendarMath() {
    }

    /** Julian day number of a date; month and day may lie outside of their range. */
    static int toJulian(int year, int month, int day) {
        int y = year + (month > 2 ? 4800 : 4799);
        int m = month + (month > 2 ? 1 : 13);
        int century = y / 100;
        return y * 365 - 32167 + y / 4 - century + century / 4 + 7834 * m / 256 + day;
    }

    /** The date of a Julian day number, taken as unsigned: {@code year << 16 | month << 8 | day}. */
    static long fromJulian(int julian) {
        // days from 1 March 4801 BC; each 400 years are 146097 days, each 4 years are 1461
        long days = (julian + 32044) & 0xFFFF_FFFFL;
        long era = days / 146097;
        long century = Math.min((days - era * 146097) / 36524, 3);
        long inCentury = days - era * 146097 - century * 36524;
        long fourYears = inCentury / 1461;
        long year = Math.min((inCentury - fourYears * 1461) / 365, 3);
        int dayOfYear = (int) (inCentury - fourYears * 1461 - year * 365);
        int month = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * month + 2) / 5 + 1;
        long y = era * 400 + century * 100 + fourYears * 4 + year - 4800 + (month >= 10 ? 1 : 0);
        return y << 16 | (month < 10 ? month + 3 : month - 9) << 8 | day;
    }

    static int year(long date) {
        return (int) (date >> 16);
    }

    static int month(long date) {
        return (int) (date >> 8) & 0xFF;
    }

    static int day(long date) {
        return (int) date & 0xFF;
    }

    static int daysInMonth(int year, int month) {
        return month == 2 && isLeap(year) ? 29 : DAYS_IN_MONTH[month - 1];
    }

    private static boolean isLeap(int year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    /** Whether {@link #toJulian} does not overflow: from November 4714 BC to May 5874898. */
    static boolean isValidJulian(int year, int month) {
        return (year > -4713 || year == -4713 && month >= 11) && (year < 5874898 || year == 5874898 && month < 6);
    }

    static boolean isValidDate(int julian) {
        return julian >= 0 && julian < DATE_END_JULIAN;
    }

    /** @param timestamp microseconds from PostgreSQL's epoch */
    static boolean isValidTimestamp(long timestamp) {
        return timestamp >= MIN_TIMESTAMP && timestamp < END_TIMESTAMP;
    }

    /** Of a stored timestamp. */
    static boolean isInfinite(long timestamp) {
        return timestamp == TIMESTAMP_INFINITY || timestamp == TIMESTAMP_MINUS_INFINITY;
    }

    /**
     * Whether the stored form, which counts from 1970, holds this timestamp: it ends at 294247-01-10 04:00:54.775806, thirty
     * years before PostgreSQL's.
     *
     * @param timestamp microseconds from PostgreSQL's epoch
     */
    static boolean isStorable(long timestamp) {
        return timestamp < TIMESTAMP_INFINITY - EPOCH_USECS;
    }
}
