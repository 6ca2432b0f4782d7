package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.getShort;
import static dev.wharf.core.memory.OffHeap.putInt;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.TextInput;
import java.time.LocalDate;

/** date as YYYY-MM-DD of the years 1800 to 2199; other spellings go to the input function. */
final class DateKernel extends ColumnKernel {
    static final int BAD = Integer.MIN_VALUE;

    private static final long DASHES_MASK = 0xFF0000FF00000000L;
    private static final long DASHES = 0x2D00002D00000000L;
    private static final int FIRST_YEAR = 1800;
    private static final int YEARS = 400;
    /**
     * For year and month, 16 a year: the day before the month's first, and 5 bits for its length; 0 where there is no such
     * month.
     */
    private static final int[] MONTHS = new int[YEARS << 4];

    static {
        for (int i = 0; i < YEARS; i++) {
            for (int month = 1; month <= 12; month++) {
                LocalDate first = LocalDate.of(FIRST_YEAR + i, month, 1);
                MONTHS[(i << 4) + month] = (int) (first.toEpochDay() - 1) << 5 | first.lengthOfMonth();
            }
        }
    }

    DateKernel(Column column, TextInput input) {
        super(column, input);
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        int row = out.rows() + from;
        for (int r = from; r < block.rows; r++, row++) {
            int length = block.lengths[r];
            if (length < 0) {
                out.storeEmpty(row);
            } else if (!convert(block.starts[r], length, out, row)) {
                return r;
            }
        }
        return block.rows;
    }

    private boolean convert(long start, int length, ColumnBuilder out, int row) {
        int days = length == 10 ? days(start) : BAD;
        if (days == BAD) {
            return general(start, length, out, row);
        }
        putInt(out.dataAddress() + 4L * row, days);
        return true;
    }

    /** Days since 1970-01-01 of ten bytes YYYY-MM-DD, or {@link #BAD}. */
    static int days(long start) {
        long w = getLong(start);
        int dd = getShort(start + 8);
        if ((w & DASHES_MASK) != DASHES) {
            return BAD;
        }
        // Eight digits in a row: YYYY, then MM, then DD.
        long digits = (w & 0xFFFFFFFFL) | (w >>> 8 & 0x0000FFFF00000000L) | (long) dd << 48;
        if (!Digits.allDigits(digits)) {
            return BAD;
        }
        // Each even byte becomes its pair's value: century, year, month, day.
        long v = digits - Digits.ZEROS;
        v = v * 10 + (v >>> 8);
        int year = (int) (v & 0xFF) * 100 + (int) (v >>> 16 & 0xFF);
        int month = (int) (v >>> 32 & 0xFF);
        int day = (int) (v >>> 48 & 0xFF);
        int index = (year - FIRST_YEAR << 4) + month;
        if (month > 12 || day == 0 || index < 0 || index >= MONTHS.length) {
            return BAD;
        }
        int entry = MONTHS[index];
        return day <= (entry & 0x1F) ? (entry >> 5) + day : BAD;
    }
}
