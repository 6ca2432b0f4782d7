package dev.wharf.core.catalog;

/**
 * What is known of one column of a batch without reading it.
 *
 * <p>{@code min} and {@code max} are the values that PostgreSQL's aggregates of these names give for the batch: NaN is larger
 * than any other number, infinite dates are the outermost, uuids go by their bytes. Zero is +0, which equals -0.
 *
 * @param nullCount rows that are NULL
 * @param min       smallest value; null if all rows are NULL, or if no bounds are kept for the type: text and its kin, bytea,
 *                  and numeric as text. Their order costs a comparison of bytes a value, and text's depends on a collation
 * @param max       largest value; null when {@code min} is
 */
public record ColumnStatistics(int nullCount, Value min, Value max) {
    public ColumnStatistics {
        if (nullCount < 0 || min == null != (max == null)) {
            throw new IllegalArgumentException("nullCount=" + nullCount + ", min=" + min + ", max=" + max);
        }
    }

    /** A value as in {@link dev.wharf.core.types.Datum}; {@code hi} is {@code lo}'s sign where a type has no use for it. */
    public record Value(long hi, long lo) {
        /** A value of a type that takes no more than {@code lo}. */
        public static Value of(long lo) {
            return new Value(lo >> 63, lo);
        }
    }
}
