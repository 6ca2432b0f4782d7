package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.TextInput;

/**
 * numeric(p,s) as Decimal128, of up to four base-10000 digits and with exactly the scale's decimals; others go to the receive
 * function.
 */
final class BinaryDecimalKernel extends ColumnKernel {
    private static final int HEAD = Long.BYTES;
    private static final int DIGITS = 4;
    private static final int NEGATIVE = 0x4000;
    private static final long LANES = 0x8000_8000_8000_8000L;
    /** Added to a digit, sets its lane's highest bit if it is 10000 or more. */
    private static final long EXCESS = (0x8000 - 10_000) * 0x0001_0001_0001_0001L;

    private final int scale;
    /** Below which a value is sure to fit the precision. */
    private final long limit;

    BinaryDecimalKernel(Column column, TextInput input) {
        super(column, input);
        scale = column.type().scale();
        int precision = column.type().precision();
        limit = precision >= 18 ? Long.MAX_VALUE : Digits.POWERS_OF_TEN[precision];
    }

    @Override
    protected int convertAll(FieldBlock block, int from, ColumnBuilder out) {
        int row = out.rows() + from;
        for (int r = from; r < block.rows; r++, row++) {
            long start = block.starts[r];
            int length = block.lengths[r];
            if (length < 0) {
                out.storeEmpty(row);
                continue;
            }
            long head = Long.reverseBytes(getLong(start));
            int digits = (int) (head >>> 48);
            int sign = (int) (head >>> 16) & 0xFFFF;
            long v = length == HEAD + 2 * digits && digits <= DIGITS && (head & 0xFFFF) == scale && (sign & ~NEGATIVE) == 0
                    ? value(Long.reverseBytes(getLong(start + HEAD)), digits, (short) (head >>> 32)) : Digits.BAD;
            if (v < 0 || v >= limit) {
                if (!general(start, length, out, row)) {
                    return r;
                }
                continue;
            }
            v = sign == 0 ? v : -v;
            long at = out.dataAddress() + 16L * row;
            putLong(at, v);
            putLong(at + 8, v >> 63);
        }
        return block.rows;
    }

    /**
     * The unscaled value, or {@link Digits#BAD}.
     *
     * @param word   the digits, the first one highest
     * @param weight of the first: how many more are before the point
     */
    private long value(long word, int digits, int weight) {
        // In two steps: of 64 bits a shift would move none
        int spare = 8 * (DIGITS - digits);
        long d = word >>> spare >>> spare;
        if (((d | d + EXCESS) & LANES) != 0) {
            return Digits.BAD;
        }
        if (digits == 0) {
            return 0;
        }
        int fraction = digits - 1 - weight;
        int zeros = scale - 4 * fraction;
        if (zeros >= 0) {
            return zeros + 4 * digits <= 18 ? whole(d) * Digits.POWERS_OF_TEN[zeros] : Digits.BAD;
        }
        if (zeros <= -4) {
            return Digits.BAD;
        }
        int last = (int) d & 0xFFFF;
        int cut = switch (zeros) {
            case -1 -> last / 10;
            case -2 -> last / 100;
            default -> last / 1000;
        };
        long power = Digits.POWERS_OF_TEN[-zeros];
        return cut * power == last ? whole(d >>> 16) * Digits.POWERS_OF_TEN[4 + zeros] + cut : Digits.BAD;
    }

    private static long whole(long d) {
        return ((d >>> 48) * 10_000 + (d >>> 32 & 0xFFFF)) * 100_000_000 + (d >>> 16 & 0xFFFF) * 10_000 + (d & 0xFFFF);
    }
}
