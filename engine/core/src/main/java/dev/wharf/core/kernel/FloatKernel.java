package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.putInt;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInput;

/**
 * real and double precision: digits with at most one point, where the mantissa and the power of ten are exact in the type
 * (Clinger's fast path), so that one division rounds right; other spellings go to the input function.
 */
final class FloatKernel extends ColumnKernel {
    private static final double[] POWERS = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13,
        1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

    private final boolean isDouble;
    private final long largestMantissa;
    private final int largestPower;

    FloatKernel(Column column, TextInput input) {
        super(column, input);
        isDouble = column.type().kind() == PgType.Kind.FLOAT8;
        largestMantissa = isDouble ? 1L << 53 : 1L << 24;
        largestPower = isDouble ? 22 : 10;
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
        boolean negative = getByte(start) == '-';
        long end = start + length;
        long mantissa = 0;
        int decimals = -1;
        int digits = 0;
        if (length > 18) {
            return general(start, length, out, row);
        }
        for (long at = negative ? start + 1 : start; at < end; at++) {
            int d = getByte(at) - '0';
            if (d >= 0 && d <= 9) {
                mantissa = mantissa * 10 + d;
                digits++;
                if (decimals >= 0) {
                    decimals++;
                }
            } else if (d == '.' - '0' && decimals < 0) {
                decimals = 0;
            } else {
                return general(start, length, out, row);
            }
        }
        int power = Math.max(decimals, 0);
        if (digits == 0 || mantissa > largestMantissa || power > largestPower) {
            return general(start, length, out, row);
        }
        if (isDouble) {
            double v = mantissa / POWERS[power];
            putLong(out.dataAddress() + 8L * row, Double.doubleToRawLongBits(negative ? -v : v));
        } else {
            float v = (float) mantissa / (float) POWERS[power];
            putInt(out.dataAddress() + 4L * row, Float.floatToRawIntBits(negative ? -v : v));
        }
        return true;
    }
}
