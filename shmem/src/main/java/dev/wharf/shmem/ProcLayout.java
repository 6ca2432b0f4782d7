package dev.wharf.shmem;

import dev.wharf.shmem.os.ProcessIdentity;

/**
 * A slot of the proc table: one thread that may wait.
 *
 * <pre>
 *    0 +-------------------------------------------------+
 *      | owner (64)  | tid (32)    | wait event (32)      |
 *   16 +-------------------------------------------------+
 *      | backend type [96], zero-filled                   |
 *  112 +-------------------------------------------------+
 *      | zero                                             |
 *  128 +-------------------------------------------------+
 *      | latch (32)  | interrupts (32)                    |  any process stores here
 *  256 +-------------------------------------------------+
 *      | semaphore (32) | next (32) | previous (32) | mode |  the wake-up's side
 *  384 +-------------------------------------------------+
 *      | held[200]: word (64), ticket (64)                |  only the owner stores here, and the reaper once it is dead
 * 3584 +-------------------------------------------------+
 *      | acquires[128]: lock and mode (32), count (32)    |  not yet added to the locks' own counters
 * 4608 +-------------------------------------------------+
 *
 *  owner:     63                 42 41                       2 1     0
 *            +---------------------+-------------------------+-------+
 *            | pid                 | start time, clock ticks | state |   0 as a whole when free
 *            +---------------------+-------------------------+-------+
 *  semaphore: episode (30), state (2): 0 not waiting, 1 in a wait list, 2 taken from it, about to be woken,
 *             3 handed the lock
 *  held word: lock number (32), mode (24), state (8)
 *  mode:      1 shared, 2 exclusive, 3 until free (waiting only), 5 shared, published here only and not in the lock's word
 *  acquires:  lock number * 2, plus 1 for exclusive (32), count (32); the entry is the same number modulo 128
 * </pre>
 *
 * The owner word is claimed, with everything that says whether its process lives, by one CAS: a process that dies at any
 * instant leaves a slot that is free or that names it.
 */
final class ProcLayout {
    static final int OWNER_OFFSET = 0;
    static final int TID_OFFSET = OWNER_OFFSET + Long.BYTES;
    /** What it sleeps for, as {@link WaitEvent} encodes it, else 0. */
    static final int WAIT_EVENT_OFFSET = TID_OFFSET + Integer.BYTES;
    static final int BACKEND_TYPE_OFFSET = WAIT_EVENT_OFFSET + Integer.BYTES;
    static final int BACKEND_TYPE_LENGTH = 96;

    static final int LATCH_OFFSET = SegmentLayout.ALIGNMENT;
    /** A bit for each {@link Interrupt}, and the sign if somebody listens. */
    static final int INTERRUPTS_OFFSET = LATCH_OFFSET + Integer.BYTES;

    static final int SEMAPHORE_OFFSET = LATCH_OFFSET + SegmentLayout.ALIGNMENT;
    static final int NEXT_OFFSET = SEMAPHORE_OFFSET + Integer.BYTES;
    static final int PREVIOUS_OFFSET = NEXT_OFFSET + Integer.BYTES;
    static final int WAIT_MODE_OFFSET = PREVIOUS_OFFSET + Integer.BYTES;

    static final int HELD_OFFSET = SEMAPHORE_OFFSET + SegmentLayout.ALIGNMENT;
    static final int HELD_CAPACITY = 200;
    static final int HELD_WORD_OFFSET = 0;
    static final int HELD_TICKET_OFFSET = HELD_WORD_OFFSET + Long.BYTES;
    static final int HELD_LENGTH = HELD_TICKET_OFFSET + Long.BYTES;

    static final int ACQUIRES_OFFSET = HELD_OFFSET + HELD_CAPACITY * HELD_LENGTH;
    static final int ACQUIRES_CAPACITY = 128;
    static final int ACQUIRES_LENGTH = Long.BYTES;

    static final int LENGTH = ACQUIRES_OFFSET + ACQUIRES_CAPACITY * ACQUIRES_LENGTH;

    /** Owner states. */
    static final int CLAIMED = 1;
    static final int ACTIVE = 2;

    /** Held entry: not in use. The whole word is 0. */
    static final int FREE = 0;
    /** About to try for the lock, or to touch its wait list: may or may not hold it. */
    static final int INTENT = 1;
    /** Holds it, and touches neither word nor list. */
    static final int HELD = 2;
    /** In the wait list, asleep or about to be; does not hold it. */
    static final int WAITING = 3;
    /** About to give it back, or doing the wake-ups: may or may not hold it, changes its data no more. */
    static final int RELEASING = 4;
    /** Holds it, and wakes those that wait for a variable under it. */
    static final int UPDATING = 5;
    /** Holds it, and has not touched its data: waits for readers that are published in their slots, or for a recovery. */
    static final int TAKEN = 6;

    /** Wait mode, beside the codes of {@link LWLockMode}: wants to know when the lock is free, does not want the lock. */
    static final int UNTIL_FREE = 3;
    /** Mode of a shared holder that the lock's word does not count. */
    static final int PUBLISHED = 5;
    /** Only held entries below this may be published, so that a writer need not look at all. */
    static final int PUBLISHABLE = 8;

    static final int SEMAPHORE_STATE_MASK = 3;
    static final int NOT_WAITING = 0;
    static final int LISTED = 1;
    static final int CHOSEN = 2;
    static final int GRANTED = 3;
    static final int EPISODE = 4;

    static final int LATCH_CLEAR = 0;
    static final int LATCH_SET = 1;
    static final int LATCH_AWAITED = 2;

    static final int OWNER_STATE_BITS = 2;
    static final int OWNER_STATE_MASK = (1 << OWNER_STATE_BITS) - 1;
    static final int START_TIME_BITS = ProcessIdentity.START_TIME_BITS;
    static final int MODE_SHIFT = 8;

    private ProcLayout() {
    }

    static int held(final int entry) {
        return HELD_OFFSET + entry * HELD_LENGTH;
    }

    static long heldWord(final int lock, final LWLockMode mode, final int state) {
        return heldWord(lock, mode.code, state);
    }

    static long heldWord(final int lock, final int modeCode, final int state) {
        return (long)lock << Integer.SIZE | modeCode << MODE_SHIFT | state;
    }

    static int lock(final long heldWord) {
        return (int)(heldWord >>> Integer.SIZE);
    }

    static int modeCode(final long heldWord) {
        return (int)heldWord >>> MODE_SHIFT;
    }

    /** The mode's code, published or not. */
    static int baseMode(final long heldWord) {
        return modeCode(heldWord) & 3;
    }

    static int state(final long heldWord) {
        return (int)heldWord & (1 << MODE_SHIFT) - 1;
    }

    static long withState(final long heldWord, final int state) {
        return heldWord & -(1L << MODE_SHIFT) | state;
    }

    /** Which counter of acquires it is, as the upper half of its word has it. */
    static int acquiresKey(final int lock, final LWLockMode mode) {
        return lock << 1 | mode.code - 1;
    }

    static int acquiresLock(final long word) {
        return (int)(word >>> Integer.SIZE + 1);
    }

    static int acquires(final int entry) {
        return ACQUIRES_OFFSET + (entry & ACQUIRES_CAPACITY - 1) * ACQUIRES_LENGTH;
    }

    static long owner(final ProcessIdentity process, final int state) {
        return process.packed() << OWNER_STATE_BITS | state;
    }

    static ProcessIdentity process(final long owner) {
        return ProcessIdentity.unpacked(owner >>> OWNER_STATE_BITS);
    }
}
