package dev.wharf.shmem;

/**
 * A lightweight lock: two cache lines, so that no two locks share one.
 *
 * <pre>
 *    0 +-----------------+-----------------+-----------------+-----------------+
 *      | state (32)      | tranche (32)    | head (32)       | tail (32)       |
 *   16 +-----------------+-----------------+-----------------+-----------------+
 *      | ticket (64)                       | dead owner's pid| withdrawn (32)  |
 *   32 +-----------------------------------+-----------------+-----------------+
 *      | version (64)                      | unbiased until (64)               |
 *   48 +-----------------------------------+-----------------------------------+
 *      | futex wakes (64)                  | waits until free (64)             |
 *   64 +-----------------------------------+-----------------------------------+
 *      | shared acquires (64)              | exclusive acquires (64)           |
 *   80 +-----------------------------------+-----------------------------------+
 *      | shared waits (64)                 | exclusive waits (64)              |
 *   96 +-----------------------------------+-----------------------------------+
 *      | spin delays (64)                  | self-dequeues (64)                |
 *  112 +-----------------------------------+-----------------------------------+
 *      | futex sleeps (64)                 | wait time, nanoseconds (64)       |
 *  128 +-----------------------------------+-----------------------------------+
 *
 *  state:  31 30 29 28 27 26 25   19 18 17                                   0
 *         +--+--+--+--+--+--+-------+--+--------------------------------------+
 *         |W |P |L |R |I |B | zero  |X | number of shared holders             |
 *         +--+--+--+--+--+--+-------+--+--------------------------------------+
 *   W has waiters, P wake-up in progress, L wait list locked, R recovering, I inconsistent, B readers may publish
 *   themselves in their slots, X held exclusively
 * </pre>
 *
 * Head and tail are proc numbers plus one, 0 for none; they, the ticket and the links in the slots change only under L, or
 * by the reaper while R is set. The ticket is the last one given out: one per queueing, in the order of the queue.
 *
 * <p>Withdrawn is a futex word, and unbiased until a time of {@link System#nanoTime}, both of
 * {@link LWLockAlgorithm#DISTRIBUTED_READERS} only. Version is odd while data may be changing, and is used by
 * {@link LWLockAlgorithm#OPTIMISTIC} only. The counters are {@link LWLockStats}; those of acquires lack what the procs have
 * not handed in.
 *
 * <p>A lock's number is its offset in the segment divided by its length: held entries name it so.
 */
final class LWLockLayout {
    static final int STATE_OFFSET = 0;
    static final int TRANCHE_OFFSET = STATE_OFFSET + Integer.BYTES;
    static final int HEAD_OFFSET = TRANCHE_OFFSET + Integer.BYTES;
    static final int TAIL_OFFSET = HEAD_OFFSET + Integer.BYTES;
    static final int TICKET_OFFSET = TAIL_OFFSET + Integer.BYTES;
    static final int DEAD_OWNER_PID_OFFSET = TICKET_OFFSET + Long.BYTES;
    static final int WITHDRAWN_OFFSET = DEAD_OWNER_PID_OFFSET + Integer.BYTES;
    static final int VERSION_OFFSET = WITHDRAWN_OFFSET + Integer.BYTES;
    static final int UNBIASED_UNTIL_OFFSET = VERSION_OFFSET + Long.BYTES;
    static final int FUTEX_WAKES_OFFSET = UNBIASED_UNTIL_OFFSET + Long.BYTES;
    static final int WAITS_UNTIL_FREE_OFFSET = FUTEX_WAKES_OFFSET + Long.BYTES;
    static final int SHARED_ACQUIRES_OFFSET = WAITS_UNTIL_FREE_OFFSET + Long.BYTES;
    static final int EXCLUSIVE_ACQUIRES_OFFSET = SHARED_ACQUIRES_OFFSET + Long.BYTES;
    static final int SHARED_WAITS_OFFSET = EXCLUSIVE_ACQUIRES_OFFSET + Long.BYTES;
    static final int EXCLUSIVE_WAITS_OFFSET = SHARED_WAITS_OFFSET + Long.BYTES;
    static final int SPIN_DELAYS_OFFSET = EXCLUSIVE_WAITS_OFFSET + Long.BYTES;
    static final int SELF_DEQUEUES_OFFSET = SPIN_DELAYS_OFFSET + Long.BYTES;
    static final int FUTEX_SLEEPS_OFFSET = SELF_DEQUEUES_OFFSET + Long.BYTES;
    static final int WAIT_NANOS_OFFSET = FUTEX_SLEEPS_OFFSET + Long.BYTES;
    static final int LENGTH = SegmentLayout.ALIGNMENT;

    static final int SHARED = 1;
    static final int EXCLUSIVE = 1 << 18;
    /** The holders: anything but zero here is a held lock. */
    static final int LOCK_MASK = EXCLUSIVE | EXCLUSIVE - 1;
    /** From here on readers wait: so many at once that the count could run into EXCLUSIVE. */
    static final int SHARED_FULL = EXCLUSIVE >> 1;
    static final int BIASED = 1 << 26;
    static final int INCONSISTENT = 1 << 27;
    static final int RECOVERING = 1 << 28;
    static final int LIST_LOCKED = 1 << 29;
    static final int WAKE_IN_PROGRESS = 1 << 30;
    static final int HAS_WAITERS = 1 << 31;
    /** While one of these is set, nobody gets the lock. */
    static final int BARRED = RECOVERING | INCONSISTENT;

    private LWLockLayout() {
    }

    static int number(final long offset) {
        return (int)(offset / LENGTH);
    }

    static long offset(final int number) {
        return (long)number * LENGTH;
    }
}
