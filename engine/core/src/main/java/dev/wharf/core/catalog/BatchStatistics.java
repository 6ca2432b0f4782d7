package dev.wharf.core.catalog;

import dev.wharf.core.catalog.ColumnStatistics.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The statistics of a batch's columns, in the table's order, as the few bytes that stand in the batch's own message and in the
 * manifest. Nothing is unpacked before it is asked for. Immutable.
 *
 * <pre>
 *   for each column:
 *     1 byte       low half: bytes of a bound, 0 if there are none, 15 for 16; high half: bytes of the null count
 *     null count   0, 1, 2 or 4 bytes
 *     min, max     1, 2, 4, 8 or 16 bytes each, signed; of 16 bytes the low half first
 * </pre>
 * Little-endian. A bound takes the fewest bytes that hold both.
 *
 * <p>A manifest is read as a whole and replaced as a whole, so what it keeps of a batch is limited: the statistics of the first
 * columns, as many as {@link #MAX_LENGTH} bytes hold, which are some 200 of integers and at least 55 of any types. Of the
 * columns behind them nothing is known.
 */
public final class BatchStatistics {
    /** Bytes that the statistics of a batch take at most. */
    public static final int MAX_LENGTH = 2048;
    /** Of a batch about which nothing is known. */
    public static final BatchStatistics NONE = new BatchStatistics(new byte[0]);

    private static final int WIDE = 15;
    private static final int MAX_COLUMN_LENGTH = 1 + Integer.BYTES + 4 * Long.BYTES;

    private final byte[] bytes;

    private BatchStatistics(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Those of a batch's columns, as far as there is room for them. */
    public static BatchStatistics of(List<ColumnStatistics> columns) {
        ByteBuffer b = ByteBuffer.allocate(maxLength(columns.size())).order(ByteOrder.LITTLE_ENDIAN);
        for (ColumnStatistics column : columns) {
            int nulls = column.nullCount();
            int nullWidth = nulls == 0 ? 0 : width(new Value(0, nulls));
            int width = column.min() == null ? 0 : Math.max(width(column.min()), width(column.max()));
            if (b.remaining() < 1 + nullWidth + 2 * width) {
                break;
            }
            b.put((byte) (Math.min(width, WIDE) | nullWidth << 4));
            put(b, new Value(0, nulls), nullWidth);
            if (width > 0) {
                put(b, column.min(), width);
                put(b, column.max(), width);
            }
        }
        return new BatchStatistics(Arrays.copyOf(b.array(), b.position()));
    }

    /** Bytes that the statistics of so many columns take at most. */
    public static int maxLength(int columns) {
        return (int) Math.min(MAX_LENGTH, (long) columns * MAX_COLUMN_LENGTH);
    }

    /** @throws IllegalArgumentException if that is not what {@link #bytes} gives */
    public static BatchStatistics ofBytes(byte[] bytes) {
        BatchStatistics statistics = new BatchStatistics(bytes.clone());
        int at = 0;
        while (at < bytes.length) {
            int next = statistics.next(at);
            if (next > bytes.length || !isWidth(bytes[at] & 15, WIDE) || !isWidth(bytes[at] >> 4 & 15, Integer.BYTES)) {
                throw new IllegalArgumentException("no statistics at byte " + at + " of " + bytes.length);
            }
            at = next;
        }
        return bytes.length == 0 ? NONE : statistics;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    /** The statistics of one of the table's columns; null if nothing is known of it. */
    public ColumnStatistics column(int index) {
        int at = 0;
        for (int i = 0; i < index && at < bytes.length; i++) {
            at = next(at);
        }
        if (at >= bytes.length) {
            return null;
        }
        int nullWidth = bytes[at] >> 4 & 15;
        int width = boundWidth(at);
        int nulls = (int) get(at + 1, nullWidth).lo();
        at += 1 + nullWidth;
        return width == 0 ? new ColumnStatistics(nulls, null, null)
                : new ColumnStatistics(nulls, get(at, width), get(at + width, width));
    }

    /** The same with another column's; as they are if nothing is known of the column. */
    public BatchStatistics with(int index, ColumnStatistics statistics) {
        List<ColumnStatistics> all = new ArrayList<>();
        for (ColumnStatistics column; (column = column(all.size())) != null;) {
            all.add(column);
        }
        if (index >= all.size()) {
            return this;
        }
        all.set(index, statistics);
        return of(all);
    }

    private int next(int at) {
        return at + 1 + (bytes[at] >> 4 & 15) + 2 * boundWidth(at);
    }

    private int boundWidth(int at) {
        int width = bytes[at] & 15;
        return width == WIDE ? 16 : width;
    }

    private static boolean isWidth(int width, int largest) {
        return width <= largest && (width == 0 || width == 1 || width == 2 || width == 4 || width == 8 || width == WIDE);
    }

    private static int width(Value value) {
        if (value.hi() != value.lo() >> 63) {
            return 16;
        }
        long v = value.lo();
        return v == (byte) v ? 1 : v == (short) v ? 2 : v == (int) v ? 4 : 8;
    }

    private static void put(ByteBuffer b, Value value, int width) {
        switch (width) {
            case 0 -> { }
            case 1 -> b.put((byte) value.lo());
            case 2 -> b.putShort((short) value.lo());
            case 4 -> b.putInt((int) value.lo());
            case 8 -> b.putLong(value.lo());
            default -> b.putLong(value.lo()).putLong(value.hi());
        }
    }

    private Value get(int at, int width) {
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return switch (width) {
            case 0 -> Value.of(0);
            case 1 -> Value.of(b.get(at));
            case 2 -> Value.of(b.getShort(at));
            case 4 -> Value.of(b.getInt(at));
            case 8 -> Value.of(b.getLong(at));
            default -> new Value(b.getLong(at + 8), b.getLong(at));
        };
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof BatchStatistics s && Arrays.equals(bytes, s.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** One column a line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; column(i) != null; i++) {
            text.append(i == 0 ? "" : "\n").append(column(i));
        }
        return text.toString();
    }
}
