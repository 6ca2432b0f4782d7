package dev.wharf.core.types;

import static dev.wharf.core.types.DateTimeKeywords.DAY;
import static dev.wharf.core.types.DateTimeKeywords.HOUR;
import static dev.wharf.core.types.DateTimeKeywords.MINUTE;
import static dev.wharf.core.types.DateTimeKeywords.MONTH;
import static dev.wharf.core.types.DateTimeKeywords.SECOND;
import static dev.wharf.core.types.DateTimeKeywords.YEAR;
import static dev.wharf.core.types.InputErrors.isDigit;
import static dev.wharf.core.types.IntervalUnits.CENTURY;
import static dev.wharf.core.types.IntervalUnits.DECADE;
import static dev.wharf.core.types.IntervalUnits.MICROSECOND;
import static dev.wharf.core.types.IntervalUnits.MILLENNIUM;
import static dev.wharf.core.types.IntervalUnits.MILLISECOND;
import static dev.wharf.core.types.IntervalUnits.WEEK;

/**
 * Intervals in PostgreSQL's own, the verbose and the SQL standard's forms: {@code DecodeInterval} under the IntervalStyle
 * postgres. Fields are read from the last to the first, so that a unit is known before its number.
 */
final class IntervalDecoder extends DateTimeParts {
    private static final int MONTHS_PER_YEAR = 12;
    private static final int MINUTE_TO_SECOND = 1 << MINUTE | 1 << SECOND;

    final IntervalFields interval = new IntervalFields();

    /** The fields that the type allows, as bits; 0 for all. */
    private final int range;
    /** LATE or EARLY for an infinity, else 0. */
    int infinity;

    private int unit;
    /** Whether {@link #unit} was written and waits for its number. */
    private boolean unitOpen;
    private boolean before;
    private int seen;

    IntervalDecoder(int range) {
        super(new DateTimeFields(DateTimeFields.INTERVAL_CAPACITY), DateOrder.MDY);
        this.range = range;
    }

    /** Returns 0 or what is wrong. */
    int decode(byte[] source, int offset, int length) {
        interval.clear();
        infinity = 0;
        unit = DateTimeKeywords.IGNORE;
        unitOpen = false;
        before = false;
        seen = 0;
        if (!fields.split(source, offset, length)) {
            return BAD_FORMAT;
        }
        for (int i = fields.count - 1; i >= 0; i--) {
            found = 0;
            int error = field(i);
            if (error != 0) {
                return error;
            }
            if ((found & seen) != 0) {
                return BAD_FORMAT;
            }
            seen |= found;
        }
        if (seen == 0 || unitOpen) {
            return BAD_FORMAT;
        }
        return before && !interval.negate() ? FIELD_OVERFLOW : 0;
    }

    private int field(int i) {
        int start = fields.start[i];
        return switch (fields.type[i]) {
            case DateTimeFields.TIME -> time(start);
            case DateTimeFields.TZ -> signed(start);
            case DateTimeFields.DATE, DateTimeFields.NUMBER -> number(start);
            default -> word(i, start);
        };
    }

    private int time(int start) {
        int error = timeOfInterval(start);
        if (error == 0) {
            unit = DAY;
            unitOpen = false;
        }
        return error;
    }

    /** A sign and then a time, or a number, or years and months. */
    private int signed(int start) {
        if (contains(start + 1, ':') && timeOfInterval(start + 1) == 0) {
            if (text[start] == '-') {
                interval.micros = -interval.micros;
            }
            unit = DAY;
            unitOpen = false;
            return 0;
        }
        return number(start);
    }

    private boolean contains(int start, char c) {
        int at = start;
        while (text[at] != 0 && text[at] != c) {
            at++;
        }
        return text[at] == c;
    }

    private int timeOfInterval(int start) {
        found = TIME_MASK;
        long hours = longInteger(start);
        if (overflow) {
            return FIELD_OVERFLOW;
        }
        if (text[cursor] != ':') {
            return BAD_FORMAT;
        }
        int minutes = integer(cursor + 1);
        if (overflow) {
            return FIELD_OVERFLOW;
        }
        int seconds = 0;
        int micros = 0;
        boolean noHours = text[cursor] == 0 && range == MINUTE_TO_SECOND || text[cursor] == '.';
        if (text[cursor] == ':') {
            seconds = integer(cursor + 1);
            if (overflow) {
                return FIELD_OVERFLOW;
            }
        }
        if (text[cursor] == '.') {
            micros = microseconds(cursor);
            if (micros < 0) {
                return BAD_FORMAT;
            }
        } else if (text[cursor] != 0) {
            return BAD_FORMAT;
        }
        if (noHours) {
            if (hours != (int) hours) {
                return FIELD_OVERFLOW;
            }
            seconds = minutes;
            minutes = (int) hours;
            hours = 0;
        }
        if (hours < 0 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) {
            return FIELD_OVERFLOW;
        }
        interval.micros = micros;
        return interval.addWholeTime(hours, minutes, seconds) ? 0 : FIELD_OVERFLOW;
    }

