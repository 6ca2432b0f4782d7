package dev.wharf.shmem;

import static dev.wharf.shmem.LWLockLayout.BARRED;
import static dev.wharf.shmem.LWLockLayout.HAS_WAITERS;
import static dev.wharf.shmem.LWLockLayout.INCONSISTENT;
import static dev.wharf.shmem.LWLockLayout.LIST_LOCKED;
import static dev.wharf.shmem.LWLockLayout.LOCK_MASK;
import static dev.wharf.shmem.LWLockLayout.RECOVERING;
import static dev.wharf.shmem.LWLockLayout.STATE_OFFSET;
import static dev.wharf.shmem.LWLockLayout.WAKE_IN_PROGRESS;

import dev.wharf.shmem.os.Futex;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Queueing for one lock, leaving, sleeping and waking. The caller is in INTENT, RELEASING or UPDATING on the lock, except
 * to sleep: WAITING, and to stand back: FREE.
 *
 * <h2>Handing over</h2>
 *
 * <p>{@link LWLockAlgorithm#NO_BARGING} keeps newcomers out while HAS_WAITERS is set, so those woken cannot try again:
 * they would be kept out too. Instead whoever has the list bit adds the holds of the head of the queue to the word with
 * one CAS, takes them from the list, gives up the bit and tells each that it has the lock: its semaphore goes from CHOSEN
 * to GRANTED. Both who queues and who releases last do this pass ({@link #grantAndUnlock}), the one under the list bit that
 * it queued under: a release that came before saw no waiters, one that comes after sees them.
 *
 * <p>The race to suspect: the granter dies between its CAS and telling. The word then counts holders that do not know of
 * it. They are WAITING and not GRANTED, so the reaper, which counts entries and not the word, queues them again. One that is
 * GRANTED counts as a holder though its entry says WAITING, for it may be on its way.
 */
final class LWLockQueue {
    private static final int LIST_SPINS = 1000;
    private static final int LIST_SPINS_PER_LOOK = 2000;
    private static final long LIST_PARK_NANOS = 20_000;
    /** After so long a sleeper looks whether somebody died. */
    static final long LIVENESS_NANOS = 50_000_000;
    /**
     * So long a waiter spins before it sleeps: about half of what it takes to be woken. A lone processor has nobody to wait
     * for that runs.
     */
    private static final long SPIN_NANOS = Runtime.getRuntime().availableProcessors() > 1 ? 20_000 : 0;
    private static final int SPINS_PER_CLOCK = 16;
    private static final long RECOVERY_NANOS = 10_000_000;

    private final LWLock lock;
    private final Segment segment;
    private final UnsafeBuffer buffer;

    LWLockQueue(final LWLock lock) {
        this.lock = lock;
        segment = lock.segment;
        buffer = lock.buffer;
    }

    /**
     * With a ticket, at the tail, or who waits until free at the head; false if the lock is barred. The entry stays INTENT, so
     * that it will not be barred before the entry is something else: nobody would wake who is queued then. Of a fair lock,
     * {@code proc} may have been granted it on return.
     */
    boolean enqueue(final Proc proc, final int mode, final int entry, final int clear) {
        return enqueue(proc, mode, entry, clear, false);
    }

    /** @param again whether {@code proc} was queued with this entry, and woken: it goes to the head, with the ticket it had */
    boolean enqueue(final Proc proc, final int mode, final int entry, final int clear, final boolean again) {
        if (!lockWaitList(BARRED)) {
            return false;
        }
        final UnsafeBuffer slot = proc.slot;
        if (!again) {
            final long ticket = buffer.getLong(LWLockLayout.TICKET_OFFSET) + 1;
            buffer.putLong(LWLockLayout.TICKET_OFFSET, ticket);
            slot.putLong(ProcLayout.held(entry) + ProcLayout.HELD_TICKET_OFFSET, ticket);
        }
        FailPoint.ENQUEUE_TICKET.reach();
        slot.putInt(ProcLayout.WAIT_MODE_OFFSET, mode);
        final int semaphore = slot.getInt(ProcLayout.SEMAPHORE_OFFSET) & ~ProcLayout.SEMAPHORE_STATE_MASK;
        slot.putIntRelease(ProcLayout.SEMAPHORE_OFFSET, semaphore + ProcLayout.EPISODE | ProcLayout.LISTED);
        FailPoint.ENQUEUE_LISTED.reach();
        if (mode == ProcLayout.UNTIL_FREE) {
            WaitList.prepend(segment, lock, proc.procNumber());
        } else if (again) {
            WaitList.putBack(segment, lock, proc.procNumber());
        } else {
            WaitList.append(segment, lock, proc.procNumber());
        }
        FailPoint.ENQUEUE_APPENDED.reach();
        if (lock.fair) {
            grantAndUnlock(proc);
        } else {
            unlockWaitList(HAS_WAITERS, clear);
        }
        FailPoint.QUEUED.reach();
        return true;
    }

    /** Leaves the list without having slept; false if the lock is being recovered, and the list is the reaper's. */
    boolean dequeueSelf(final Proc proc) {
        if (!lockWaitList(RECOVERING)) {
            return false;
        }
        lock.count(LWLockLayout.SELF_DEQUEUES_OFFSET, 1);
        final int semaphore = proc.slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET);
        if ((semaphore & ProcLayout.SEMAPHORE_STATE_MASK) == ProcLayout.LISTED) {
            WaitList.remove(segment, lock, proc.procNumber());
            FailPoint.DEQUEUE_REMOVED.reach();
            endEpisode(proc.slot);
            unlockWaitList(0, WaitList.isEmpty(lock) ? HAS_WAITERS : 0);
        } else {
            // A waker chose us. If it keeps wake-ups back until we try: we have
            final boolean retries = proc.slot.getInt(ProcLayout.WAIT_MODE_OFFSET) != ProcLayout.UNTIL_FREE;
            endEpisode(proc.slot);
            unlockWaitList(0, retries ? WAKE_IN_PROGRESS : 0);
        }
        return true;
    }

    /** Leaves the queue without the lock, and not to sleep. The entry is {@code intent} before and after. */
    void abandon(final Proc proc, final long intent, final int entry) {
        if (!dequeueSelf(proc)) {
            proc.store(entry, ProcLayout.FREE);
            while ((lock.state() & RECOVERING) != 0) {
                awaitRecovery();
            }
            endEpisode(proc.slot);
            proc.store(entry, intent);
        }
    }

    boolean isGranted(final Proc proc) {
        return (proc.slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET) & ProcLayout.SEMAPHORE_STATE_MASK)
            == ProcLayout.GRANTED;
    }

    static void endEpisode(final UnsafeBuffer slot) {
        slot.putIntVolatile(ProcLayout.SEMAPHORE_OFFSET,
            slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET) & ~ProcLayout.SEMAPHORE_STATE_MASK);
    }

    /** Until taken from the list and told so. Returns the semaphore's state: GRANTED, or NOT_WAITING to try again. */
    int sleep(final Proc proc, final int waitsOffset) {
        final UnsafeBuffer slot = proc.slot;
        final long start = System.nanoTime();
        int sleeps = 0;
        int semaphoreState;
        proc.waitStart(WaitEvent.lwLock(lock.trancheId));
        if (lock.spins) {
            spin(slot, start);
        }
        for (;;) {
            final int semaphore = slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET);
            if (isOver(semaphore)) {
                semaphoreState = semaphore & ProcLayout.SEMAPHORE_STATE_MASK;
                break;
            }
            sleeps++;
            if (!Futex.await(slot.addressOffset() + ProcLayout.SEMAPHORE_OFFSET, semaphore, LIVENESS_NANOS)) {
                segment.reaper().poke();
            }
        }
        proc.waitEnd();
        lock.countWait(waitsOffset, sleeps, System.nanoTime() - start);
        return semaphoreState;
    }

    private static boolean isOver(final int semaphore) {
        final int state = semaphore & ProcLayout.SEMAPHORE_STATE_MASK;
        return state == ProcLayout.NOT_WAITING || state == ProcLayout.GRANTED;
    }

    /** On a word that nobody writes but who wakes: the lock's own stays with those that use it. */
    private static void spin(final UnsafeBuffer slot, final long start) {
        for (int spins = 1; !isOver(slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET)); spins++) {
            if (spins % SPINS_PER_CLOCK == 0 && System.nanoTime() - start >= SPIN_NANOS) {
                break;
            }
            Thread.onSpinWait();
        }
    }

    /** After the last holder left: takes waiters from the head of the list and wakes them. */
    void wakeUp(final Proc proc) {
        if (!lockWaitList(RECOVERING)) {
            return;
        }
        if (lock.fair) {
            grantAndUnlock(proc);
            return;
        }
        final int chosen = WaitList.choose(segment, lock, proc.wakeList);
        FailPoint.WAKE_CHOSEN.reach();
        mark(proc, 0, chosen);
        FailPoint.WAKE_MARKED.reach();
        unlockWaitList(WaitList.anyWillRetry(segment, proc.wakeList, chosen) ? WAKE_IN_PROGRESS : 0,
            WaitList.isEmpty(lock) ? HAS_WAITERS : 0);
        FailPoint.WAKE_UNLOCKED.reach();
        post(proc, 0, chosen, ProcLayout.NOT_WAITING);
    }

    /** Wakes those that wait until free, though it is not. False if the lock is being recovered. */
    boolean wakeUntilFree(final Proc proc) {
        if (!lockWaitList(RECOVERING)) {
            return false;
        }
        final int chosen = WaitList.takeUntilFree(segment, lock, proc.wakeList);
        mark(proc, 0, chosen);
        unlockWaitList(0, WaitList.isEmpty(lock) ? HAS_WAITERS : 0);
        post(proc, 0, chosen, ProcLayout.NOT_WAITING);
        return true;
    }

    /** Of a fair lock, with the list bit: gives the lock to the head of the queue as far as it goes. */
    private void grantAndUnlock(final Proc proc) {
        int untilFree = 0;
        int chosen = 0;
        for (;;) {
            final int old = lock.state();
            if ((old & BARRED) == 0) {
                if ((old & LOCK_MASK) == 0 && chosen == 0) {
                    untilFree = WaitList.takeUntilFree(segment, lock, proc.wakeList);
                    chosen = untilFree;
                    mark(proc, 0, chosen);
                }
                final int weight = WaitList.grantable(segment, lock, old & LOCK_MASK);
                if (weight != 0) {
                    if (buffer.compareAndSetInt(STATE_OFFSET, old, old + weight)) {
                        FailPoint.GRANT_COUNTED.reach();
                        final int before = chosen;
                        chosen = WaitList.takeGranted(segment, lock, weight, proc.wakeList, chosen);
                        mark(proc, before, chosen);
                        FailPoint.GRANT_MARKED.reach();
                    }
                    continue;
                }
            }
            final int state = (WaitList.isEmpty(lock) ? old & ~HAS_WAITERS : old | HAS_WAITERS) & ~LIST_LOCKED;
            if (buffer.compareAndSetInt(STATE_OFFSET, old, state)) {
                break;
            }
        }
        FailPoint.GRANT_UNLOCKED.reach();
        post(proc, 0, untilFree, ProcLayout.NOT_WAITING);
        post(proc, untilFree, chosen, ProcLayout.GRANTED);
    }

    /** Out of the reaper's way until the lock is recovered; if it is inconsistent, repairs it or throws. */
    void standBack(final Proc proc, final long intent, final int entry) {
        proc.store(entry, ProcLayout.FREE);
        FailPoint.STAND_BACK.reach();
        final int state = lock.state();
        if ((state & RECOVERING) != 0) {
            proc.waitStart(WaitEvent.OWNER_DEATH_RECOVERY);
            awaitRecovery();
            proc.waitEnd();
        } else if ((state & INCONSISTENT) != 0) {
            final OwnerDeathCallback callback = segment.ownerDeathCallback(lock.trancheId);
            if (callback == null) {
                final int pid = buffer.getIntVolatile(LWLockLayout.DEAD_OWNER_PID_OFFSET);
                proc.pop(entry);
                throw new ShmemException(ShmemException.DATA_CORRUPTED, "lock " + lock.tranche() + " " + lock.index()
                    + " is inconsistent: process " + pid + " died while it held it exclusively");
            }
            try {
                segment.reaper().repair(lock,
                    () -> callback.repair(lock, buffer.getInt(LWLockLayout.DEAD_OWNER_PID_OFFSET)));
            } catch (final RuntimeException e) {
                proc.pop(entry);
                throw e;
            }
        }
        proc.store(entry, intent);
    }

    void awaitRecovery() {
        final int state = lock.state();
        if ((state & RECOVERING) != 0
            && !Futex.await(buffer.addressOffset() + STATE_OFFSET, state, RECOVERY_NANOS)) {
            // The reaper may have died
            segment.reaper().poke();
        }
    }

    private void mark(final Proc proc, final int from, final int to) {
        for (int i = from; i < to; i++) {
            proc.wakeSemaphores[i] = WaitList.markChosen(segment.slot(proc.wakeList[i]));
        }
    }

    private void post(final Proc proc, final int from, final int to, final int semaphoreState) {
        for (int i = from; i < to; i++) {
            WaitList.post(segment.slot(proc.wakeList[i]), proc.wakeSemaphores[i], semaphoreState);
            FailPoint.WAKE_POSTED.reach();
        }
        if (to > from) {
            lock.count(LWLockLayout.FUTEX_WAKES_OFFSET, to - from);
        }
    }

    /** Spins for the list bit; false if one of {@code bars} is set. */
    private boolean lockWaitList(final int bars) {
        for (int spins = 0;; spins++) {
            final int old = lock.state();
            if ((old & bars) != 0) {
                return false;
            }
            if ((old & LIST_LOCKED) == 0) {
                if (buffer.compareAndSetInt(STATE_OFFSET, old, old | LIST_LOCKED)) {
                    FailPoint.LIST_LOCKED.reach();
                    if (spins > 0) {
                        lock.count(LWLockLayout.SPIN_DELAYS_OFFSET, spins);
                    }
                    return true;
                }
            } else if (spins < LIST_SPINS) {
                Thread.onSpinWait();
            } else {
                final boolean interrupted = Thread.interrupted();
                LockSupport.parkNanos(this, LIST_PARK_NANOS);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                if (spins % LIST_SPINS_PER_LOOK == 0) {
                    segment.reaper().poke();
                }
            }
        }
    }

    private void unlockWaitList(final int set, final int clear) {
        int old;
        do {
            old = lock.state();
        } while (!buffer.compareAndSetInt(STATE_OFFSET, old, (old | set) & ~clear & ~LIST_LOCKED));
    }
}
