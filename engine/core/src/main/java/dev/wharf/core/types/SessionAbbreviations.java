package dev.wharf.core.types;

import static dev.wharf.core.types.DateTimeKeywords.DTZ;
import static dev.wharf.core.types.DateTimeKeywords.TZ;

import java.time.zone.ZoneOffsetTransition;
import java.util.Map;

/**
 * The abbreviations that mean something else in a session's zone than in PostgreSQL's {@code Default} set: PostgreSQL asks the
 * zone first. Those that are in use today, and LMT; the JDK's zones do not know their abbreviations, so these are a list.
 */
final class SessionAbbreviations {
    private static final WordTable CHINA = new WordTable().add(TZ, 28800, "cst").add(DTZ, 32400, "cdt");
    private static final WordTable CUBA = new WordTable().add(TZ, -18000, "cst").add(DTZ, -14400, "cdt");
    private static final WordTable INDIA = new WordTable().add(TZ, 19800, "ist");
    private static final WordTable IRELAND = new WordTable().add(DTZ, 3600, "ist");
    private static final WordTable PHILIPPINES = new WordTable().add(TZ, 28800, "pst").add(DTZ, 32400, "pdt");

    private static final Map<String, WordTable> BY_ZONE = Map.ofEntries(Map.entry("Asia/Shanghai", CHINA),
            Map.entry("Asia/Chongqing", CHINA), Map.entry("Asia/Chungking", CHINA), Map.entry("Asia/Harbin", CHINA),
            Map.entry("PRC", CHINA), Map.entry("Asia/Taipei", CHINA), Map.entry("ROC", CHINA), Map.entry("Asia/Macau", CHINA),
            Map.entry("Asia/Macao", CHINA), Map.entry("America/Havana", CUBA), Map.entry("Cuba", CUBA),
            Map.entry("Asia/Kolkata", INDIA), Map.entry("Asia/Calcutta", INDIA), Map.entry("Europe/Dublin", IRELAND),
            Map.entry("Eire", IRELAND), Map.entry("Asia/Manila", PHILIPPINES));

    private final WordTable listed;
    private final WordTable.Word localMeanTime;

    SessionAbbreviations(SessionTimeZone zone) {
        listed = BY_ZONE.get(zone.name());
        localMeanTime = zone.offsets() instanceof ZoneOffsets.Named named && !named.isFixed()
                ? new WordTable.Word(new byte[] {'l', 'm', 't'}, TZ, first(named), null) : null;
    }

    /** Before clocks were set alike; where the date line was moved, after that. */
    private static int first(ZoneOffsets.Named zone) {
        ZoneOffsetTransition first = zone.rules().getTransitions().getFirst();
        boolean dayLater = Math.abs(first.getDuration().toSeconds()) == CalendarMath.SECS_PER_DAY;
        return (dayLater ? first.getOffsetAfter() : first.getOffsetBefore()).getTotalSeconds();
    }

    /** An abbreviation in lower case; null if the zone has nothing to say of it. */
    WordTable.Word find(byte[] text, int start, int end) {
        if (localMeanTime != null && localMeanTime.is(text, start, end)) {
            return localMeanTime;
        }
        return listed == null ? null : listed.find(text, start, end);
    }
}
