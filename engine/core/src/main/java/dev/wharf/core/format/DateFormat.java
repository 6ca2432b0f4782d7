package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.types.PgType;

/** date as YYYY-MM-DD for the years 1 to 9999, the rest by the output function. */
final class DateFormat extends FormatKernel {
    private static final int WIDEST = 24;
    private static final int FIRST_DAY = -719162;
    private static final int LAST_DAY = 2932896;
    /** Days from 0000-03-01, where the leap day is a year's last, to 1970-01-01. */
    private static final int MARCH_EPOCH = 719468;

    /** The days of 1950 to 2050, which nearly all data is of, split beforehand: the divisions cost more than the rest. */
    private static final int TABLE_FIRST = -7305;
    private static final int[] TABLE = new int[101 * 366];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            TABLE[i] = split(TABLE_FIRST + i);
        }
    }

    private final ValueText general;

    DateFormat(PgType type, CopyDialect dialect) {
        super(dialect);
        general = new ValueText(type);
    }

    @Override
    protected long valueWidth(ColumnData column, int first, int rows) {
        return WIDEST;
    }

    @Override
    protected void formatAll(ColumnData column, int first, int rows, long[] cursors, byte terminator) {
        for (int r = 0; r < rows; r++) {
            long at = cursors[r];
            at += formatOne(column, first + r, at);
            putByte(at, terminator);
            cursors[r] = at + 1;
        }
    }

    @Override
    protected int formatOne(ColumnData column, int row, long to) {
        int days = getInt(column.data() + 4L * row);
        if (days < FIRST_DAY || days > LAST_DAY) {
            return general.copy(column, row, to);
        }
        int date = days >= TABLE_FIRST && days < TABLE_FIRST + TABLE.length ? TABLE[days - TABLE_FIRST] : split(days);
        AsciiDigits.putPair(to, date >> 16);
        AsciiDigits.putPair(to + 2, date >> 9 & 0x7F);
        putByte(to + 4, (byte) '-');
        AsciiDigits.putPair(to + 5, date >> 5 & 0xF);
        putByte(to + 7, (byte) '-');
        AsciiDigits.putPair(to + 8, date & 0x1F);
        return 10;
    }

    /** Century, year in it, month and day of a day since 1970-01-01: 7 + 7 + 4 + 5 bits. */
    private static int split(int days) {
        int z = days + MARCH_EPOCH;
        int era = z / 146097;
        int dayOfEra = z - era * 146097;
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int shifted = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * shifted + 2) / 5 + 1;
        int month = shifted < 10 ? shifted + 3 : shifted - 9;
        int year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        return year / 100 << 16 | year % 100 << 9 | month << 5 | day;
    }
}
