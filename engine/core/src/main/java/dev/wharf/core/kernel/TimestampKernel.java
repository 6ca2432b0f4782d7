package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInput;

/**
 * timestamp as YYYY-MM-DD HH:MM:SS[.f to .ffffff], timestamptz the same with +00 behind; other spellings go to the input
 * function.
 */
final class TimestampKernel extends ColumnKernel {
    private static final long COLONS_MASK = 0x0000FF0000FF0000L;
    private static final long COLONS = 0x00003A00003A0000L;

    private final boolean zone;

    TimestampKernel(Column column, TextInput input) {
        super(column, input);
        zone = column.type().kind() == PgType.Kind.TIMESTAMPTZ;
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
        int n = length;
        if (zone) {
            long end = start + length;
            if (length < 22 || getByte(end - 3) != '+' || getByte(end - 2) != '0' || getByte(end - 1) != '0') {
                return general(start, length, out, row);
            }
            n -= 3;
        }
        int days = n >= 19 && n <= 26 && n != 20 && getByte(start + 10) == ' ' ? DateKernel.days(start) : DateKernel.BAD;
        if (days == DateKernel.BAD) {
            return general(start, length, out, row);
        }
        long w = getLong(start + 11);
        // HH:MM:SS with zeros where the colons were, then two digits each.
        long digits = (w & ~COLONS_MASK) | (Digits.ZEROS & COLONS_MASK);
        if ((w & COLONS_MASK) != COLONS || !Digits.allDigits(digits)) {
            return general(start, length, out, row);
        }
        int v = (int) Digits.value(digits);
        int hour = v / 1_000_000;
        int minute = v / 1000 % 1000;
        int second = v % 1000;
        long micros = 0;
        if (n > 19) {
            int decimals = n - 20;
            micros = getByte(start + 19) == '.' ? Digits.parse(start + n, decimals) : Digits.BAD;
            if (micros != Digits.BAD) {
                micros *= Digits.POWERS_OF_TEN[6 - decimals];
            }
        }
        if (hour > 23 || minute > 59 || second > 59 || micros == Digits.BAD) {
            return general(start, length, out, row);
        }
        putLong(out.dataAddress() + 8L * row,
                days * 86_400_000_000L + ((hour * 60 + minute) * 60 + second) * 1_000_000L + micros);
        return true;
    }
}
