package dev.wharf.shmem;

import dev.wharf.shmem.os.Futex;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The FIFO list of procs that wait for one lock: doubly linked through their slots, by proc number plus one, 0 for none.
 *
 * <p>The caller has the lock's list bit, or is its reaper and alone with it.
 */
final class WaitList {
    private static final int NONE = 0;

    private WaitList() {
    }

    static boolean isEmpty(final LWLock lock) {
        return lock.buffer.getInt(LWLockLayout.HEAD_OFFSET) == NONE;
    }

    static void clear(final LWLock lock) {
        lock.buffer.putInt(LWLockLayout.HEAD_OFFSET, NONE);
        lock.buffer.putInt(LWLockLayout.TAIL_OFFSET, NONE);
    }

    static void append(final Segment segment, final LWLock lock, final int procNumber) {
        final UnsafeBuffer slot = segment.slot(procNumber);
        final int link = procNumber + 1;
        final int tail = lock.buffer.getInt(LWLockLayout.TAIL_OFFSET);
        slot.putInt(ProcLayout.PREVIOUS_OFFSET, tail);
        slot.putInt(ProcLayout.NEXT_OFFSET, NONE);
        FailPoint.APPEND_LINKED.reach();
        if (tail == NONE) {
            lock.buffer.putInt(LWLockLayout.HEAD_OFFSET, link);
        } else {
            segment.slot(tail - 1).putInt(ProcLayout.NEXT_OFFSET, link);
        }
        FailPoint.APPEND_LINKED.reach();
        lock.buffer.putInt(LWLockLayout.TAIL_OFFSET, link);
    }

    static void remove(final Segment segment, final LWLock lock, final int procNumber) {
        final UnsafeBuffer slot = segment.slot(procNumber);
        final int next = slot.getInt(ProcLayout.NEXT_OFFSET);
        final int previous = slot.getInt(ProcLayout.PREVIOUS_OFFSET);
        if (previous == NONE) {
            lock.buffer.putInt(LWLockLayout.HEAD_OFFSET, next);
        } else {
            segment.slot(previous - 1).putInt(ProcLayout.NEXT_OFFSET, next);
        }
        FailPoint.REMOVE_HALF.reach();
        if (next == NONE) {
            lock.buffer.putInt(LWLockLayout.TAIL_OFFSET, previous);
        } else {
            segment.slot(next - 1).putInt(ProcLayout.PREVIOUS_OFFSET, previous);
        }
    }

    /**
     * Takes out of the list those that a release should wake: from the head, either one exclusive waiter, or all shared
     * ones, past the exclusive ones between them.
     *
     * @return how many proc numbers it put into {@code chosen}
     */
    static int choose(final Segment segment, final LWLock lock, final int[] chosen) {
        int count = 0;
        int link = lock.buffer.getInt(LWLockLayout.HEAD_OFFSET);
        while (link != NONE && count < chosen.length) {
            final UnsafeBuffer slot = segment.slot(link - 1);
            final int next = slot.getInt(ProcLayout.NEXT_OFFSET);
            final boolean exclusive = slot.getInt(ProcLayout.WAIT_MODE_OFFSET) == LWLockMode.EXCLUSIVE.code;
            if (!exclusive || count == 0) {
                remove(segment, lock, link - 1);
                chosen[count++] = link - 1;
                if (exclusive) {
                    break;
                }
            }
            link = next;
        }
        return count;
    }

    /** Before the list bit is given up. Returns the semaphore that {@link #post} is for. */
    static int markChosen(final UnsafeBuffer slot) {
        final int semaphore =
            slot.getInt(ProcLayout.SEMAPHORE_OFFSET) & ~ProcLayout.SEMAPHORE_STATE_MASK | ProcLayout.CHOSEN;
        slot.putIntRelease(ProcLayout.SEMAPHORE_OFFSET, semaphore);
        return semaphore;
    }

    /** Wakes a chosen proc, unless it has taken that back itself: the episode in {@code semaphore} is over then. */
    static void post(final UnsafeBuffer slot, final int semaphore) {
        if (slot.compareAndSetInt(ProcLayout.SEMAPHORE_OFFSET, semaphore,
            semaphore & ~ProcLayout.SEMAPHORE_STATE_MASK)) {
            FailPoint.POST_UNMARKED.reach();
            Futex.wake(slot.addressOffset() + ProcLayout.SEMAPHORE_OFFSET, 1);
        }
    }
}
