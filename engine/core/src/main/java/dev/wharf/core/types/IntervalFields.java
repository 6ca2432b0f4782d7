package dev.wharf.core.types;

/**
 * An interval while it is put together, field by field: PostgreSQL's {@code pg_itm_in} and what adds to it. The methods return
 * false where a field leaves its range.
 */
final class IntervalFields {
    private static final int MONTHS_PER_YEAR = 12;
    private static final int DAYS_PER_MONTH = 30;
    private static final int DAYS_PER_WEEK = 7;

    int years;
    int months;
    int days;
    long micros;

    void clear() {
        years = 0;
        months = 0;
        days = 0;
        micros = 0;
    }

    /** {@code value + fraction} units of {@code unit} microseconds. */
    boolean addTime(long value, double fraction, long unit) {
        return addMicros(value, unit) && addFraction(fraction, unit);
    }

    boolean addWholeTime(long hours, long minutes, long seconds) {
        return addMicros(hours, CalendarMath.USECS_PER_HOUR) && addMicros(minutes, CalendarMath.USECS_PER_MINUTE)
                && addMicros(seconds, CalendarMath.USECS_PER_SEC);
    }

    private boolean addMicros(long value, long unit) {
        long high = Math.multiplyHigh(value, unit);
        long product = value * unit;
        long sum = micros + product;
        if (high != product >> 63 || ((micros ^ sum) & (product ^ sum)) < 0) {
            return false;
        }
        micros = sum;
        return true;
    }

    /** Part of a unit of {@code unit} microseconds, to the nearest microsecond, a half towards zero. */
    boolean addFraction(double fraction, long unit) {
        double scaled = fraction * unit;
        long whole = (long) scaled;
        double rest = scaled - whole;
        if (rest > 0.5) {
            whole++;
        } else if (rest < -0.5) {
            whole--;
        }
        return addMicros(whole, 1);
    }

    boolean addDays(long value, double fraction) {
        return addWholeDays(value, 1) && addFraction(fraction, CalendarMath.USECS_PER_DAY);
    }

    boolean addWeeks(long value, double fraction) {
        return addWholeDays(value, DAYS_PER_WEEK) && addPartOfDays(fraction, DAYS_PER_WEEK);
    }

    boolean addMonths(long value, double fraction) {
        long sum = months + value;
        if (value != (int) value || sum != (int) sum) {
            return false;
        }
        months = (int) sum;
        return addPartOfDays(fraction, DAYS_PER_MONTH);
    }

    /** Units of {@code scale} years; the part of one goes to the nearest month. */
    boolean addYears(long value, double fraction, int scale) {
        long product = value * scale;
        long sum = years + product;
        if (value != (int) value || product != (int) product || sum != (int) sum) {
            return false;
        }
        years = (int) sum;
        long total = months + (long) (int) Math.rint(fraction * scale * MONTHS_PER_YEAR);
        if (total != (int) total) {
            return false;
        }
        months = (int) total;
        return true;
    }

    private boolean addWholeDays(long value, int scale) {
        long product = value * scale;
        long sum = days + product;
        if (value != (int) value || product != (int) product || sum != (int) sum) {
            return false;
        }
        days = (int) sum;
        return true;
    }

    private boolean addPartOfDays(double fraction, int scale) {
        double scaled = fraction * scale;
        int whole = (int) scaled;
        return addWholeDays(whole, 1) && addFraction(scaled - whole, CalendarMath.USECS_PER_DAY);
    }

    boolean negate() {
        if (micros == Long.MIN_VALUE || days == Integer.MIN_VALUE || months == Integer.MIN_VALUE
                || years == Integer.MIN_VALUE) {
            return false;
        }
        micros = -micros;
        days = -days;
        months = -months;
        years = -years;
        return true;
    }

    /** Years and months together; may be beyond an int. */
    long totalMonths() {
        return (long) years * MONTHS_PER_YEAR + months;
    }
}
