package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/**
 * interval: microseconds in {@code lo}, days and months in the halves of {@code hi}. The infinities are the largest and the
 * smallest value of all three.
 */
final class IntervalInput implements TextInput {
    /** Appendix A of PostgreSQL's manual. */
    private static final String INTERVAL_FIELD_OVERFLOW = "22015";
    private static final int MONTHS_PER_YEAR = 12;

    private final IntervalDecoder decoder;
    private final IntervalFields interval;
    private final IntervalIso iso;
    private final int range;
    private final int precision;

    IntervalInput(PgType type) {
        range = type.scale();
        precision = type.precision();
        decoder = new IntervalDecoder(range);
        interval = decoder.interval;
        iso = new IntervalIso(interval);
    }

    static int days(long hi) {
        return (int) hi;
    }

    static int months(long hi) {
        return (int) (hi >> 32);
    }

    static boolean isInfinity(Datum value) {
        return value.lo == Long.MAX_VALUE && value.hi == pair(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    static boolean isMinusInfinity(Datum value) {
        return value.lo == Long.MIN_VALUE && value.hi == pair(Integer.MIN_VALUE, Integer.MIN_VALUE);
    }

    private static long pair(int months, int days) {
        return (long) months << 32 | days & 0xFFFF_FFFFL;
    }

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        int error = decoder.decode(source, offset, length);
        int infinity = decoder.infinity;
        if (error == DateTimeParts.BAD_FORMAT) {
            infinity = 0;
            error = iso.decode(source, offset, length);
        }
        if (error == DateTimeParts.FIELD_OVERFLOW) {
            throw PgError.ofValue(INTERVAL_FIELD_OVERFLOW,
                    "interval field value out of range: \"" + InputErrors.text(source, offset, length) + '"');
        }
        if (error != 0) {
            throw PgError.ofValue(SqlState.INVALID_DATETIME_FORMAT,
                    "invalid input syntax for type interval: \"" + InputErrors.text(source, offset, length) + '"');
        }
        switch (infinity) {
            case DateTimeKeywords.LATE -> store(result, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
            case DateTimeKeywords.EARLY -> store(result, Integer.MIN_VALUE, Integer.MIN_VALUE, Long.MIN_VALUE);
            default -> store(result);
        }
    }

    private void store(Datum result) {
        long months = interval.totalMonths();
        if (months != (int) months) {
            throw outOfRange();
        }
        store(result, (int) months, interval.days, interval.micros);
        adjust(result);
    }

    /** PostgreSQL's {@code AdjustIntervalForTypmod}: what the type's modifier leaves of a value. */
    void adjust(Datum result) {
        if (range == 0 && precision == PgType.NONE || isInfinity(result) || isMinusInfinity(result)) {
            return;
        }
        int months = months(result.hi);
        int days = days(result.hi);
        int smallest = smallestField();
        boolean daysKept = range == 0 || (range & (1 << DateTimeKeywords.YEAR | 1 << DateTimeKeywords.MONTH)) == 0;
        store(result, range == 1 << DateTimeKeywords.YEAR ? months - months % MONTHS_PER_YEAR : months,
                daysKept ? days : 0, round(daysKept ? result.lo : 0, smallest));
    }

    /** The last field that the type allows; all do if it names none. */
    private int smallestField() {
        return range == 0 ? DateTimeKeywords.SECOND : 31 - Integer.numberOfLeadingZeros(range);
    }

    private long round(long micros, int smallest) {
        long unit = switch (smallest) {
            case DateTimeKeywords.SECOND -> 1;
            case DateTimeKeywords.MINUTE -> CalendarMath.USECS_PER_MINUTE;
            case DateTimeKeywords.HOUR -> CalendarMath.USECS_PER_HOUR;
            default -> Long.MAX_VALUE;
        };
        long kept = unit == Long.MAX_VALUE ? 0 : micros - micros % unit;
        if (precision == PgType.NONE) {
            return kept;
        }
        long half = TimeInput.unit(precision) / 2;
        long rounded = kept >= 0 ? kept + half : kept - half;
        if (kept >= 0 ? rounded < 0 : rounded > 0) {
            throw outOfRange();
        }
        return rounded - rounded % TimeInput.unit(precision);
    }

    private static PgError outOfRange() {
        return PgError.ofValue(SqlState.DATETIME_FIELD_OVERFLOW, "interval out of range");
    }

    static void store(Datum result, int months, int days, long micros) {
        result.lo = micros;
        result.hi = pair(months, days);
    }
}
