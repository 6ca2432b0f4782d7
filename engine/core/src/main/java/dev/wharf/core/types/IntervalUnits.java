package dev.wharf.core.types;

import static dev.wharf.core.types.DateTimeKeywords.DAY;
import static dev.wharf.core.types.DateTimeKeywords.HOUR;
import static dev.wharf.core.types.DateTimeKeywords.IGNORE;
import static dev.wharf.core.types.DateTimeKeywords.MINUTE;
import static dev.wharf.core.types.DateTimeKeywords.MONTH;
import static dev.wharf.core.types.DateTimeKeywords.OTHER_UNIT;
import static dev.wharf.core.types.DateTimeKeywords.SECOND;
import static dev.wharf.core.types.DateTimeKeywords.UNITS;
import static dev.wharf.core.types.DateTimeKeywords.YEAR;

/** The words of interval input beside those of dates, in lower case. */
final class IntervalUnits {
    /** The kind of "ago". */
    static final int AGO = 19;

    /** Values of UNITS words; as bits they mark what has been seen, as YEAR, MONTH, DAY, HOUR, MINUTE and SECOND do. */
    static final int MILLISECOND = 13;
    static final int MICROSECOND = 14;
    static final int WEEK = 24;
    static final int DECADE = 25;
    static final int CENTURY = 26;
    static final int MILLENNIUM = 27;

    /** Words are compared by their first ten letters, so that words of ten stand for all that begin with them. */
    private static final int SIGNIFICANT = 10;

    private static final WordTable WORDS = new WordTable()
            .add(AGO, 0, "ago").add(IGNORE, 0, "@")
            .add(UNITS, MILLENNIUM, "mil", "mils", "millennia", "millennium")
            .add(UNITS, CENTURY, "c", "cent", "century", "centuries")
            .add(UNITS, DECADE, "dec", "decs", "decade", "decades")
            .add(UNITS, YEAR, "y", "yr", "yrs", "year", "years")
            .add(UNITS, MONTH, "mon", "mons", "month", "months")
            .add(UNITS, WEEK, "w", "week", "weeks").add(UNITS, DAY, "d", "day", "days")
            .add(UNITS, HOUR, "h", "hr", "hrs", "hour", "hours")
            .add(UNITS, MINUTE, "m", "mm", "min", "mins", "minute", "minutes")
            .add(UNITS, SECOND, "s", "sec", "secs", "second", "seconds")
            .add(UNITS, MILLISECOND, "ms", "msec", "msecs", "mseconds", "millisecon")
            .add(UNITS, MICROSECOND, "us", "usec", "usecs", "useconds", "microsecon")
            .add(UNITS, OTHER_UNIT, "qtr", "quarter", "timezone", "timezone_h", "timezone_m");

    private IntervalUnits() {
    }

    /** A unit, or a word of dates; null if it is neither. */
    static WordTable.Word find(byte[] text, int start, int end) {
        WordTable.Word word = WORDS.find(text, start, Math.min(end, start + SIGNIFICANT));
        return word != null && (end - start <= SIGNIFICANT || word.text().length == SIGNIFICANT) ? word
                : DateTimeKeywords.WORDS.find(text, start, end);
    }
}
