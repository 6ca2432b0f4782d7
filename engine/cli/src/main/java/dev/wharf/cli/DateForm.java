package dev.wharf.cli;

import dev.wharf.core.types.DateOrder;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A date or timestamp as CSV files have them and as COPY reads them.
 *
 * @param form   DATE, TIMESTAMP or TIMESTAMPTZ
 * @param orders settings of DateStyle under which it is a date where the year comes last; null where the year comes first
 */
record DateForm(ColumnInference.Form form, EnumSet<DateOrder> orders) {
    private static final String TIME = "([0-9]{1,2}):([0-5][0-9])(?::[0-5][0-9](?:\\.[0-9]{1,6})?)?( ?[AaPp][Mm])?";
    private static final Pattern YEAR_FIRST = Pattern.compile("([0-9]{4})([-/.])([0-9]{2})\\2([0-9]{2})(?:[ T](.+))?");
    private static final Pattern YEAR_LAST = Pattern.compile("([0-9]{1,2})([-/.])([0-9]{1,2})\\2([0-9]{4})(?: (.+))?");
    private static final Pattern TIME_AND_ZONE = Pattern.compile(TIME + "(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?");

    /** Null for a value that is none, such as 2024-02-30. */
    static DateForm of(String text) {
        Matcher first = YEAR_FIRST.matcher(text);
        if (first.matches()) {
            ColumnInference.Form form = form(first.group(5));
            return form == null || !isDate(first.group(1), first.group(3), first.group(4)) ? null : new DateForm(form, null);
        }
        Matcher last = YEAR_LAST.matcher(text);
        if (!last.matches()) {
            return null;
        }
        EnumSet<DateOrder> orders = EnumSet.noneOf(DateOrder.class);
        if (isDate(last.group(4), last.group(3), last.group(1))) {
            orders.add(DateOrder.DMY);
        }
        if (isDate(last.group(4), last.group(1), last.group(3))) {
            orders.add(DateOrder.MDY);
        }
        ColumnInference.Form form = form(last.group(5));
        return form == null || orders.isEmpty() ? null : new DateForm(form, orders);
    }

    private static boolean isDate(String year, String month, String day) {
        try {
            return LocalDate.of(Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day)).getYear() > 0;
        } catch (DateTimeException _) {
            return false;
        }
    }

    /** @param time what follows the date, null if nothing does */
    private static ColumnInference.Form form(String time) {
        if (time == null) {
            return ColumnInference.Form.DATE;
        }
        Matcher matcher = TIME_AND_ZONE.matcher(time);
        if (!matcher.matches()) {
            return null;
        }
        int hour = Integer.parseInt(matcher.group(1));
        boolean half = matcher.group(3) != null;
        if (half ? hour == 0 || hour > 12 || matcher.group(4) != null : hour > 23) {
            return null;
        }
        return matcher.group(4) == null ? ColumnInference.Form.TIMESTAMP : ColumnInference.Form.TIMESTAMPTZ;
    }

    /** What comes first in such an order, for people. */
    static String words(DateOrder order) {
        return switch (order) {
            case DMY -> "day/month/year";
            case MDY -> "month/day/year";
            case YMD -> "year/month/day";
        };
    }
}
