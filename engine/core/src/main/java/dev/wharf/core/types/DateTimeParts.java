package dev.wharf.core.types;

import static dev.wharf.core.types.DateTimeKeywords.DAY;
import static dev.wharf.core.types.DateTimeKeywords.DOY;
import static dev.wharf.core.types.DateTimeKeywords.IGNORE;
import static dev.wharf.core.types.DateTimeKeywords.MONTH;
import static dev.wharf.core.types.DateTimeKeywords.TZ;
import static dev.wharf.core.types.DateTimeKeywords.YEAR;
import static dev.wharf.core.types.InputErrors.isDigit;

import java.nio.charset.StandardCharsets;

/**
 * What single fields of a date or time mean, given the fields before them: {@code DecodeDate}, {@code DecodeTime},
 * {@code DecodeNumber}, {@code DecodeTimezone} and {@code ValidateDate}.
 *
 * <p>The methods take positions in {@link DateTimeFields#text}, set the parts that they find and their bits in
 * {@link #found}, and return 0 or what is wrong.
 */
class DateTimeParts {
    static final int BAD_FORMAT = -1;
    static final int FIELD_OVERFLOW = -2;
    /** As FIELD_OVERFLOW, and another DateStyle might help. */
    static final int MD_FIELD_OVERFLOW = -3;
    static final int TZDISP_OVERFLOW = -5;
    static final int BAD_TIMEZONE = -6;

    static final int DATE_MASK = 1 << YEAR | 1 << MONTH | 1 << DAY;
    /** Hour, minute, second and its fractions. */
    static final int TIME_MASK = 0b11111 << DateTimeKeywords.HOUR;
    private static final int MAX_ZONE_HOUR = 15;

    final DateTimeFields fields;
    final byte[] text;

    int year;
    int month;
    int day;
    int dayOfYear;
    int hour;
    int minute;
    int second;
    int microsecond;
    /** Seconds to add to local time to get UTC: west of Greenwich is positive. */
    int zone;

    /** Bits of the parts that the last method found. */
    int found;
    boolean twoDigitYear;

    /** Where the last {@link #integer} stopped, and whether its value was too large. */
    int cursor;
    boolean overflow;

    /** Where the parts of a date with delimiters start. */
    private final int[] parts = new int[DateTimeFields.MAX_FIELDS];

    private final DateOrder order;

    DateTimeParts(DateTimeFields fields, DateOrder order) {
        this.order = order;
        this.fields = fields;
        this.text = fields.text;
    }

    /** {@code strtol} to 32 bits: an optional sign and digits; 0 with the cursor at {@code start} if there are none. */
    int integer(int start) {
        int at = start;
        overflow = false;
        boolean negative = false;
        if (text[at] == '-' || text[at] == '+') {
            negative = text[at++] == '-';
        }
        if (!isDigit(text[at])) {
            cursor = start;
            return 0;
        }
        long value = 0;
        for (; isDigit(text[at]); at++) {
            value = Math.min(value * 10 + text[at] - '0', Integer.MAX_VALUE + 2L);
        }
        cursor = at;
        value = negative ? -value : value;
        overflow = value != (int) value;
        return (int) value;
    }

    /** The fraction from the point at {@code start} to the end of the field, in millionths, or negative if malformed. */
    int microseconds(int start) {
        double fraction = fraction(start);
        return fraction < 0 ? BAD_FORMAT : (int) Math.rint(fraction * 1_000_000);
    }

    /** The fraction from the point at {@code start} to the end of the field, or negative if malformed. */
    double fraction(int start) {
        int at = start + 1;
        long value = 0;
        for (; isDigit(text[at]); at++) {
            if (at - start <= 15) {
                value = value * 10 + text[at] - '0';
            }
        }
        if (text[at] != 0) {
            return BAD_FORMAT;
        }
        int digits = at - start - 1;
        // up to 15 digits, value and power are exact, so that the quotient is the nearest double
        return digits <= 15 ? value / (double) DecimalText.POW10[digits]
                : Double.parseDouble(new String(text, start, digits + 1, StandardCharsets.US_ASCII));
    }

