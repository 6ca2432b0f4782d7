package dev.wharf.shmem;

/**
 * One who takes part in a barrier or a message queue. All zero when nobody does.
 *
 * <pre>
 *   0               8               12              16
 *  +---------------+---------------+---------------+
 *  | owner (64)    | proc (32)     | state (32)    |
 *  +---------------+---------------+---------------+
 * </pre>
 *
 * Owner: as in the proc table ({@link ProcLayout}): pid, start time, and in the two lowest bits {@link ProcLayout#CLAIMED}
 * while proc and state are not filled in yet, {@link ProcLayout#ACTIVE}, or {@link #LEFT}. It is stored last and
 * cleared first. State: the barrier's or queue's own.
 */
final class ParticipantLayout {
    static final int OWNER_OFFSET = 0;
    static final int PROC_OFFSET = OWNER_OFFSET + Long.BYTES;
    static final int STATE_OFFSET = PROC_OFFSET + Integer.BYTES;
    static final int LENGTH = STATE_OFFSET + Integer.BYTES;

    /** An owner that has left, or has died and somebody knows it; its place is not given to another. */
    static final int LEFT = ProcLayout.CLAIMED | ProcLayout.ACTIVE;
    static final long STATE_MASK = LEFT;

    private ParticipantLayout() {
    }
}
