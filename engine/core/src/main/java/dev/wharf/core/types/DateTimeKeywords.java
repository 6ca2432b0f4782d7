package dev.wharf.core.types;

/** The words of date and time input, in lower case. */
final class DateTimeKeywords {
    /** Kinds of words and of fields; each but UNKNOWN is also the bit that marks its field as seen. */
    static final int RESERV = 0;
    static final int MONTH = 1;
    static final int YEAR = 2;
    static final int DAY = 3;
    static final int TZ = 5;
    static final int DTZ = 6;
    static final int DYNTZ = 7;
    static final int IGNORE = 8;
    static final int AMPM = 9;
    static final int HOUR = 10;
    static final int MINUTE = 11;
    static final int SECOND = 12;
    static final int DOY = 15;
    static final int DOW = 16;
    static final int UNITS = 17;
    static final int ADBC = 18;
    static final int ISOTIME = 23;
    static final int DTZMOD = 28;
    static final int UNKNOWN = 31;

    /** Values of RESERV, UNITS and ISOTIME words. */
    static final int DATE = 2;
    static final int TIME = 3;
    static final int NOW = 12;
    static final int EPOCH = 11;
    static final int LATE = 10;
    static final int EARLY = 9;
    static final int TODAY = 13;
    static final int YESTERDAY = 14;
    static final int TOMORROW = 15;
    static final int ZULU = 16;
    static final int JULIAN = 31;
    static final int OTHER_UNIT = 99;

    static final int AM = 0;
    static final int PM = 1;
    static final int HR24 = 2;
    static final int AD = 0;
    static final int BC = 1;

    static final WordTable WORDS = new WordTable()
            .add(RESERV, EARLY, "-infinity").add(RESERV, LATE, "infinity", "+infinity")
            .add(RESERV, ZULU, "allballs").add(RESERV, EPOCH, "epoch").add(RESERV, NOW, "now")
            .add(RESERV, TODAY, "today").add(RESERV, TOMORROW, "tomorrow").add(RESERV, YESTERDAY, "yesterday")
            .add(ADBC, AD, "ad").add(ADBC, BC, "bc").add(AMPM, AM, "am").add(AMPM, PM, "pm")
            .add(MONTH, 1, "jan", "january").add(MONTH, 2, "feb", "february").add(MONTH, 3, "mar", "march")
            .add(MONTH, 4, "apr", "april").add(MONTH, 5, "may").add(MONTH, 6, "jun", "june")
            .add(MONTH, 7, "jul", "july").add(MONTH, 8, "aug", "august").add(MONTH, 9, "sep", "sept", "september")
            .add(MONTH, 10, "oct", "october").add(MONTH, 11, "nov", "november").add(MONTH, 12, "dec", "december")
            .add(DOW, 0, "sun", "sunday").add(DOW, 1, "mon", "monday").add(DOW, 2, "tue", "tues", "tuesday")
            .add(DOW, 3, "wed", "weds", "wednesday").add(DOW, 4, "thu", "thur", "thurs", "thursday")
            .add(DOW, 5, "fri", "friday").add(DOW, 6, "sat", "saturday")
            .add(IGNORE, 0, "at", "on").add(DTZMOD, 3600, "dst")
            .add(ISOTIME, TIME, "t").add(UNITS, JULIAN, "j", "jd", "julian")
            .add(UNITS, OTHER_UNIT, "d", "dow", "doy", "h", "isodow", "isoyear", "m", "mm", "s", "y");

    private DateTimeKeywords() {
    }
}
