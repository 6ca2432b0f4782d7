package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.getShort;
import static dev.wharf.core.memory.OffHeap.putInt;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;

/** date as YYYY-MM-DD, year 0001 to 9999; other spellings go to the input function. */
final class DateKernel extends ColumnKernel {
    static final int BAD = Integer.MIN_VALUE;

    private static final long DASHES_MASK = 0xFF0000FF00000000L;
    private static final long DASHES = 0x2D00002D00000000L;
    private static final int[] DAYS_BEFORE_MONTH = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

    DateKernel(Column column) {
        super(column);
    }

    @Override
    protected boolean convertAll(FieldBlock block, ColumnBuilder out) {
        int row = out.rows();
        for (int r = 0; r < block.rows; r++, row++) {
            int length = block.lengths[r];
            if (length < 0) {
                out.storeEmpty(row);
            } else if (!convert(block.starts[r], length, out, row)) {
                return false;
            }
        }
        return true;
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
        int v = (int) Digits.value(digits);
        int year = v / 10000;
        int month = v / 100 % 100;
        int day = v % 100;
        if (year == 0 || month < 1 || month > 12 || day < 1 || day > 31) {
            return BAD;
        }
        boolean leap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
        if (day > 28 && day > (month == 2 ? leap ? 29 : 28 : 30 + (month + (month >> 3) & 1))) {
            return BAD;
        }
        int y = year - 1;
        return y * 365 + (y >> 2) - y / 100 + y / 400 - 719162 + DAYS_BEFORE_MONTH[month]
                + (leap && month > 2 ? 1 : 0) + day - 1;
    }
}
