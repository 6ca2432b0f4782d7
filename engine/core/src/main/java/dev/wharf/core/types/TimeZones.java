package dev.wharf.core.types;

import java.time.zone.ZoneRulesProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Time zones by name: those of the IANA database, in any case, and POSIX rules such as {@code EST5EDT} or {@code utc+3:30},
 * whose offsets count westwards.
 */
final class TimeZones {
    private static final int DAYLIGHT_SAVING = 3600;
    private static final int MAX_POSIX_HOURS = 167;
    /** When Moscow's MSK meant UTC+4 instead of UTC+3. */
    private static final long MOSCOW_SUMMER_FROM = 1301180400;
    private static final long MOSCOW_SUMMER_TO = 1414274400;

    private TimeZones() {
    }

    private static final class Names {
        /** Names of UTC that the IANA database has, or had. */
        private static final String[] UTC = {"UTC", "UCT", "Universal", "Zulu", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich"};
        /** Names of the IANA database that Java leaves out. */
        private static final Map<String, String> LINKS = Map.of("ROC", "Asia/Taipei", "EST", "America/Panama", "MST",
                "America/Phoenix", "HST", "Pacific/Honolulu");
        static final Map<String, String> CANONICAL = load();
        static final Map<String, ZoneOffsets> BY_NAME = new ConcurrentHashMap<>();

        private static Map<String, String> load() {
            Map<String, String> names = new HashMap<>();
            for (String id : ZoneRulesProvider.getAvailableZoneIds()) {
                if (!id.startsWith("SystemV/")) {
                    names.put(id.toLowerCase(Locale.ROOT), id);
                }
            }
            LINKS.keySet().forEach(name -> names.put(name.toLowerCase(Locale.ROOT), name));
            names.put("factory", "Factory");
            for (String name : UTC) {
                names.put(name.toLowerCase(Locale.ROOT), name);
            }
            return names;
        }

        static ZoneOffsets offsets(String name) {
            return name.equals("Factory") || List.of(UTC).contains(name) ? new ZoneOffsets.Fixed(0)
                    : new ZoneOffsets.Named(ZoneRulesProvider.getRules(LINKS.getOrDefault(name, name), false));
        }
    }

    /** The IANA database's spelling of a zone's name in any case; null if it has no such zone. */
    static String canonicalName(String name) {
        return Names.CANONICAL.get(name.toLowerCase(Locale.ROOT));
    }

    /** The zone of this name in any case, or rule; null if it is neither. */
    static ZoneOffsets find(String name) {
        String canonical = canonicalName(name);
        return canonical == null ? new PosixRule(name).parse() : Names.BY_NAME.computeIfAbsent(canonical, Names::offsets);
    }

    /** Seconds east of UTC that an abbreviation of kind DYNTZ means at a local time. */
    static int offsetOf(WordTable.Word abbreviation, long localSeconds) {
        int offset = find(abbreviation.zone()).offsetAt(localSeconds);
        if (!"Europe/Moscow".equals(abbreviation.zone())) {
            return offset;
        }
        // the only one of them that the IANA database itself knows: it holds in times when Moscow used other names too
        long utc = localSeconds - offset;
        return utc >= MOSCOW_SUMMER_FROM && utc < MOSCOW_SUMMER_TO ? 4 * 3600 : 3 * 3600;
    }

    /** std offset [dst [offset]], without dates for the changes of clocks. */
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

        /** Up to a digit or a sign, or, in angle brackets, with digits and signs. */
        private void skipName() {
            if (at < name.length() && name.charAt(at) == '<') {
                int end = name.indexOf('>', at);
                at = end < 0 ? name.length() : end + 1;
                return;
            }
            while (at < name.length() && !InputErrors.isDigit(name.charAt(at)) && ",-+".indexOf(name.charAt(at)) < 0) {
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
