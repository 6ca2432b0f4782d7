package dev.wharf.core.types;

import static dev.wharf.core.types.DateTimeKeywords.ADBC;
import static dev.wharf.core.types.DateTimeKeywords.AMPM;
import static dev.wharf.core.types.DateTimeKeywords.DAY;
import static dev.wharf.core.types.DateTimeKeywords.DOW;
import static dev.wharf.core.types.DateTimeKeywords.DTZ;
import static dev.wharf.core.types.DateTimeKeywords.DTZMOD;
import static dev.wharf.core.types.DateTimeKeywords.DYNTZ;
import static dev.wharf.core.types.DateTimeKeywords.IGNORE;
import static dev.wharf.core.types.DateTimeKeywords.ISOTIME;
import static dev.wharf.core.types.DateTimeKeywords.JULIAN;
import static dev.wharf.core.types.DateTimeKeywords.MONTH;
import static dev.wharf.core.types.DateTimeKeywords.RESERV;
import static dev.wharf.core.types.DateTimeKeywords.TIME;
import static dev.wharf.core.types.DateTimeKeywords.TZ;
import static dev.wharf.core.types.DateTimeKeywords.UNITS;
import static dev.wharf.core.types.InputErrors.isDigit;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The general reader of dates and times, {@code DecodeDateTime} and {@code DecodeTimeOnly}: fields in nearly any order, each
 * understood by its look and by what came before it.
 */
final class DateTimeDecoder extends DateTimeParts {
    /** Appendix A of PostgreSQL's manual. */
    private static final String INVALID_TIME_ZONE_DISPLACEMENT_VALUE = "22009";

    /** Of a value that names none. */
    private final ZoneOffsets sessionZone;
    private final SessionAbbreviations abbreviations;
    /** What "now" is: the moment of construction, in the session's time zone. */
    private final LocalDateTime now;
    private final int nowOffset;

    private final boolean timeOnly;
    private final String typeName;

    /** DATE for a date given by its parts, or EPOCH, LATE, EARLY. */
    int result;

    /** Bits of the parts seen so far. */
    private int seen;
    /** A unit or "t" that says what the next field is; 0 for none. */
    private int prefix;
    private int meridiem;
    private boolean bc;
    private boolean julian;
    private boolean textMonth;
    private ZoneOffsets namedZone;
    private WordTable.Word zoneAbbreviation;
    private String badZone;

    /** @param typeName as PostgreSQL names the type in its errors */
    DateTimeDecoder(boolean timeOnly, String typeName, int capacity, TextSettings settings) {
        super(new DateTimeFields(capacity), settings.order());
        sessionZone = settings.timeZone().offsets();
        abbreviations = new SessionAbbreviations(settings.timeZone());
        Instant moment = Instant.now();
        nowOffset = sessionZone.offsetAtInstant(moment.getEpochSecond());
        now = LocalDateTime.ofEpochSecond(moment.getEpochSecond() + nowOffset, moment.getNano(), ZoneOffset.UTC);
        this.timeOnly = timeOnly;
        this.typeName = typeName;
    }

    /** Reads a value into the parts and {@link #result}. */
    void decode(byte[] source, int offset, int length) {
        int error = fields.split(source, offset, length) ? decodeFields() : BAD_FORMAT;
        if (error != 0) {
            throw error(error, source, offset, length);
        }
    }

    private PgError error(int error, byte[] source, int offset, int length) {
        String value = '"' + InputErrors.text(source, offset, length) + '"';
        return switch (error) {
            case FIELD_OVERFLOW -> fieldOverflow(value);
            case MD_FIELD_OVERFLOW -> fieldOverflow(value).withHint("Perhaps you need a different \"DateStyle\" setting.");
            case TZDISP_OVERFLOW -> PgError.ofValue(INVALID_TIME_ZONE_DISPLACEMENT_VALUE,
                    "time zone displacement out of range: " + value);
            case BAD_TIMEZONE -> PgError.ofValue(SqlState.INVALID_PARAMETER_VALUE,
                    "time zone \"" + badZone + "\" not recognized");
            default -> PgError.ofValue(SqlState.INVALID_DATETIME_FORMAT,
                    "invalid input syntax for type " + typeName + ": " + value);
        };
    }

