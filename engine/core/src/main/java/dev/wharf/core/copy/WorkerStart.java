package dev.wharf.core.copy;

import java.util.concurrent.TimeUnit;

/**
 * When to fork a COPY's workers.
 *
 * <p>A fresh worker costs about a second of processor time before it is worth one: its JVM starts, and compiles what the
 * leader has compiled already. On a processor that nobody needs, that costs nothing, so workers for those are forked at
 * once; two are counted as needed, the leader's and its compiler's. Any other takes its start from the leader, and is
 * forked only if, at the pace of the last moments, more is left to do than its start takes. The pace counts once it has
 * stopped rising, as it does for as long as code is being compiled; how long that took says how long a worker will take, on
 * this machine at this moment. Workers outlive the COPY that they were forked for: a
 * process that leads a second one is taken for one that will lead more, and forks them all.
 *
 * <p>Not thread-safe.
 */
final class WorkerStart {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int WINDOW_TASKS = 3;
    private static final double RISING = 1.2;
    /** Windows in which the pace did not rise: one may be an accident. */
    private static final int STEADY_WINDOWS = 2;
    /** A worker's start is also that of its JVM, and while it lasts the leader has less of the machine. */
    private static final int START_PER_LEADERS = 3;
    /** The processors of the leader and of its compiler. */
    private static final int BUSY_PROCESSORS = 2;

    private final int wanted;
    private final int atOnce;
    private final long setupNanos;
    private final long begun;
    private long windowStart;
    private long windowDone;
    private double pace;
    private int steady;
    /** What must be left to do; 0 while it is not known. */
    private long startNanos;

    /**
     * @param wanted     workers that the COPY may use
     * @param again      whether this process has led a COPY that could have used workers
     * @param processors of this machine
     */
    WorkerStart(int wanted, CopyTuning tuning, boolean again, int processors, long now) {
        this.wanted = wanted;
        setupNanos = TimeUnit.MILLISECONDS.toNanos(tuning.setupMillis());
        atOnce = again || setupNanos == 0 || !tuning.leaderParticipation() ? wanted
                : Math.clamp(processors - BUSY_PROCESSORS, 0, wanted);
        begun = now;
        windowStart = now;
    }

    /** How many to fork before the first task. */
    int atOnce() {
        return atOnce;
    }

    /**
     * How many should have been forked by now.
     *
     * @param done tasks done
     * @param left tasks not done
     */
    int due(long done, long left, long now) {
        long elapsed = now - windowStart;
        if (elapsed < WINDOW_NANOS || done - windowDone < WINDOW_TASKS) {
            return atOnce;
        }
        double before = pace;
        pace = (double) (done - windowDone) / elapsed;
        windowStart = now;
        windowDone = done;
        if (startNanos == 0) {
            steady = before > 0 && pace < before * RISING ? steady + 1 : 0;
            if (steady < STEADY_WINDOWS) {
                return atOnce;
            }
            startNanos = Math.max(setupNanos, START_PER_LEADERS * (now - begun));
        }
        return left / pace > startNanos ? wanted : atOnce;
    }
}
