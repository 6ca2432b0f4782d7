package dev.wharf.core.guc;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The names of UTC among those of time zones. */
final class UtcZones {
    private static final Map<String, String> NAMES = new HashMap<>();
    /** A number, or an abbreviation with an offset: POSIX rules, which need be in no list. */
    private static final Pattern RULE = Pattern.compile("[+-]?[0-9.]+|([a-z]{3,}|<[a-z0-9+-]+>)[+-]?[0-9].*");

    static {
        for (String name : new String[] {"UTC", "UCT", "Universal", "Zulu", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich"}) {
            NAMES.put(name.toLowerCase(Locale.ROOT), name);
            NAMES.put("etc/" + name.toLowerCase(Locale.ROOT), "Etc/" + name);
        }
    }

    private UtcZones() {
    }

    /** Null if it is none of them. */
    static String canonicalName(String name) {
        return NAMES.get(name.toLowerCase(Locale.ROOT));
    }

    /** Whether it is any time zone. */
    static boolean isZone(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        return RULE.matcher(folded).matches()
                || ZoneId.getAvailableZoneIds().stream().anyMatch(zone -> zone.equalsIgnoreCase(name));
    }
}
