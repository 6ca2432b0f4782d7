package dev.wharf.core.types;

/** Intervals in IntervalStyle postgres: {@code 1 year 2 mons -3 days +04:05:06.7}. */
final class IntervalOutput {
    private static final int MONTHS_PER_YEAR = 12;

    private IntervalOutput() {
    }

    static void format(Datum value, TextBuffer target) {
        target.clear();
        if (IntervalInput.isInfinity(value)) {
            target.put("infinity");
        } else if (IntervalInput.isMinusInfinity(value)) {
            target.put("-infinity");
        } else {
            int months = IntervalInput.months(value.hi);
            boolean negative = part(months / MONTHS_PER_YEAR, " year", false, target);
            negative = part(months % MONTHS_PER_YEAR, " mon", negative, target);
            negative = part(IntervalInput.days(value.hi), " day", negative, target);
            if (value.lo != 0 || target.length == 0) {
                time(value.lo, negative, target);
            }
        }
    }

    /** Returns whether a part behind this one needs a plus sign if it is positive. */
    private static boolean part(int value, String unit, boolean afterNegative, TextBuffer target) {
        if (value == 0) {
            return afterNegative;
        }
        if (target.length > 0) {
            target.put(' ');
        }
        if (afterNegative && value > 0) {
            target.put('+');
        }
        target.put(Integer.toString(value)).put(unit);
        if (value != 1) {
            target.put('s');
        }
        return value < 0;
    }

    private static void time(long micros, boolean afterNegative, TextBuffer target) {
        if (target.length > 0) {
            target.put(' ');
        }
        if (micros < 0) {
            target.put('-');
        } else if (afterNegative) {
            target.put('+');
        }
        // parts of the remainder are small enough to turn round, the smallest long itself is not
        long hours = Math.abs(micros / CalendarMath.USECS_PER_HOUR);
        long rest = Math.abs(micros % CalendarMath.USECS_PER_HOUR);
        put(hours, target);
        put(rest / CalendarMath.USECS_PER_MINUTE, target.put(':'));
        put(rest / CalendarMath.USECS_PER_SEC % 60, target.put(':'));
        int fraction = (int) (rest % CalendarMath.USECS_PER_SEC);
        if (fraction != 0) {
            target.put('.');
            DecimalText.digits(fraction, target.ensure(6), target.length, 6);
            target.length += 6;
            while (target.bytes[target.length - 1] == '0') {
                target.length--;
            }
        }
    }

    private static void put(long value, TextBuffer target) {
        if (value < 10) {
            target.put('0');
        }
        target.put(Long.toString(value));
    }
}
