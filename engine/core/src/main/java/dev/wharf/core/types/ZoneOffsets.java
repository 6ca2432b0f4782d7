package dev.wharf.core.types;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/** The offsets of a time zone. */
sealed interface ZoneOffsets {
    /**
     * Seconds east of UTC at a local time: before the transition for a time that a change of clocks skips, after it for one
     * that occurs twice.
     *
     * @param localSeconds seconds since 1970-01-01 00:00 on the zone's clocks
     */
    int offsetAt(long localSeconds);

    /** Seconds east of UTC at a time. @param utcSeconds seconds since 1970-01-01 00:00 UTC */
    int offsetAtInstant(long utcSeconds);

    /** Whether there is but one offset, ever. */
    boolean isFixed();

    /** One offset. */
    record Fixed(int offset) implements ZoneOffsets {
        @Override
        public int offsetAt(long localSeconds) {
            return offset;
        }

        @Override
        public int offsetAtInstant(long utcSeconds) {
            return offset;
        }

        @Override
        public boolean isFixed() {
            return true;
        }
    }

    /** A zone of the IANA database. */
    record Named(ZoneRules rules) implements ZoneOffsets {
        @Override
        public int offsetAt(long localSeconds) {
            LocalDateTime local = LocalDateTime.ofEpochSecond(localSeconds, 0, ZoneOffset.UTC);
            ZoneOffsetTransition transition = rules.getTransition(local);
            ZoneOffset offset = transition == null ? rules.getOffset(local)
                    : transition.isGap() ? transition.getOffsetBefore() : transition.getOffsetAfter();
            return offset.getTotalSeconds();
        }

        @Override
        public int offsetAtInstant(long utcSeconds) {
            return rules.getOffset(Instant.ofEpochSecond(utcSeconds)).getTotalSeconds();
        }

        @Override
        public boolean isFixed() {
            return rules.isFixedOffset();
        }
    }

    /**
     * A POSIX zone with daylight-saving time, which begins on the second Sunday of March and ends on the first of November, at
     * 2 o'clock each.
     */
    record Posix(int standard, int daylight) implements ZoneOffsets {
        private static final int CHANGE_HOUR_SECONDS = 2 * 3600;

        @Override
        public int offsetAt(long localSeconds) {
            // the next change after the day before decides, as changes lie further apart than that
            long probe = localSeconds - CalendarMath.SECS_PER_DAY;
            int year = LocalDate.ofEpochDay(Math.floorDiv(probe, CalendarMath.SECS_PER_DAY)).getYear();
            for (int y = year - 1;; y++) {
                long begin = change(y, Month.MARCH, 2) - standard;
                if (begin > probe) {
                    return choose(localSeconds, begin, standard, daylight);
                }
                long end = change(y, Month.NOVEMBER, 1) - daylight;
                if (end > probe) {
                    return choose(localSeconds, end, daylight, standard);
                }
            }
        }

        @Override
        public int offsetAtInstant(long utcSeconds) {
            int year = LocalDate.ofEpochDay(Math.floorDiv(utcSeconds, CalendarMath.SECS_PER_DAY)).getYear();
            boolean summer = utcSeconds >= change(year, Month.MARCH, 2) - standard
                    && utcSeconds < change(year, Month.NOVEMBER, 1) - daylight;
            return summer ? daylight : standard;
        }

        private static int choose(long localSeconds, long boundary, int before, int after) {
            long ifBefore = localSeconds - before;
            long ifAfter = localSeconds - after;
            if (ifBefore < boundary && ifAfter < boundary) {
                return before;
            }
            if (ifBefore > boundary && ifAfter >= boundary) {
                return after;
            }
            return ifBefore > ifAfter ? before : after;
        }

        private static long change(int year, Month month, int week) {
            LocalDate day = LocalDate.of(year, month, 1).with(TemporalAdjusters.dayOfWeekInMonth(week, DayOfWeek.SUNDAY));
            return day.toEpochDay() * CalendarMath.SECS_PER_DAY + CHANGE_HOUR_SECONDS;
        }

        @Override
        public boolean isFixed() {
            return standard == daylight;
        }
    }
}
