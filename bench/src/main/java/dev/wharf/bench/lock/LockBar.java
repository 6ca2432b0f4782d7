package dev.wharf.bench.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A speed that the project holds its lock to. Of nanoseconds less is better, of ratios more.
 *
 * @param least    what must hold
 * @param goal     what is aimed at; NaN for nothing more
 * @param measured NaN where it was not
 * @param noise    the best of the rounds, where {@code measured} is a median: a ratio below {@code least} is even, not a
 *                 miss, if the best round reaches it
 */
record LockBar(String name, boolean lessIsBetter, double least, double goal, double measured, double noise) {
    /** PostgreSQL's own, measured apart from these runs: its LWLock called from a C extension. */
    static final double POSTGRES_NANOS = 21;
    static final double GOAL_NANOS = 17;
    private static final int READ_MOSTLY = 10;
    private static final double READ_MOSTLY_GOAL = 2;

    static List<LockBar> of(LockResults results) {
        LockContender lock = LockContender.named(LockContender.SUBJECT);
        LockContender peer = LockContender.named(LockContender.PEER);
        List<LockBar> bars = new ArrayList<>();
        for (boolean exclusive : new boolean[] {true, false}) {
            String mode = exclusive ? "exclusive" : "shared";
            double jmh = results.jmh("lwLock" + (exclusive ? "Exclusive" : "Shared"));
            bars.add(nanos("uncontended, " + mode + ", against PostgreSQL's 21 ns (JMH)", POSTGRES_NANOS, GOAL_NANOS, jmh));
            double own = results.uncontended(lock, exclusive);
            bars.add(nanos("uncontended, " + mode + ", against pthread_rwlock in the same loop",
                    results.uncontended(peer, exclusive), Double.NaN, own));
        }
        for (Mix mix : results.mixes()) {
            if (mix.processes() > 1) {
                double theirs = results.median(peer, mix, LockResults.Sample::acquiresPerSecond);
                double ours = results.median(lock, mix, LockResults.Sample::acquiresPerSecond);
                double best = results.most(lock, mix, LockResults.Sample::acquiresPerSecond);
                bars.add(new LockBar(mix.label(), false, 1, mix.writers() <= READ_MOSTLY ? READ_MOSTLY_GOAL : 1,
                        ours / theirs, best / theirs));
            }
        }
        return bars;
    }

    private static LockBar nanos(String name, double least, double goal, double measured) {
        return new LockBar(name, true, least, goal, measured, measured);
    }

    boolean isSweep() {
        return !lessIsBetter;
    }

    String verdict() {
        if (Double.isNaN(measured) || Double.isNaN(least)) {
            return "not measured";
        }
        if (lessIsBetter) {
            return measured <= goal ? "goal met" : measured <= least ? "met" : "MISSED";
        }
        return measured >= goal ? "goal met" : measured >= least ? "met" : noise >= least ? "even" : "MISSED";
    }

    /** With its unit. */
    String value(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, lessIsBetter ? "%.1f ns" : "%.2f ×", value);
    }
}
