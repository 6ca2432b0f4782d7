package dev.wharf.core.types;

/** Dates and times in DateStyle ISO. */
final class DateTimeOutput {
    /** Room for a year of ten digits, a time with fractions, a zone and BC. */
    private static final int MAX_LENGTH = 48;

    private DateTimeOutput() {
    }

    static void formatDate(Datum value, TextBuffer target) {
        target.clear();
        long days = value.lo;
        if (days == CalendarMath.DATE_INFINITY) {
            target.put("infinity");
        } else if (days == CalendarMath.DATE_MINUS_INFINITY) {
            target.put("-infinity");
        } else {
            target.ensure(MAX_LENGTH);
            boolean bc = appendDate((int) days + CalendarMath.UNIX_EPOCH_JDATE, target);
            if (bc) {
                target.put(" BC");
            }
        }
    }

    static void formatTime(Datum value, TextBuffer target) {
        target.clear().ensure(MAX_LENGTH);
        appendTime(value.lo, target);
    }

    static void formatTimestamp(Datum value, TextBuffer target) {
        formatTimestamp(value.lo, 0, ' ', "", target);
    }

    /** What writes timestamptz as the clocks of a zone show it, with their offset. */
    static TextOutput timestampTz(SessionTimeZone zone) {
        return timestampTz(zone.offsets(), ' ', false);
    }

    /** As ISO 8601 has it, which is JSON's: with a T. */
    static void formatIsoTimestamp(Datum value, TextBuffer target) {
        formatTimestamp(value.lo, 0, 'T', "", target);
    }

    static TextOutput isoTimestampTz(SessionTimeZone zone) {
        return timestampTz(zone.offsets(), 'T', true);
    }

    private static TextOutput timestampTz(ZoneOffsets zone, char separator, boolean minutes) {
        if (zone instanceof ZoneOffsets.Fixed fixed) {
            String text = offset(fixed.offset(), minutes);
            return (value, target) -> formatTimestamp(value.lo, fixed.offset(), separator, text, target);
        }
        return (value, target) -> {
            int offset = CalendarMath.isInfinite(value.lo) ? 0
                    : zone.offsetAtInstant(Math.floorDiv(value.lo, CalendarMath.USECS_PER_SEC));
            formatTimestamp(value.lo, offset, separator, offset(offset, minutes), target);
        };
    }

    /** @param minutes whether they are written if they are zero */
    private static String offset(int seconds, boolean minutes) {
        int east = Math.abs(seconds);
        StringBuilder text = new StringBuilder(9).append(seconds < 0 ? "-" : "+").append(east < 36_000 ? "0" : "")
                .append(east / 3600);
        if (minutes || east % 3600 != 0) {
            append(east / 60 % 60, text);
        }
        if (east % 60 != 0) {
            append(east % 60, text);
        }
        return text.toString();
    }

    private static void append(int value, StringBuilder text) {
        text.append(value < 10 ? ":0" : ":").append(value);
    }

    /** @param offset seconds that the local time is ahead */
    private static void formatTimestamp(long timestamp, int offset, char separator, String zone, TextBuffer target) {
        target.clear();
        if (timestamp == CalendarMath.TIMESTAMP_INFINITY) {
            target.put("infinity");
            return;
        }
        if (timestamp == CalendarMath.TIMESTAMP_MINUS_INFINITY) {
            target.put("-infinity");
            return;
        }
        target.ensure(MAX_LENGTH);
        // The sum of timestamp and offset may be too large
        long day = Math.floorDiv(timestamp, CalendarMath.USECS_PER_DAY);
        long time = timestamp - day * CalendarMath.USECS_PER_DAY + offset * CalendarMath.USECS_PER_SEC;
        long days = day + Math.floorDiv(time, CalendarMath.USECS_PER_DAY);
        boolean bc = appendDate((int) days + CalendarMath.UNIX_EPOCH_JDATE, target);
        target.bytes[target.length++] = (byte) separator;
        appendTime(Math.floorMod(time, CalendarMath.USECS_PER_DAY), target);
        target.put(zone);
        if (bc) {
            target.put(" BC");
        }
    }

    /** @return whether the year, written as positive, is BC */
    private static boolean appendDate(int julian, TextBuffer target) {
        long date = CalendarMath.fromJulian(julian);
        int year = CalendarMath.year(date);
        boolean bc = year <= 0;
        int shown = bc ? 1 - year : year;
        int yearLength = Math.max(DecimalText.length(shown), 4);
        byte[] out = target.bytes;
        DecimalText.digits(shown, out, target.length, yearLength);
        int at = target.length + yearLength;
        out[at] = '-';
        DecimalText.digits(CalendarMath.month(date), out, at + 1, 2);
        out[at + 3] = '-';
        DecimalText.digits(CalendarMath.day(date), out, at + 4, 2);
        target.length = at + 6;
        return bc;
    }

    private static void appendTime(long micros, TextBuffer target) {
        int seconds = (int) (micros / CalendarMath.USECS_PER_SEC);
        int fraction = (int) (micros - seconds * CalendarMath.USECS_PER_SEC);
        byte[] out = target.bytes;
        int at = target.length;
        DecimalText.digits(seconds / 3600, out, at, 2);
        out[at + 2] = ':';
        DecimalText.digits(seconds / 60 % 60, out, at + 3, 2);
        out[at + 5] = ':';
        DecimalText.digits(seconds % 60, out, at + 6, 2);
        at += 8;
        if (fraction != 0) {
            out[at] = '.';
            DecimalText.digits(fraction, out, at + 1, 6);
            at += 7;
            while (out[at - 1] == '0') {
                at--;
            }
        }
        target.length = at;
    }
}
