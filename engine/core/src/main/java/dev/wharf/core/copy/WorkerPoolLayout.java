package dev.wharf.core.copy;

/**
 * The struct "Parallel COPY Workers": who works for whom.
 *
 * <pre>
 *   +--------------------------+ 0
 *   | idle time-out            |
 *   +--------------------------+ HEAD_LENGTH
 *   | a worker, 64 bytes each  |   entry i is that of the background worker slot i
 *   | ...                      |
 *   +--------------------------+
 * </pre>
 *
 * LEADER, QUEUE and PARTICIPANT are those of LOAN, which counts up: odd while the worker is lent to a leader, even while it is
 * idle. It is stored last, so that a leader that dies before has borrowed nobody. All but the time-out changes under the lock.
 */
final class WorkerPoolLayout {
    private static final int CACHE_LINE = 64;

    /** Milliseconds after which a postmaster's idle worker ends; 0 for never. */
    static final int IDLE_TIMEOUT = 0;
    static final int HEAD_LENGTH = CACHE_LINE;

    /** {@code ProcessIdentity.packed()}; 0 for none. */
    static final int WORKER = 0;
    /** The process that started it. */
    static final int LAUNCHER = WORKER + Long.BYTES;
    static final int LEADER = LAUNCHER + Long.BYTES;
    static final int LOAN = LEADER + Long.BYTES;
    /** The worker's proc number. */
    static final int PROC = LOAN + Long.BYTES;
    /** The leader's task queue. */
    static final int QUEUE = PROC + Integer.BYTES;
    static final int PARTICIPANT = QUEUE + Integer.BYTES;
    static final int ENTRY_LENGTH = CACHE_LINE;

    private WorkerPoolLayout() {
    }
}
