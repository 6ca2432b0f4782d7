package dev.wharf.bench.data;

/**
 * SplitMix64: the same numbers from the same seed under every JDK, which {@link java.util.SplittableRandom} does not
 * promise. Not thread-safe.
 */
public final class SplitMix {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    public SplitMix(long seed) {
        state = seed;
    }

    public long nextLong() {
        state += GOLDEN;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** From 0 to {@code bound - 1}, {@code bound > 0}. The bias of at most bound / 2^64 does not matter here. */
    public long below(long bound) {
        return Math.unsignedMultiplyHigh(nextLong(), bound);
    }

    /** From 0 to {@code bound - 1}. */
    public int below(int bound) {
        return (int) below((long) bound);
    }
}