    private static PgError fieldOverflow(String value) {
        return PgError.ofValue(SqlState.DATETIME_FIELD_OVERFLOW, "date/time field value out of range: " + value);
    }

    /** The error for a value that is well-formed but beyond the type's range. */
    PgError outOfRange(byte[] source, int offset, int length) {
        String what = "date".equals(typeName) ? "date" : "timestamp";
        return PgError.ofValue(SqlState.DATETIME_FIELD_OVERFLOW,
                what + " out of range: \"" + InputErrors.text(source, offset, length) + '"');
    }

    private int decodeFields() {
        result = DateTimeKeywords.DATE;
        hour = 0;
        minute = 0;
        second = 0;
        microsecond = 0;
        zone = 0;
        seen = 0;
        prefix = 0;
        meridiem = DateTimeKeywords.HR24;
        bc = false;
        julian = false;
        textMonth = false;
        twoDigitYear = false;
        namedZone = null;
        zoneAbbreviation = null;
        for (int i = 0; i < fields.count; i++) {
            int start = fields.start[i];
            found = 0;
            int error = switch (fields.type[i]) {
                case DateTimeFields.DATE -> timeOnly ? dateFieldOfTime(i, start) : dateField(start);
                case DateTimeFields.TIME -> timeField(start);
                case DateTimeFields.TZ -> zoneField(start);
                case DateTimeFields.NUMBER -> prefix != 0 ? prefixedNumber(start)
                        : timeOnly ? numberOfTime(i, start) : number(i, start);
                default -> word(i, start);
            };
            if (error != 0) {
                return error;
            }
            if ((found & seen) != 0) {
                return BAD_FORMAT;
            }
            seen |= found;
        }
        if (prefix != 0) {
            return BAD_FORMAT;
        }
        return timeOnly ? finishTime() : result == DateTimeKeywords.DATE ? finishDateTime() : 0;
    }

    private boolean has(int mask) {
        return (seen & mask) == mask;
    }

    private int dateField(int start) {
        if (prefix == JULIAN) {
            // a whole Julian day with a time zone
            int value = integer(start);
            if (overflow || value < 0) {
                return FIELD_OVERFLOW;
            }
            int rest = cursor;
            setJulian(value);
            julian = true;
            int error = decodeTimezone(rest);
            found = DATE_MASK | TIME_MASK | 1 << TZ;
            prefix = 0;
            return error;
        }
        if (prefix == 0 && !has(1 << MONTH | 1 << DAY)) {
            return decodeDate(start, seen);
        }
        // with a date already seen: a zone's name, or a time run together with an offset
        if (!isDigit(text[start]) && prefix == 0) {
            return zoneName(start);
        }
        if (prefix != 0) {
            if (prefix != TIME) {
                return BAD_FORMAT;
            }
            prefix = 0;
        }
        return timeWithOffset(start, seen);
    }

    private int dateFieldOfTime(int i, int start) {
        if (i == 0 && fields.count >= 2
                && (fields.type[fields.count - 1] == DateTimeFields.DATE || fields.type[1] == DateTimeFields.TIME)) {
            return decodeDate(start, seen);
        }
        return isDigit(text[start]) ? timeWithOffset(start, seen | DATE_MASK) : zoneName(start);
    }

    /** hhmmss-zz */
    private int timeWithOffset(int start, int mask) {
        if (has(TIME_MASK)) {
            return BAD_FORMAT;
        }
        int minus = start;
        while (text[minus] != '-') {
            if (text[minus++] == 0) {
                return BAD_FORMAT;
            }
        }
        int error = decodeTimezone(minus);
        if (error != 0) {
            return error;
        }
        text[minus] = 0;
        error = decodeNumberField(start, mask);
        found |= 1 << TZ;
        return error;
    }

    private int zoneName(int start) {
        String name = new String(text, start, fields.endFrom(start) - start, StandardCharsets.US_ASCII);
        namedZone = TimeZones.find(name);
        found = 1 << TZ;
        if (namedZone == null) {
            badZone = name;
            return BAD_TIMEZONE;
        }
        return 0;
    }

    private int timeField(int start) {
        if (prefix != 0) {
            if (prefix != TIME) {
                return BAD_FORMAT;
            }
            prefix = 0;
        }
        int error = decodeTime(start);
        return error == 0 && !timeOnly && timeOverflows() ? FIELD_OVERFLOW : error;
    }

