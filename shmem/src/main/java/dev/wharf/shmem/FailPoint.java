package dev.wharf.shmem;

import dev.wharf.shmem.os.Signal;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Instants at which a process may be killed or stopped on purpose: after each step that another process could find half done.
 *
 * <p>Off unless the system property {@value #PROPERTY} is {@code NAME:HIT:KILL} or {@code NAME:HIT:STOP}: the process then raises
 * that signal when any of its threads passes that point for the HIT-th time, counting from 1. Off, a point costs nothing once
 * its method is compiled: the compiler knows {@link #IS_ANY_ARMED} and drops the call.
 */
public enum FailPoint {
    // LWLock: acquire, conditionalAcquire
    ACQUIRE_INTENT, ACQUIRE_TAKEN, ACQUIRE_HELD,
    // The slow way: in the list, asleep, awake
    QUEUED, QUEUED_TAKEN, QUEUED_LEFT, QUEUED_WAITING, WOKEN, WOKEN_INTENT, WOKEN_CLEARED,
    // With the list bit
    LIST_LOCKED, ENQUEUE_TICKET, ENQUEUE_LISTED, APPEND_LINKED, INSERT_LINKED, ENQUEUE_APPENDED, REMOVE_HALF, DEQUEUE_REMOVED,
    // LWLock: release
    RELEASE_RELEASING, RELEASE_SUBTRACTED, WAKE_CHOSEN, WAKE_MARKED, WAKE_UNLOCKED, POST_UNMARKED, WAKE_POSTED,
    // NO_BARGING, DISTRIBUTED_READERS
    GRANT_COUNTED, GRANT_MARKED, GRANT_UNLOCKED, PUBLISH_INTENT, PUBLISH_HELD, READERS_AWAITED,
    // When somebody else died
    STAND_BACK, REPAIR_DONE,
    // Reaper
    REAP_ROLE, REAP_RECOVERING, REAP_QUIESCENT, REAP_REPAIRED, REAP_INCONSISTENT, REAP_SETTLED, REAP_INSPECT, REAP_COUNTED,
    REAP_CLEARED, REAP_RELINKED, REAP_CHOSEN, REAP_PUBLISHED, REAP_POSTED, REAP_ENTRY_FREED, REAP_SLOT_FREED,
    // Segment, SegmentFile: creation, attaching
    OPEN_MUTEX, CREATE_CLEARED, CREATE_LINKED, CREATE_ALLOCATED, CREATE_MAPPED, CREATE_HEADER, CREATE_HEADER_WRITTEN,
    CREATE_TRANCHE, CREATE_READY, CREATE_RENAMED, OPEN_ATTACHED,
    ATTACH_CLAIMED, ATTACH_FILLED, ATTACH_ACTIVE, INDEX_WRITTEN, INDEX_PUBLISHED, PROC_RELEASED, PROC_CLOSED,
    // Latch
    LATCH_SET, LATCH_AWAITED,
    // Background workers
    WORKER_SLOT_HALF, WORKER_SLOT_FILLED, WORKER_SLOT_TAKEN, WORKER_SLOT_FREED, WORKER_FORKED, WORKER_STARTED, WORKER_ENTERED,
    WORKER_REAPED, WORKER_SLOTS_RECOVERED;

    /** System property: what to arm. */
    static final String PROPERTY = "wharf.shmem.failPoint";

    private static final String ARMED = System.getProperty(PROPERTY);
    private static final boolean IS_ANY_ARMED = ARMED != null;
    private static final FailPoint POINT = IS_ANY_ARMED ? valueOf(part(0)) : null;
    private static final int HIT = IS_ANY_ARMED ? Integer.parseInt(part(1)) : 0;
    private static final Signal SIGNAL = IS_ANY_ARMED ? Signal.valueOf(part(2)) : null;
    private static final AtomicInteger HITS = new AtomicInteger();

    private static String part(final int index) {
        final String[] parts = ARMED.split(":");
        if (parts.length != 3) {
            throw new IllegalArgumentException(PROPERTY + " must be NAME:HIT:KILL or NAME:HIT:STOP: " + ARMED);
        }
        return parts[index];
    }

    /** The calling thread is here. */
    public void reach() {
        if (IS_ANY_ARMED) {
            hit();
        }
    }

    private void hit() {
        if (this == POINT && HITS.incrementAndGet() == HIT) {
            SIGNAL.raise();
        }
    }
}
