package dev.wharf.shmem;

import java.util.List;

/**
 * A slot of the proc table that is taken, as another process sees it.
 *
 * @param pid of its process
 * @param tid of its thread; 0 while it attaches
 * @param backendType as given to {@link Segment#attachProc}
 * @param state whether its process lives
 * @param waitEventType null while it does not wait
 * @param waitEvent null while it does not wait
 * @param locks what it holds, waits for, or is about to
 */
public record ProcStatus(int procNumber, long pid, int tid, String backendType, State state, String waitEventType,
                         String waitEvent, List<HeldLock> locks) {
    /** Whether the slot's process lives. A stopped one does. */
    public enum State {
        /** It is taking the slot. */
        STARTING,
        ACTIVE,
        /** It runs nothing any more, and the slot has not been freed. */
        DEAD
    }

    public ProcStatus {
        locks = List.copyOf(locks);
    }
}