    /** {@link #integer} to 64 bits. */
    private long longInteger(int start) {
        int at = start;
        overflow = false;
        boolean negative = text[at] == '-';
        if (negative || text[at] == '+') {
            at++;
        }
        if (!isDigit(text[at])) {
            cursor = start;
            return 0;
        }
        long value = 0;
        for (; isDigit(text[at]); at++) {
            int digit = text[at] - '0';
            // counted down, as there is one negative number more
            overflow |= value < (Long.MIN_VALUE + digit) / 10;
            value = value * 10 - digit;
        }
        cursor = at;
        overflow |= !negative && value == Long.MIN_VALUE;
        return negative ? value : -value;
    }

    private int number(int start) {
        if (unit == DateTimeKeywords.IGNORE) {
            unit = lastFieldOfType();
        }
        long value = longInteger(start);
        if (overflow) {
            return FIELD_OVERFLOW;
        }
        double fraction = 0;
        boolean minus = text[start] == '-';
        if (text[cursor] == '-') {
            int months = integer(cursor + 1);
            if (overflow || months < 0 || months >= MONTHS_PER_YEAR) {
                return FIELD_OVERFLOW;
            }
            if (text[cursor] != 0) {
                return BAD_FORMAT;
            }
            unit = MONTH;
            // too many years are too many months, too
            if (Math.abs(value) > Integer.MAX_VALUE) {
                return FIELD_OVERFLOW;
            }
            value = value * MONTHS_PER_YEAR + (minus ? -months : months);
        } else if (text[cursor] == '.') {
            fraction = fraction(cursor);
            if (fraction < 0) {
                return BAD_FORMAT;
            }
            fraction = minus ? -fraction : fraction;
        } else if (text[cursor] != 0) {
            return BAD_FORMAT;
        }
        return add(value, fraction);
    }

    /** What a number without a unit at the end stands for. */
    private int lastFieldOfType() {
        for (int field : new int[] {SECOND, MINUTE, HOUR, DAY, MONTH, YEAR}) {
            if ((range & 1 << field) != 0) {
                return field;
            }
        }
        return SECOND;
    }

    private int add(long value, double fraction) {
        int added = unit;
        boolean fits = switch (added) {
            case MICROSECOND -> interval.addTime(value, fraction, 1);
            case MILLISECOND -> interval.addTime(value, fraction, 1_000);
            case SECOND -> interval.addTime(value, fraction, CalendarMath.USECS_PER_SEC);
            case MINUTE -> interval.addTime(value, fraction, CalendarMath.USECS_PER_MINUTE);
            case HOUR -> {
                unit = DAY;
                yield interval.addTime(value, fraction, CalendarMath.USECS_PER_HOUR);
            }
            case DAY -> interval.addDays(value, fraction);
            case WEEK -> interval.addWeeks(value, fraction);
            case MONTH -> interval.addMonths(value, fraction);
            case YEAR -> interval.addYears(value, fraction, 1);
            case DECADE -> interval.addYears(value, fraction, 10);
            case CENTURY -> interval.addYears(value, fraction, 100);
            case MILLENNIUM -> interval.addYears(value, fraction, 1000);
            default -> {
                added = 0;
                yield true;
            }
        };
        if (added == 0) {
            return BAD_FORMAT;
        }
        found = 1 << added;
        if (added == SECOND && fraction != 0) {
            found |= 1 << MILLISECOND | 1 << MICROSECOND;
        }
        unitOpen = false;
        return fits ? 0 : FIELD_OVERFLOW;
    }

    private int word(int i, int start) {
        if (unitOpen) {
            return BAD_FORMAT;
        }
        WordTable.Word word = IntervalUnits.find(text, start, fields.end(i));
        if (word == null) {
            return BAD_FORMAT;
        }
        unit = word.kind();
        boolean last = i == fields.count - 1;
        switch (word.kind()) {
            case DateTimeKeywords.IGNORE -> { }
            case DateTimeKeywords.UNITS -> {
                unit = word.value();
                unitOpen = true;
            }
            case IntervalUnits.AGO -> {
                if (!last) {
                    return BAD_FORMAT;
                }
                before = true;
                unit = DateTimeKeywords.RESERV;
            }
            case DateTimeKeywords.RESERV -> {
                if (!last || word.value() != DateTimeKeywords.LATE && word.value() != DateTimeKeywords.EARLY) {
                    return BAD_FORMAT;
                }
                infinity = word.value();
                found = DATE_MASK | TIME_MASK;
            }
            default -> {
                return BAD_FORMAT;
            }
        }
        return 0;
    }
}
