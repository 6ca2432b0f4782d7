package dev.wharf.bench.lock;

import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counts of nanoseconds in buckets, exact to 1/64, in shared memory: what a peer in any language can add to with a few
 * instructions. The harness makes HdrHistograms of them.
 *
 * <p>Below {@code 2^(BITS + 1)} each value has its bucket; above, each power of two is cut in {@code 2^BITS}. What is longer than
 * the last bucket, some 18 minutes, is counted there.
 */
final class WaitBuckets {
    static final int BITS = 6;
    private static final int POWERS = 34;
    static final int COUNT = POWERS + 1 << BITS;

    private WaitBuckets() {
    }

    static int index(long nanos) {
        if (nanos < 1 << BITS + 1) {
            return (int) Math.max(0, nanos);
        }
        int shift = Long.SIZE - 1 - BITS - Long.numberOfLeadingZeros(nanos);
        return Math.min(COUNT - 1, (shift << BITS) + (int) (nanos >>> shift));
    }

    /** The middle of a bucket. */
    static long nanos(int index) {
        int shift = Math.max(0, (index >>> BITS) - 1);
        long least = (long) index - ((long) shift << BITS) << shift;
        return least + (1L << shift) / 2;
    }

    static void add(UnsafeBuffer buffer, int buckets, long nanos) {
        int at = buckets + index(nanos) * Long.BYTES;
        buffer.putLong(at, buffer.getLong(at) + 1);
    }

    /** Adds what was counted to {@code histogram}. */
    static void read(UnsafeBuffer buffer, int buckets, Histogram histogram) {
        for (int i = 0; i < COUNT; i++) {
            long count = buffer.getLong(buckets + i * Long.BYTES);
            if (count > 0) {
                histogram.recordValueWithCount(nanos(i), count);
            }
        }
    }

    static Histogram histogram() {
        return new Histogram(nanos(COUNT - 1), 3);
    }
}
