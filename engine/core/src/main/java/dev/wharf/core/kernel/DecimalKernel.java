package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.TextInput;

/**
 * numeric(p,s) as Decimal128: an optional sign and up to 16 digits, with exactly the scale's number of decimals (the
 * canonical form, by word), or fewer, or none; other spellings go to the input function.
 */
final class DecimalKernel extends ColumnKernel {
    private final int scale;
    /** Below which a value is sure to fit the precision. */
    private final long limit;
    /** Whether the point has a place in the last word, and the bytes of that word behind and before it. */
    private final boolean words;
    private final long above;
    private final long below;

    DecimalKernel(Column column, TextInput input) {
        super(column, input);
        int precision = column.type().precision();
        scale = column.type().scale();
        words = scale > 0 && scale <= 6;
        above = words ? -1L << (8 - scale << 3) : 0;
        below = words ? (1L << (7 - scale << 3)) - 1 : 0;
        limit = precision >= 18 ? Long.MAX_VALUE : Digits.POWERS_OF_TEN[precision];
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        int row = out.rows() + from;
        long at = out.dataAddress() + 16L * row;
        for (int r = from; r < block.rows; r++, row++, at += 16) {
            int length = block.lengths[r];
            if (length < 0) {
                out.storeEmpty(row);
                continue;
            }
            long start = block.starts[r];
            int sign = getByte(start) == '-' ? 1 : 0;
            long v = canonical(start + length, length - sign - 1);
            if (v < 0 || v >= limit) {
                if (!convert(start, length, out, row)) {
                    return r;
                }
                continue;
            }
            v = (v ^ -sign) + sign;
            putLong(at, v);
            putLong(at + 8, v >> 63);
        }
        return block.rows;
    }

    /** The number of {@code n} digits that ends before {@code end} with exactly the scale's decimals, or {@link Digits#BAD}. */
    private long canonical(long end, int n) {
        if (!words || n < scale || n > 16 || getByte(end - 1 - scale) != '.') {
            return Digits.BAD;
        }
        // The last eight bytes hold the point at a fixed place: close the gap with the byte before them.
        long word = getLong(end - 8);
        long low = (word & above) | ((word & below) << 8) | (getByte(end - 9) & 0xFFL);
        if (n <= 8) {
            low = Digits.last(low, n);
            return Digits.allDigits(low) ? Digits.value(low) : Digits.BAD;
        }
        long high = Digits.last(getLong(end - 17), n - 8);
        return Digits.allDigits(low) && Digits.allDigits(high)
                ? Digits.value(high) * 100_000_000L + Digits.value(low) : Digits.BAD;
    }

    private boolean convert(long start, int length, ColumnBuilder out, int row) {
        int sign = getByte(start) == '-' ? 1 : 0;
        long v = byDigit(start + sign, start + length);
        if (v == Digits.BAD || v >= limit) {
            return general(start, length, out, row);
        }
        v = (v ^ -sign) + sign;
        long at = out.dataAddress() + 16L * row;
        putLong(at, v);
        putLong(at + 8, v >> 63);
        return true;
    }

    /** Digits with at most one point and at most {@code scale} decimals, or {@link Digits#BAD}. */
    private long byDigit(long start, long end) {
        if (end - start > 18 || end == start) {
            return Digits.BAD;
        }
        long v = 0;
        int decimals = -1;
        int digits = 0;
        for (long at = start; at < end; at++) {
            int d = getByte(at) - '0';
            if (d >= 0 && d <= 9) {
                v = v * 10 + d;
                digits++;
                if (decimals >= 0) {
                    decimals++;
                }
            } else if (d == '.' - '0' && decimals < 0) {
                decimals = 0;
            } else {
                return Digits.BAD;
            }
        }
        int missing = scale - Math.max(decimals, 0);
        if (digits == 0 || missing < 0 || digits + missing > 18) {
            return Digits.BAD;
        }
        return v * Digits.POWERS_OF_TEN[missing];
    }
}
