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

    /** At the head: who waits until free overtakes all others, for it does not take the lock. */
    static void prepend(final Segment segment, final LWLock lock, final int procNumber) {
        insert(segment, lock, procNumber, NONE);
    }

    /** At the head, but behind those that wait until free. */
    static void putBack(final Segment segment, final LWLock lock, final int procNumber) {
        int previous = NONE;
        for (int link = lock.buffer.getInt(LWLockLayout.HEAD_OFFSET); link != NONE
             && segment.slot(link - 1).getInt(ProcLayout.WAIT_MODE_OFFSET) == ProcLayout.UNTIL_FREE;
             link = segment.slot(link - 1).getInt(ProcLayout.NEXT_OFFSET)) {
            previous = link;
        }
        insert(segment, lock, procNumber, previous);
    }

    private static void insert(final Segment segment, final LWLock lock, final int procNumber, final int previous) {
        final UnsafeBuffer slot = segment.slot(procNumber);
        final UnsafeBuffer before = previous == NONE ? lock.buffer : segment.slot(previous - 1);
        final int beforeOffset = previous == NONE ? LWLockLayout.HEAD_OFFSET : ProcLayout.NEXT_OFFSET;
        final int link = procNumber + 1;
        final int next = before.getInt(beforeOffset);
        slot.putInt(ProcLayout.NEXT_OFFSET, next);
        slot.putInt(ProcLayout.PREVIOUS_OFFSET, previous);
        FailPoint.INSERT_LINKED.reach();
        if (next == NONE) {
            lock.buffer.putInt(LWLockLayout.TAIL_OFFSET, link);
        } else {
            segment.slot(next - 1).putInt(ProcLayout.PREVIOUS_OFFSET, link);
        }
        FailPoint.INSERT_LINKED.reach();
        before.putInt(beforeOffset, link);
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
     * Takes out of the list those that a release should wake: those that wait until free, and then from the head either one
     * exclusive waiter, or all shared ones, past the exclusive ones between them.
     *
     * @return how many proc numbers it put into {@code chosen}
     */
    static int choose(final Segment segment, final LWLock lock, final int[] chosen) {
        int count = 0;
        boolean shared = false;
        int link = lock.buffer.getInt(LWLockLayout.HEAD_OFFSET);
        while (link != NONE && count < chosen.length) {
            final UnsafeBuffer slot = segment.slot(link - 1);
            final int next = slot.getInt(ProcLayout.NEXT_OFFSET);
            final int mode = slot.getInt(ProcLayout.WAIT_MODE_OFFSET);
            if (mode != LWLockMode.EXCLUSIVE.code || !shared) {
                remove(segment, lock, link - 1);
                chosen[count++] = link - 1;
                shared |= mode == LWLockMode.SHARED.code;
                if (mode == LWLockMode.EXCLUSIVE.code) {
                    break;
                }
            }
            link = next;
        }
        return count;
    }

    /** True if one of those that {@link #choose} took will try for the lock: those that will not come first. */
    static boolean anyWillRetry(final Segment segment, final int[] chosen, final int count) {
        return count > 0 && segment.slot(chosen[count - 1]).getInt(ProcLayout.WAIT_MODE_OFFSET) != ProcLayout.UNTIL_FREE;
    }

    /** Takes those out that wait until free: the first in the list. Returns how many it put into {@code chosen}. */
    static int takeUntilFree(final Segment segment, final LWLock lock, final int[] chosen) {
        int count = 0;
        for (;;) {
            final int head = lock.buffer.getInt(LWLockLayout.HEAD_OFFSET);
            if (head == NONE || count == chosen.length
                || segment.slot(head - 1).getInt(ProcLayout.WAIT_MODE_OFFSET) != ProcLayout.UNTIL_FREE) {
                return count;
            }
            remove(segment, lock, head - 1);
            chosen[count++] = head - 1;
        }
    }

    /** Takes all out. Returns how many it put into {@code chosen}. */
    static int takeAll(final Segment segment, final LWLock lock, final int[] chosen) {
        int count = 0;
        for (int head = lock.buffer.getInt(LWLockLayout.HEAD_OFFSET); head != NONE;
             head = lock.buffer.getInt(LWLockLayout.HEAD_OFFSET)) {
            remove(segment, lock, head - 1);
            chosen[count++] = head - 1;
        }
        return count;
    }

    /**
     * What the first in the queue, but for those that wait until free, would add to {@code holders} if they got the lock in
     * strict order: one exclusive waiter, or the shared ones before the next exclusive one; 0 if they must wait.
     */
    static int grantable(final Segment segment, final LWLock lock, final int holders) {
        int weight = 0;
        for (int link = lock.buffer.getInt(LWLockLayout.HEAD_OFFSET); link != NONE;
             link = segment.slot(link - 1).getInt(ProcLayout.NEXT_OFFSET)) {
            final int mode = segment.slot(link - 1).getInt(ProcLayout.WAIT_MODE_OFFSET);
            if (mode == LWLockMode.EXCLUSIVE.code) {
                return weight == 0 && holders == 0 ? LWLockLayout.EXCLUSIVE : weight;
            }
            if (mode == LWLockMode.SHARED.code) {
                if ((holders & LWLockLayout.EXCLUSIVE) != 0) {
                    return 0;
                }
                weight += LWLockLayout.SHARED;
            }
        }
        return weight;
    }

    /** Takes out those that add up to {@code weight}, which {@link #grantable} found; returns how many there are now. */
    static int takeGranted(final Segment segment, final LWLock lock, final int weight, final int[] chosen,
                           final int chosenBefore) {
        int count = chosenBefore;
        int left = weight;
        int link = lock.buffer.getInt(LWLockLayout.HEAD_OFFSET);
        while (left != 0) {
            final UnsafeBuffer slot = segment.slot(link - 1);
            final int next = slot.getInt(ProcLayout.NEXT_OFFSET);
            final int mode = slot.getInt(ProcLayout.WAIT_MODE_OFFSET);
            if (mode != ProcLayout.UNTIL_FREE) {
                remove(segment, lock, link - 1);
                chosen[count++] = link - 1;
                left -= mode == LWLockMode.EXCLUSIVE.code ? LWLockLayout.EXCLUSIVE : LWLockLayout.SHARED;
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
    static void post(final UnsafeBuffer slot, final int semaphore, final int semaphoreState) {
        if (slot.compareAndSetInt(ProcLayout.SEMAPHORE_OFFSET, semaphore,
            semaphore & ~ProcLayout.SEMAPHORE_STATE_MASK | semaphoreState)) {
            FailPoint.POST_UNMARKED.reach();
            Futex.wake(slot.addressOffset() + ProcLayout.SEMAPHORE_OFFSET, 1);
        }
    }
}
