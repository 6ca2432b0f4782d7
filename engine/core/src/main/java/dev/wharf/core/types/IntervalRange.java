package dev.wharf.core.types;

import java.util.List;

/** The fields that an interval type may be restricted to, as bits: what {@code day to second} stands for. */
public final class IntervalRange {
    public static final int YEAR = 1 << DateTimeKeywords.YEAR;
    public static final int MONTH = 1 << DateTimeKeywords.MONTH;
    public static final int DAY = 1 << DateTimeKeywords.DAY;
    public static final int HOUR = 1 << DateTimeKeywords.HOUR;
    public static final int MINUTE = 1 << DateTimeKeywords.MINUTE;
    public static final int SECOND = 1 << DateTimeKeywords.SECOND;

    private static final List<String> NAMES = List.of("year", "month", "day", "hour", "minute", "second");
    private static final int[] BITS = {YEAR, MONTH, DAY, HOUR, MINUTE, SECOND};

    private IntervalRange() {
    }

    /** The bits from one field to another, both named in lower case; 0 if there is no such range. */
    public static int of(String first, String last) {
        int from = NAMES.indexOf(first);
        int to = NAMES.indexOf(last);
        // years and months do not go together with smaller fields
        if (from < 0 || to < from || from < to && from < 2 && to > 1) {
            return 0;
        }
        int bits = 0;
        for (int i = from; i <= to; i++) {
            bits |= BITS[i];
        }
        return bits;
    }

    /** {@code " day to second"}; empty for all fields. */
    static String words(int range) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < BITS.length; i++) {
            boolean inside = i > 0 && (range & BITS[i - 1]) != 0;
            boolean goesOn = i + 1 < BITS.length && (range & BITS[i + 1]) != 0;
            if ((range & BITS[i]) != 0 && !(inside && goesOn)) {
                words.append(inside ? " to " : " ").append(NAMES.get(i));
            }
        }
        return words.toString();
    }
}