    private int zoneField(int start) {
        found = 1 << TZ;
        return decodeTimezone(start);
    }

    /** A number after a word that says what it is. */
    private int prefixedNumber(int start) {
        int value = integer(start);
        if (overflow) {
            return FIELD_OVERFLOW;
        }
        if (text[cursor] != '.' && text[cursor] != 0) {
            return BAD_FORMAT;
        }
        int kind = prefix;
        prefix = 0;
        result = DateTimeKeywords.DATE;
        if (kind == TIME) {
            int error = decodeNumberField(start, seen | DATE_MASK);
            return error == 0 && found != TIME_MASK ? BAD_FORMAT : error;
        }
        if (kind != JULIAN) {
            return BAD_FORMAT;
        }
        if (value < 0) {
            return FIELD_OVERFLOW;
        }
        found = DATE_MASK;
        setJulian(value);
        julian = true;
        if (text[cursor] == '.') {
            double fraction = fraction(cursor);
            if (fraction < 0) {
                return BAD_FORMAT;
            }
            setTimeOfDay((long) (fraction * CalendarMath.USECS_PER_DAY));
            found |= TIME_MASK;
        }
        return 0;
    }

    private void setTimeOfDay(long micros) {
        hour = (int) (micros / CalendarMath.USECS_PER_HOUR);
        minute = (int) (micros / CalendarMath.USECS_PER_MINUTE % 60);
        second = (int) (micros / CalendarMath.USECS_PER_SEC % 60);
        microsecond = (int) (micros % CalendarMath.USECS_PER_SEC);
    }

    private int number(int i, int start) {
        int point = pointIn(start);
        int length = fields.end(i) - start;
        if (point >= 0 && (seen & DATE_MASK) == 0) {
            return decodeDate(start, seen);
        }
        if (point - start > 2 || length >= 6 && ((seen & DATE_MASK) == 0 || (seen & TIME_MASK) == 0)) {
            return decodeNumberField(start, seen);
        }
        return decodeNumber(start, textMonth, seen);
    }

    private int numberOfTime(int i, int start) {
        int point = pointIn(start);
        if (point < 0) {
            return fields.end(i) - start > 4 ? decodeNumberField(start, seen | DATE_MASK)
                    : decodeNumber(start, false, seen | DATE_MASK);
        }
        if (i == 0 && fields.count >= 2 && fields.type[fields.count - 1] == DateTimeFields.DATE) {
            return decodeDate(start, seen);
        }
        return point - start > 2 ? decodeNumberField(start, seen | DATE_MASK) : BAD_FORMAT;
    }

    private int pointIn(int start) {
        for (int at = start; text[at] != 0; at++) {
            if (text[at] == '.') {
                return at;
            }
        }
        return -1;
    }

    private int word(int i, int start) {
        int end = fields.end(i);
        WordTable.Word word = abbreviations.find(text, start, end);
        if (word == null) {
            word = ZoneAbbreviations.WORDS.find(text, start, end);
        }
        if (word == null) {
            word = DateTimeKeywords.WORDS.find(text, start, end);
        }
        if (word == null) {
            // a zone's name without punctuation
            return zoneName(start) == 0 ? 0 : BAD_FORMAT;
        }
        int value = word.value();
        found = word.kind() == IGNORE ? 0 : 1 << word.kind();
        switch (word.kind()) {
            case IGNORE -> {
            }
            case RESERV -> {
                return reserved(value);
            }
            case MONTH -> {
                if (timeOnly) {
                    return BAD_FORMAT;
                }
                if (has(1 << MONTH) && !textMonth && !has(1 << DAY) && month >= 1 && month <= 31) {
                    // what looked like the month was the day
                    day = month;
                    found = 1 << DAY;
                }
                textMonth = true;
                month = value;
            }
            case DTZMOD -> {
                found |= 1 << DTZ;
                zone -= value;
            }
            case DTZ -> {
                found |= 1 << TZ;
                zone = -value;
            }
            case TZ -> zone = -value;
            case DYNTZ -> {
                found |= 1 << TZ;
                zoneAbbreviation = word;
            }
            case AMPM -> meridiem = value;
            case ADBC -> bc = value == DateTimeKeywords.BC;
            case DOW -> {
                if (timeOnly) {
                    return BAD_FORMAT;
                }
            }
            case UNITS, ISOTIME -> {
                found = 0;
                if (prefix != 0 || word.kind() == ISOTIME && !timeOnly && !has(DATE_MASK)) {
                    return BAD_FORMAT;
                }
                prefix = value;
            }
            default -> throw new AssertionError(word.kind());
        }
        return 0;
    }

