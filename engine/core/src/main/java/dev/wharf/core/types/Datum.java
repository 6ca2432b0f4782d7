package dev.wharf.core.types;

/**
 * One value in its stored form, reused from value to value by its thread.
 *
 * <ul>
 * <li>boolean, integers, date (days since 1970-01-01), time (microseconds), timestamps (microseconds since 1970-01-01
 * 00:00, UTC): {@link #lo}; {@code infinity} is the type's largest, {@code -infinity} its smallest value;
 * <li>real and double precision: their raw bits in {@link #lo};
 * <li>numeric with Decimal128 storage: the unscaled value, two's complement, {@link #lo} and {@link #hi};
 * NaN is {@code -2^127}, which no precision reaches;
 * <li>interval: microseconds in {@link #lo}, days in the lower and months in the upper half of {@link #hi}; the infinities are
 * the largest and the smallest value of all three;
 * <li>uuid: its 16 bytes, big-endian, {@link #hi} first in text order, then {@link #lo};
 * <li>text, varchar, char, bytea, json; jsonb, arrays, and numeric that is not Decimal128 (the text that PostgreSQL prints):
 * {@link #bytes} from 0 to {@link #length}.
 * </ul>
 */
public final class Datum {
    public long lo;
    public long hi;
    public byte[] bytes = new byte[64];
    public int length;

    /** Makes room for {@code capacity} bytes; what {@link #bytes} held is lost. */
    public byte[] reserve(int capacity) {
        if (bytes.length < capacity) {
            bytes = new byte[Math.max(capacity, bytes.length * 2)];
        }
        return bytes;
    }
}
