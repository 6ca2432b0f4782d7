package dev.wharf.bench.lock;

import java.util.Locale;

/**
 * One point of a sweep.
 *
 * @param processes or threads, of a contender that has no processes
 * @param writers   how many acquires of a hundred are exclusive
 * @param holdNanos how long the lock is held, by a calibrated busy loop; 0: as long as it takes to touch what it protects
 */
public record Mix(int processes, int writers, long holdNanos) {
    /** In words. */
    public String label() {
        return String.format(Locale.ROOT, "%d process%s, %d %% writers, hold %s", processes, processes == 1 ? "" : "es",
                writers, hold(holdNanos));
    }

    /** A duration with its unit. */
    static String hold(long nanos) {
        return nanos == 0 ? "0" : nanos % 1000 == 0 ? nanos / 1000 + " us" : nanos + " ns";
    }
}