    private int reserved(int value) {
        if (timeOnly && value != DateTimeKeywords.NOW && value != DateTimeKeywords.ZULU) {
            return BAD_FORMAT;
        }
        switch (value) {
            case DateTimeKeywords.NOW -> {
                setDate(0);
                found = timeOnly ? TIME_MASK : DATE_MASK | TIME_MASK | 1 << TZ;
                setTimeOfDay(now.toLocalTime().toNanoOfDay() / 1000);
                zone = -nowOffset;
            }
            case DateTimeKeywords.YESTERDAY -> setDate(-1);
            case DateTimeKeywords.TODAY -> setDate(0);
            case DateTimeKeywords.TOMORROW -> setDate(1);
            case DateTimeKeywords.ZULU -> {
                found = TIME_MASK | 1 << TZ;
                // fractional seconds read before stay
                hour = 0;
                minute = 0;
                second = 0;
                zone = 0;
            }
            default -> {
                found = DATE_MASK | TIME_MASK | 1 << TZ;
                result = value;
            }
        }
        return 0;
    }

    private void setDate(int daysFromToday) {
        var date = now.toLocalDate().plusDays(daysFromToday);
        year = date.getYear();
        month = date.getMonthValue();
        day = date.getDayOfMonth();
        found = DATE_MASK;
        result = DateTimeKeywords.DATE;
    }

    private int applyMeridiem() {
        if (meridiem != DateTimeKeywords.HR24 && hour > 12) {
            return FIELD_OVERFLOW;
        }
        if (meridiem == DateTimeKeywords.AM && hour == 12) {
            hour = 0;
        } else if (meridiem == DateTimeKeywords.PM && hour != 12) {
            hour += 12;
        }
        return 0;
    }

    private int finishDateTime() {
        int error = validateDate(seen, julian, bc);
        if (error == 0) {
            error = applyMeridiem();
        }
        if (error != 0) {
            return error;
        }
        boolean zoneSeen = has(1 << TZ);
        if (!has(DATE_MASK) || has(1 << DTZMOD) && (namedZone != null || zoneAbbreviation != null || !zoneSeen)) {
            return BAD_FORMAT;
        }
        if (namedZone != null) {
            zone = -offsetOf(namedZone);
        }
        if (zoneAbbreviation != null) {
            zone = -TimeZones.offsetOf(zoneAbbreviation, localSeconds());
        }
        if (!zoneSeen) {
            zone = -offsetOf(sessionZone);
        }
        return 0;
    }

    private int finishTime() {
        int error = validateDate(seen, julian, bc);
        if (error == 0) {
            error = applyMeridiem();
        }
        if (error != 0) {
            return error;
        }
        if (timeOverflows()) {
            return FIELD_OVERFLOW;
        }
        boolean zoneSeen = has(1 << TZ);
        boolean dateSeen = has(DATE_MASK);
        boolean anyDateSeen = (seen & DATE_MASK) != 0;
        if (!has(TIME_MASK) || has(1 << DTZMOD) && (namedZone != null || zoneAbbreviation != null || !zoneSeen)
                || namedZone != null && !namedZone.isFixed() && !dateSeen
                || (zoneAbbreviation != null || !zoneSeen) && anyDateSeen && !dateSeen) {
            return BAD_FORMAT;
        }
        return 0;
    }

    private int offsetOf(ZoneOffsets offsets) {
        return CalendarMath.isValidJulian(year, month) ? offsets.offsetAt(localSeconds()) : 0;
    }

    /** The local time in seconds since 1970, as if it were UTC. */
    private long localSeconds() {
        int days = CalendarMath.toJulian(year, month, day) - CalendarMath.UNIX_EPOCH_JDATE;
        return (long) days * CalendarMath.SECS_PER_DAY + (hour * 60L + minute) * 60 + second;
    }
}