    /** A date with delimiters. */
    int decodeDate(int start, int seen) {
        int n = 0;
        int at = start;
        found = 0;
        while (text[at] != 0 && n < parts.length) {
            while (text[at] != 0 && !isDigit(text[at]) && !DateTimeFields.isAlpha(text[at])) {
                at++;
            }
            if (text[at] == 0) {
                return BAD_FORMAT;
            }
            parts[n++] = at;
            boolean number = isDigit(text[at]);
            while (number ? isDigit(text[at]) : DateTimeFields.isAlpha(text[at])) {
                at++;
            }
            if (text[at] != 0) {
                text[at++] = 0;
            }
        }
        int mask = seen;
        int all = 0;
        boolean textMonth = false;
        // a word can only be the month, so look at words first
        for (int i = 0; i < n; i++) {
            if (!DateTimeFields.isAlpha(text[parts[i]])) {
                continue;
            }
            WordTable.Word word = DateTimeKeywords.WORDS.find(text, parts[i], fields.endFrom(parts[i]));
            if (word != null && word.kind() == IGNORE) {
                continue;
            }
            if (word == null || word.kind() != MONTH || (mask & 1 << MONTH) != 0) {
                return BAD_FORMAT;
            }
            month = word.value();
            textMonth = true;
            mask |= 1 << MONTH;
            all |= 1 << MONTH;
            parts[i] = -1;
        }
        for (int i = 0; i < n; i++) {
            if (parts[i] < 0) {
                continue;
            }
            int error = decodeNumber(parts[i], textMonth, mask);
            if (error != 0) {
                return error;
            }
            if ((mask & found) != 0) {
                return BAD_FORMAT;
            }
            mask |= found;
            all |= found;
        }
        found = all;
        return (mask & ~(1 << DOY | 1 << TZ)) == DATE_MASK ? 0 : BAD_FORMAT;
    }

    /** A time with colons. */
    int decodeTime(int start) {
        found = TIME_MASK;
        // hours may have 64 bits here, which matters only to whether they overflow
        int h = integer(start);
        boolean wideHour = overflow;
        if (wideHour && isWiderThanLong(start)) {
            return FIELD_OVERFLOW;
        }
        if (text[cursor] != ':') {
            return BAD_FORMAT;
        }
        int m = integer(cursor + 1);
        if (overflow) {
            return FIELD_OVERFLOW;
        }
        int s = 0;
        int micros = 0;
        if (text[cursor] == '.') {
            // mm:ss.sss
            micros = microseconds(cursor);
            if (micros < 0) {
                return BAD_FORMAT;
            }
            if (wideHour) {
                return FIELD_OVERFLOW;
            }
            s = m;
            m = h;
            h = 0;
        } else if (text[cursor] == ':') {
            s = integer(cursor + 1);
            if (overflow) {
                return FIELD_OVERFLOW;
            }
            if (text[cursor] == '.') {
                micros = microseconds(cursor);
                if (micros < 0) {
                    return BAD_FORMAT;
                }
            } else if (text[cursor] != 0) {
                return BAD_FORMAT;
            }
        } else if (text[cursor] != 0) {
            return BAD_FORMAT;
        }
        if (wideHour || h < 0 || m < 0 || m > 59 || s < 0 || s > 60) {
            return FIELD_OVERFLOW;
        }
        hour = h;
        minute = m;
        second = s;
        microsecond = micros;
        return 0;
    }

