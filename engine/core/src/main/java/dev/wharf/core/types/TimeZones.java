package dev.wharf.core.types;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRulesProvider;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Time zones by name: those of the IANA database, in any case, and POSIX rules such as {@code EST5EDT} or {@code utc+3:30},
 * whose offsets count westwards.
 */
final class TimeZones {
    /** The session's time zone. */
    static final ZoneId SESSION = ZoneOffset.UTC;

    private static final int DAYLIGHT_SAVING = 3600;
    private static final int MAX_POSIX_HOURS = 167;
    /** When Moscow's MSK meant UTC+4 instead of UTC+3. */
    private static final long MOSCOW_SUMMER_FROM = 1301180400;
    private static final long MOSCOW_SUMMER_TO = 1414274400;

    private TimeZones() {
    }

    private static final class Names {
        static final Map<String, ZoneOffsets> BY_NAME = load();

        private static Map<String, ZoneOffsets> load() {
            Map<String, ZoneOffsets> zones = new HashMap<>();
            for (String id : ZoneRulesProvider.getAvailableZoneIds()) {
                if (!id.startsWith("SystemV/")) {
                    zones.put(id.toLowerCase(Locale.ROOT), new ZoneOffsets.Named(ZoneRulesProvider.getRules(id, false)));
                }
            }
            // names of the IANA database that Java leaves out
            zones.put("roc", zones.get("asia/taipei"));
            zones.put("est", zones.get("america/panama"));
            zones.put("mst", zones.get("america/phoenix"));
            zones.put("hst", zones.get("pacific/honolulu"));
            ZoneOffsets utc = new ZoneOffsets.Fixed(0);
            for (String name : new String[] {"gmt", "gmt+0", "gmt-0", "factory"}) {
                zones.put(name, utc);
            }
            return zones;
        }
    }

    /** @return the zone of this name in lower case, or null */
    static ZoneOffsets find(String name) {
        ZoneOffsets zone = Names.BY_NAME.get(name);
        return zone != null ? zone : new PosixRule(name).parse();
    }

    /** Seconds east of UTC that an abbreviation of kind DYNTZ means at a local time. */
    static int offsetOf(WordTable.Word abbreviation, long localSeconds) {
        int offset = find(abbreviation.zone().toLowerCase(Locale.ROOT)).offsetAt(localSeconds);
        if (!"Europe/Moscow".equals(abbreviation.zone())) {
            return offset;
        }
        // the only one of them that the IANA database itself knows: it holds in times when Moscow used other names too
        long utc = localSeconds - offset;
        return utc >= MOSCOW_SUMMER_FROM && utc < MOSCOW_SUMMER_TO ? 4 * 3600 : 3 * 3600;
    }

    /** std offset [dst [offset]], in the part of the POSIX grammar that the characters of a date's field allow. */
    private static final class PosixRule {
        private final String name;
        private int at;

        PosixRule(String name) {
            this.name = name;
        }

        ZoneOffsets parse() {
            skipName();
            if (at == name.length()) {
                return null;
            }
            int standard = offset();
            if (at < 0) {
                return null;
            }
            if (at == name.length()) {
                return new ZoneOffsets.Fixed(-standard);
            }
            int before = at;
            skipName();
            if (at == before) {
                return null;
            }
            int daylight = standard - DAYLIGHT_SAVING;
            if (at < name.length()) {
                daylight = offset();
                if (at != name.length()) {
                    return null;
                }
            }
            return new ZoneOffsets.Posix(-standard, -daylight);
        }

        private void skipName() {
            while (at < name.length() && !InputErrors.isDigit(name.charAt(at)) && name.charAt(at) != '-'
                    && name.charAt(at) != '+') {
                at++;
            }
        }

        /** Seconds; the position is -1 after an error. */
        private int offset() {
            boolean negative = false;
            if (name.charAt(at) == '-' || name.charAt(at) == '+') {
                negative = name.charAt(at++) == '-';
            }
            int seconds = number(MAX_POSIX_HOURS) * 3600;
            if (at > 0 && at < name.length() && name.charAt(at) == ':') {
                at++;
                seconds += number(59) * 60;
                if (at > 0 && at < name.length() && name.charAt(at) == ':') {
                    at++;
                    seconds += number(60);
                }
            }
            return negative ? -seconds : seconds;
        }

        private int number(int max) {
            int value = 0;
            int start = at;
            while (at < name.length() && InputErrors.isDigit(name.charAt(at)) && value <= max) {
                value = value * 10 + name.charAt(at++) - '0';
            }
            if (at == start || value > max) {
                at = -1;
            }
            return value;
        }
    }
}
