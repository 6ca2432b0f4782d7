package dev.wharf.shmem;

/**
 * A lightweight lock: two cache lines, so that no two locks share one.
 *
 * <pre>
 *   0       4         8      12     16       24                 28   128
 *  +-------+---------+------+------+--------+------------------+-----+
 *  | state | tranche | head | tail | ticket | dead owner's pid | zero|
 *  +-------+---------+------+------+--------+------------------+-----+
 *
 *  state:  31 30 29 28 27 26     19 18 17                                   0
 *         +--+--+--+--+--+---------+--+--------------------------------------+
 *         |W |P |L |R |I | zero    |X | number of shared holders             |
 *         +--+--+--+--+--+---------+--+--------------------------------------+
 *   W has waiters, P wake-up in progress, L wait list locked, R recovering, I inconsistent, X held exclusively
 * </pre>
 *
 * Head and tail are proc numbers plus one, 0 for none; they, the ticket and the links in the slots change only under L, or
 * by the reaper while R is set. The ticket is the last one given out: one per queueing, in the order of the queue.
 */
final class LWLockLayout {
    static final int STATE_OFFSET = 0;
    static final int TRANCHE_OFFSET = STATE_OFFSET + Integer.BYTES;
    static final int HEAD_OFFSET = TRANCHE_OFFSET + Integer.BYTES;
    static final int TAIL_OFFSET = HEAD_OFFSET + Integer.BYTES;
    static final int TICKET_OFFSET = TAIL_OFFSET + Integer.BYTES;
    static final int DEAD_OWNER_PID_OFFSET = TICKET_OFFSET + Long.BYTES;
    static final int LENGTH = SegmentLayout.ALIGNMENT;

    static final int SHARED = 1;
    static final int EXCLUSIVE = 1 << 18;
    /** The holders: anything but zero here is a held lock. */
    static final int LOCK_MASK = EXCLUSIVE | EXCLUSIVE - 1;
    static final int INCONSISTENT = 1 << 27;
    static final int RECOVERING = 1 << 28;
    static final int LIST_LOCKED = 1 << 29;
    static final int WAKE_IN_PROGRESS = 1 << 30;
    static final int HAS_WAITERS = 1 << 31;
    /** While one of these is set, nobody gets the lock. */
    static final int BARRED = RECOVERING | INCONSISTENT;

    private LWLockLayout() {
    }
}