    private boolean isWiderThanLong(int start) {
        int at = start;
        long value = 0;
        for (; isDigit(text[at]); at++) {
            int digit = text[at] - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return true;
            }
            value = value * 10 + digit;
        }
        return false;
    }

    /** A plain number: the next part of a date that is not known yet, else a time. */
    int decodeNumber(int start, boolean textMonth, int seen) {
        int length = fields.endFrom(start) - start;
        found = 0;
        int value = integer(start);
        if (overflow) {
            return FIELD_OVERFLOW;
        }
        if (cursor == start) {
            return BAD_FORMAT;
        }
        if (text[cursor] == '.') {
            if (cursor - start > 2) {
                // 2001.360, 20011225 or 040506.789
                return decodeNumberField(start, seen | DATE_MASK);
            }
            int micros = microseconds(cursor);
            if (micros < 0) {
                return BAD_FORMAT;
            }
            microsecond = micros;
        } else if (text[cursor] != 0) {
            return BAD_FORMAT;
        }
        int have = seen & DATE_MASK;
        if (length == 3 && have == 1 << YEAR && value >= 1 && value <= 366) {
            found = 1 << DOY | 1 << MONTH | 1 << DAY;
            dayOfYear = value;
            return 0;
        }
        switch (have) {
            // with nothing yet, three digits or more are a year
            case 0 -> {
                if (length >= 3 || order == DateOrder.YMD) {
                    setYear(value);
                } else if (order == DateOrder.DMY) {
                    setDay(value);
                } else {
                    setMonth(value);
                }
            }
            case 1 << YEAR -> setMonth(value);
            case 1 << MONTH -> {
                if (textMonth && (length >= 3 || order == DateOrder.YMD)) {
                    setYear(value);
                } else {
                    setDay(value);
                }
            }
            case 1 << YEAR | 1 << MONTH -> {
                if (textMonth && length >= 3 && twoDigitYear) {
                    // the first number was the day after all
                    setDay(year);
                    year = value;
                    twoDigitYear = false;
                } else {
                    setDay(value);
                }
            }
            case 1 << DAY -> setMonth(value);
            case 1 << MONTH | 1 << DAY -> setYear(value);
            case DATE_MASK -> {
                return decodeNumberField(start, seen);
            }
            default -> {
                return BAD_FORMAT;
            }
        }
        if (found == 1 << YEAR) {
            twoDigitYear = length <= 2;
        }
        return 0;
    }

    private void setYear(int value) {
        year = value;
        found = 1 << YEAR;
    }

    private void setMonth(int value) {
        month = value;
        found = 1 << MONTH;
    }

    private void setDay(int value) {
        day = value;
        found = 1 << DAY;
    }

    /** Digits run together: a date if none is known yet, else a time. */
    int decodeNumberField(int start, int seen) {
        int point = -1;
        int end = start;
        for (; text[end] != 0; end++) {
            if (text[end] == '.') {
                point = point < 0 ? end : point;
            } else if (!isDigit(text[end])) {
                return BAD_FORMAT;
            }
        }
        if (point >= 0) {
            int micros = microseconds(point);
            if (micros < 0) {
                return BAD_FORMAT;
            }
            microsecond = micros;
            end = point;
            text[end] = 0;
        } else if ((seen & DATE_MASK) != DATE_MASK && end - start >= 6) {
            found = DATE_MASK;
            day = digits(end - 2, end);
            month = digits(end - 4, end - 2);
            year = digits(start, end - 4);
            twoDigitYear |= end - start == 6;
            return 0;
        }
        if ((seen & TIME_MASK) != TIME_MASK && (end - start == 6 || end - start == 4)) {
            found = TIME_MASK;
            hour = digits(start, start + 2);
            minute = digits(start + 2, start + 4);
            second = end - start == 6 ? digits(start + 4, end) : 0;
            return 0;
        }
        return BAD_FORMAT;
    }

    /** {@code atoi}: the low 32 bits of what {@code strtol} makes of the digits. */
    private int digits(int start, int end) {
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = text[i] - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return (int) Long.MAX_VALUE;
            }
            value = value * 10 + digit;
        }
        return (int) value;
    }

    /** An offset in digits: {@code +hh}, {@code +hhmm}, {@code +hh:mm}, {@code +hh:mm:ss}. */
    int decodeTimezone(int start) {
        if (text[start] != '+' && text[start] != '-') {
            return BAD_FORMAT;
        }
        int h = integer(start + 1);
        int m = 0;
        int s = 0;
        if (overflow) {
            return TZDISP_OVERFLOW;
        }
        if (text[cursor] == ':') {
            m = integer(cursor + 1);
            if (overflow) {
                return TZDISP_OVERFLOW;
            }
            if (text[cursor] == ':') {
                s = integer(cursor + 1);
                if (overflow) {
                    return TZDISP_OVERFLOW;
                }
            }
        } else if (text[cursor] == 0 && cursor - start > 3) {
            m = h % 100;
            h /= 100;
        }
        if (h < 0 || h > MAX_ZONE_HOUR || m < 0 || m > 59 || s < 0 || s > 59) {
            return TZDISP_OVERFLOW;
        }
        int offset = (h * 60 + m) * 60 + s;
        zone = text[start] == '-' ? offset : -offset;
        return text[cursor] == 0 ? 0 : BAD_FORMAT;
    }

    /** Sets the date from a Julian day number. */
    void setJulian(int julian) {
        long date = CalendarMath.fromJulian(julian);
        year = CalendarMath.year(date);
        month = CalendarMath.month(date);
        day = CalendarMath.day(date);
    }

    /** Checks the date once all of its parts are known, and gives two-digit years and BC their meaning. */
    int validateDate(int seen, boolean julian, boolean bc) {
        if ((seen & 1 << YEAR) != 0 && !julian) {
            if (bc) {
                if (year <= 0) {
                    return FIELD_OVERFLOW;
                }
                year = -(year - 1);
            } else if (twoDigitYear) {
                if (year < 0) {
                    return FIELD_OVERFLOW;
                }
                if (year < 70) {
                    year += 2000;
                } else if (year < 100) {
                    year += 1900;
                }
            } else if (year <= 0) {
                return FIELD_OVERFLOW;
            }
        }
        if ((seen & 1 << DOY) != 0) {
            setJulian(CalendarMath.toJulian(year, 1, 1) + dayOfYear - 1);
        }
        if ((seen & 1 << MONTH) != 0 && (month < 1 || month > 12)) {
            return MD_FIELD_OVERFLOW;
        }
        if ((seen & 1 << DAY) != 0 && (day < 1 || day > 31)) {
            return MD_FIELD_OVERFLOW;
        }
        if ((seen & DATE_MASK) == DATE_MASK && day > CalendarMath.daysInMonth(year, month)) {
            return FIELD_OVERFLOW;
        }
        return 0;
    }

    boolean timeOverflows() {
        return hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60
                || timeOfDay() > CalendarMath.USECS_PER_DAY;
    }

    /** Microseconds since midnight. */
    long timeOfDay() {
        return ((hour * 60 + minute) * 60 + second) * CalendarMath.USECS_PER_SEC + microsecond;
    }
}
