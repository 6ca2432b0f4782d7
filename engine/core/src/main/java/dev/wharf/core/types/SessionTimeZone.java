package dev.wharf.core.types;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value of the setting TimeZone: a zone of the IANA database, a POSIX rule without dates of its own, a number of hours, or
 * an interval. Thread-safe.
 */
public final class SessionTimeZone {
    public static final SessionTimeZone UTC = new SessionTimeZone("UTC", new ZoneOffsets.Fixed(0));

    /** What C's strtod takes, but for hexadecimal numbers. */
    private static final Pattern HOURS = Pattern.compile(
            "[ \t\n\\x0B\f\r]*([+-]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|(?i:inf|infinity|nan)))");
    private static final Pattern INTERVAL = Pattern.compile("(?is)interval\\s*'([^']*)'");
    private static final int SECONDS_PER_HOUR = 3600;

    private final String name;
    private final ZoneOffsets offsets;

    private SessionTimeZone(String name, ZoneOffsets offsets) {
        this.name = name;
        this.offsets = offsets;
    }

    /**
     * The zone that a value of TimeZone means.
     *
     * @param value a name in any case, a rule, hours east of UTC, or an interval; also what {@link #name} has given
     * @throws IllegalArgumentException if it means none; the message is the error's DETAIL, or null
     */
    public static SessionTimeZone of(String value) {
        if (value.equals(UTC.name)) {
            return UTC;
        }
        if (value.regionMatches(true, 0, "interval", 0, "interval".length())) {
            return ofInterval(value);
        }
        Matcher hours = HOURS.matcher(value);
        if (hours.matches()) {
            String number = hours.group(1);
            return Character.isLetter(number.charAt(number.length() - 1)) ? east(Double.POSITIVE_INFINITY)
                    : east(Double.parseDouble(number) * SECONDS_PER_HOUR);
        }
        String canonical = TimeZones.canonicalName(value);
        String name = canonical != null ? canonical : value.toUpperCase(Locale.ROOT);
        ZoneOffsets offsets = TimeZones.find(name);
        if (offsets == null) {
            throw new IllegalArgumentException();
        }
        return new SessionTimeZone(name, offsets);
    }

    private static SessionTimeZone ofInterval(String written) {
        Matcher interval = INTERVAL.matcher(written);
        if (!interval.matches()) {
            throw new IllegalArgumentException();
        }
        byte[] bytes = interval.group(1).getBytes(StandardCharsets.UTF_8);
        Datum value = new Datum();
        new IntervalInput(PgType.of(PgType.Kind.INTERVAL)).parse(bytes, 0, bytes.length, value);
        if (IntervalInput.months(value.hi) != 0) {
            throw new IllegalArgumentException("Cannot specify months in time zone interval.");
        }
        if (IntervalInput.days(value.hi) != 0) {
            throw new IllegalArgumentException("Cannot specify days in time zone interval.");
        }
        return east(value.lo / CalendarMath.USECS_PER_SEC);
    }

    /** The zone that is always as far east of UTC. Named by a POSIX rule, whose sign is the other. */
    private static SessionTimeZone east(double eastSeconds) {
        long seconds = (long) Math.abs(eastSeconds);
        String offset = twoDigits(seconds / SECONDS_PER_HOUR);
        if (seconds % SECONDS_PER_HOUR != 0) {
            offset += ":" + twoDigits(seconds / 60 % 60) + (seconds % 60 == 0 ? "" : ":" + twoDigits(seconds % 60));
        }
        String name = eastSeconds <= -1 ? "<-" + offset + ">+" + offset : "<+" + offset + ">-" + offset;
        ZoneOffsets offsets = TimeZones.find(name);
        if (offsets == null) {
            throw new IllegalArgumentException("UTC timezone offset is out of range.");
        }
        return new SessionTimeZone(name, offsets);
    }

    private static String twoDigits(long value) {
        return value < 10 ? "0" + value : Long.toString(value);
    }

    /** As SHOW has it. */
    public String name() {
        return name;
    }

    ZoneOffsets offsets() {
        return offsets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionTimeZone zone && zone.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
