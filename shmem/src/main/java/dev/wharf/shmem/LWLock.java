package dev.wharf.shmem;

import static dev.wharf.shmem.LWLockLayout.BARRED;
import static dev.wharf.shmem.LWLockLayout.EXCLUSIVE;
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
 * A lightweight lock in the segment: shared or exclusive, between threads of any processes.
 *
 * <p>Whatever was stored before {@link #release} is visible after the {@link #acquire} that follows it. Not re-entrant.
 * Readers may overtake waiting writers, as in PostgreSQL. {@link Thread#interrupt()} neither ends nor delays a wait, and
 * the interrupt status is kept.
 *
 * <h2>How it works</h2>
 *
 * <p>A lock that processes take by one CAS on one word is fast, and says nothing about who has it: when a holder is
 * killed, the count is wrong for ever. So each holder also writes down, in its own proc slot, what it is doing: INTENT before
 * the CAS, HELD after it, RELEASING before the subtraction, and the entry is FREE after it. These are release stores to
 * lines that nobody else writes. What the dead held is then read from its entries where they are certain, and where they
 * are not (INTENT, RELEASING) found by counting the live: {@link Reaper}.
 *
 * <p>Waiting is try, queue, try again, sleep. The second try catches a release that came between the first and the
 * queueing, and so saw nobody to wake. Everything that touches the wait list happens in INTENT (queueing, leaving) or
 * RELEASING (waking); a sleeper is WAITING. In those two states a process waits for nothing but the list bit, and for that
 * only while RECOVERING is not set: so the reaper, having set it, sees every live process leave them soon, and after
 * that is alone with the list.
 *
 * <p>The races to suspect. A waker takes a waiter from the list and is killed before it wakes it: the waiter is found by
 * its WAITING entry, not by the list. A waiter gets the lock on the second try while a waker has just chosen it: it takes
 * the wake-up back itself (the waker's CAS on the semaphore names the episode, so a late one changes nothing), and clears
 * wake-in-progress, or no release would ever wake anybody again. A release skips the wake-up because RECOVERING is set:
 * the reaper does it, as its own CAS is on the word from which that release has been subtracted.
 */
public final class LWLock {
    private static final int LIST_SPINS = 1000;
    private static final int LIST_SPINS_PER_LOOK = 2000;
    private static final long LIST_PARK_NANOS = 20_000;
    /** After so long a sleeper looks whether somebody died. */
    private static final long LIVENESS_NANOS = 50_000_000;
    private static final long RECOVERY_NANOS = 10_000_000;

    final int number;
    final int trancheId;
    final UnsafeBuffer buffer;
    private final Segment segment;
    private final String tranche;
    private final int index;

    LWLock(final Segment segment, final UnsafeBuffer buffer, final int number, final int trancheId,
           final String tranche, final int index) {
        this.segment = segment;
        this.buffer = buffer;
        this.number = number;
        this.trancheId = trancheId;
        this.tranche = tranche;
        this.index = index;
    }

    /** The name it waits under. */
    public String tranche() {
        return tranche;
    }

    /** Which one of its tranche. */
    public int index() {
        return index;
    }

    /**
     * Takes the lock, waiting as long as it must.
     *
     * @return true if it was free, false if it had to wait
     * @throws ShmemException if its exclusive holder died and nobody has repaired the data; if {@code proc} holds it
     *     already so that it would wait for itself; if {@code proc} holds 200 locks
     */
    public boolean acquire(final Proc proc, final LWLockMode mode) {
        final int entry = proc.push(ProcLayout.heldWord(number, mode, ProcLayout.INTENT));
        FailPoint.ACQUIRE_INTENT.reach();
        if (tryAcquire(mode)) {
            FailPoint.ACQUIRE_TAKEN.reach();
            proc.store(entry, ProcLayout.heldWord(number, mode, ProcLayout.HELD));
            FailPoint.ACQUIRE_HELD.reach();
            return true;
        }
        return acquireSlow(proc, mode, entry);
    }

    /**
     * Takes the lock if it is free. Never finds out by itself that the holder died, as {@link #acquire} does.
     *
     * @return false if it is not, or is being recovered from a holder's death
     * @throws ShmemException as {@link #acquire}
     */
    public boolean conditionalAcquire(final Proc proc, final LWLockMode mode) {
        final int entry = proc.push(ProcLayout.heldWord(number, mode, ProcLayout.INTENT));
        FailPoint.ACQUIRE_INTENT.reach();
        for (;;) {
            if (tryAcquire(mode)) {
                FailPoint.ACQUIRE_TAKEN.reach();
                proc.store(entry, ProcLayout.heldWord(number, mode, ProcLayout.HELD));
                FailPoint.ACQUIRE_HELD.reach();
                return true;
            }
            final int state = state();
            if ((state & BARRED) != INCONSISTENT) {
                proc.pop(entry);
                if ((state & RECOVERING) != 0) {
                    // The reaper may have died, and a caller that never waits would never find out
                    segment.reaper().poke();
                }
                return false;
            }
            standBack(proc, mode, entry);
        }
    }

    /**
     * Gives the lock back.
     *
     * @throws ShmemException if {@code proc} does not hold it
     */
    public void release(final Proc proc) {
        final int entry = proc.find(number);
        if (entry < 0) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR, "lock " + tranche + " is not held");
        }
        final long word = proc.word(entry);
        proc.store(entry, ProcLayout.withState(word, ProcLayout.RELEASING));
        FailPoint.RELEASE_RELEASING.reach();
        final int weight = ProcLayout.modeCode(word) == LWLockMode.EXCLUSIVE.code ? EXCLUSIVE : LWLockLayout.SHARED;
        final int state = buffer.getAndAddInt(STATE_OFFSET, -weight) - weight;
        FailPoint.RELEASE_SUBTRACTED.reach();
        if ((state & (HAS_WAITERS | WAKE_IN_PROGRESS | RECOVERING | LOCK_MASK)) == HAS_WAITERS) {
            wakeUp(proc);
        }
        proc.pop(entry);
    }

    /** True if {@code proc} holds it in either mode. */
    public boolean heldByMe(final Proc proc) {
        return proc.find(number) >= 0;
    }

    /** True if {@code proc} holds it in {@code mode}. */
    public boolean heldByMeInMode(final Proc proc, final LWLockMode mode) {
        final int entry = proc.find(number);
        return entry >= 0 && ProcLayout.modeCode(proc.word(entry)) == mode.code;
    }

    /**
     * Repairs what a dead exclusive holder may have left half-done, if {@link #acquire} says so: {@code repair} runs while
     * nobody can take the lock, and the lock is good again when it returns. Does nothing if it is not inconsistent.
     *
     * @param repair must bear being run again after it was interrupted half-way by this process's own death
     */
    public void repair(final Runnable repair) {
        segment.reaper().repair(this, repair);
    }

    int state() {
        return buffer.getIntVolatile(STATE_OFFSET);
    }

    private boolean tryAcquire(final LWLockMode mode) {
        final int blockers = mode == LWLockMode.EXCLUSIVE ? LOCK_MASK | BARRED : EXCLUSIVE | BARRED;
        int old = buffer.getIntVolatile(STATE_OFFSET);
        while ((old & blockers) == 0) {
            final int seen = buffer.compareAndExchangeInt(STATE_OFFSET, old, old + mode.weight);
            if (seen == old) {
                return true;
            }
            old = seen;
        }
        return false;
    }

    private boolean acquireSlow(final Proc proc, final LWLockMode mode, final int entry) {
        final int mine = proc.find(number);
        if (mine >= 0 && (mode == LWLockMode.EXCLUSIVE
            || ProcLayout.modeCode(proc.word(mine)) == LWLockMode.EXCLUSIVE.code)) {
            proc.pop(entry);
            throw new ShmemException(ShmemException.INTERNAL_ERROR,
                "lock " + tranche + " is already held by this proc: it would wait for itself");
        }
        final long intent = ProcLayout.heldWord(number, mode, ProcLayout.INTENT);
        boolean waited = false;
        for (;;) {
            if (tryAcquire(mode)) {
                FailPoint.ACQUIRE_TAKEN.reach();
                break;
            }
            if ((state() & BARRED) != 0) {
                waited = true;
                standBack(proc, mode, entry);
                continue;
            }
            if (!enqueue(proc, mode, entry)) {
                continue;
            }
            if (tryAcquire(mode)) {
                FailPoint.QUEUED_TAKEN.reach();
                if (!dequeueSelf(proc)) {
                    // The reaper drops from the list whoever is not WAITING. Until it has, others may follow our links
                    proc.store(entry, ProcLayout.withState(intent, ProcLayout.HELD));
                    while ((state() & RECOVERING) != 0) {
                        awaitRecovery();
                    }
                    endEpisode(proc.slot);
                }
                FailPoint.QUEUED_LEFT.reach();
                break;
            }
            if ((state() & INCONSISTENT) != 0) {
                // Nobody holds it, so nobody would wake us. If the list is the reaper's, it drops us while we stand back
                if (!dequeueSelf(proc)) {
                    endEpisode(proc.slot);
                }
                continue;
            }
            proc.store(entry, ProcLayout.withState(intent, ProcLayout.WAITING));
            FailPoint.QUEUED_WAITING.reach();
            sleep(proc);
            FailPoint.WOKEN.reach();
            waited = true;
            proc.store(entry, intent);
            FailPoint.WOKEN_INTENT.reach();
            clear(WAKE_IN_PROGRESS);
            FailPoint.WOKEN_CLEARED.reach();
        }
        proc.store(entry, ProcLayout.withState(intent, ProcLayout.HELD));
        FailPoint.ACQUIRE_HELD.reach();
        return !waited;
    }

    /** Out of the reaper's way until the lock is recovered; if it is inconsistent, repairs it or throws. */
    private void standBack(final Proc proc, final LWLockMode mode, final int entry) {
        proc.store(entry, ProcLayout.FREE);
        FailPoint.STAND_BACK.reach();
        final int state = state();
        if ((state & RECOVERING) != 0) {
            awaitRecovery();
        } else if ((state & INCONSISTENT) != 0) {
            final OwnerDeathCallback callback = segment.ownerDeathCallback(trancheId);
            if (callback == null) {
                final int pid = buffer.getIntVolatile(LWLockLayout.DEAD_OWNER_PID_OFFSET);
                proc.pop(entry);
                throw new ShmemException(ShmemException.DATA_CORRUPTED, "lock " + tranche + " " + index
                    + " is inconsistent: process " + pid + " died while it held it exclusively");
            }
            try {
                segment.reaper().repair(this,
                    () -> callback.repair(this, buffer.getInt(LWLockLayout.DEAD_OWNER_PID_OFFSET)));
            } catch (final RuntimeException e) {
                proc.pop(entry);
                throw e;
            }
        }
        proc.store(entry, ProcLayout.heldWord(number, mode, ProcLayout.INTENT));
    }

    private void awaitRecovery() {
        final int state = state();
        if ((state & RECOVERING) != 0
            && !Futex.await(buffer.addressOffset() + STATE_OFFSET, state, RECOVERY_NANOS)) {
            // The reaper may have died
            segment.reaper().poke();
        }
    }

    private void sleep(final Proc proc) {
        final UnsafeBuffer slot = proc.slot;
        slot.putIntRelease(ProcLayout.WAIT_EVENT_OFFSET, trancheId + 1);
        for (;;) {
            final int semaphore = slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET);
            if ((semaphore & ProcLayout.SEMAPHORE_STATE_MASK) == ProcLayout.NOT_WAITING) {
                break;
            }
            if (!Futex.await(slot.addressOffset() + ProcLayout.SEMAPHORE_OFFSET, semaphore, LIVENESS_NANOS)) {
                segment.reaper().poke();
            }
        }
        slot.putIntRelease(ProcLayout.WAIT_EVENT_OFFSET, 0);
    }

    /** At the tail of the list, with a ticket; false if the lock is being recovered. The entry stays INTENT. */
    private boolean enqueue(final Proc proc, final LWLockMode mode, final int entry) {
        if (!lockWaitList()) {
            return false;
        }
        final UnsafeBuffer slot = proc.slot;
        final long ticket = buffer.getLong(LWLockLayout.TICKET_OFFSET) + 1;
        buffer.putLong(LWLockLayout.TICKET_OFFSET, ticket);
        slot.putLong(ProcLayout.held(entry) + ProcLayout.HELD_TICKET_OFFSET, ticket);
        FailPoint.ENQUEUE_TICKET.reach();
        slot.putInt(ProcLayout.WAIT_MODE_OFFSET, mode.code);
        final int semaphore = slot.getInt(ProcLayout.SEMAPHORE_OFFSET) & ~ProcLayout.SEMAPHORE_STATE_MASK;
        slot.putIntRelease(ProcLayout.SEMAPHORE_OFFSET, semaphore + ProcLayout.EPISODE | ProcLayout.LISTED);
        FailPoint.ENQUEUE_LISTED.reach();
        WaitList.append(segment, this, proc.procNumber());
        FailPoint.ENQUEUE_APPENDED.reach();
        unlockWaitList(HAS_WAITERS, 0);
        FailPoint.QUEUED.reach();
        return true;
    }

    /** Leaves the list without having slept; false if the lock is being recovered, and the list is the reaper's. */
    private boolean dequeueSelf(final Proc proc) {
        if (!lockWaitList()) {
            return false;
        }
        final int semaphore = proc.slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET);
        if ((semaphore & ProcLayout.SEMAPHORE_STATE_MASK) == ProcLayout.LISTED) {
            WaitList.remove(segment, this, proc.procNumber());
            FailPoint.DEQUEUE_REMOVED.reach();
            endEpisode(proc.slot);
            unlockWaitList(0, WaitList.isEmpty(this) ? HAS_WAITERS : 0);
        } else {
            // A waker chose us, and keeps wake-ups back until we try: we have
            endEpisode(proc.slot);
            unlockWaitList(0, WAKE_IN_PROGRESS);
        }
        return true;
    }

    private static void endEpisode(final UnsafeBuffer slot) {
        slot.putIntVolatile(ProcLayout.SEMAPHORE_OFFSET,
            slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET) & ~ProcLayout.SEMAPHORE_STATE_MASK);
    }

    /** After the last holder left: takes waiters from the head of the list and wakes them. */
    private void wakeUp(final Proc proc) {
        if (!lockWaitList()) {
            return;
        }
        final int[] procs = proc.wakeList;
        final int[] semaphores = proc.wakeSemaphores;
        final int chosen = WaitList.choose(segment, this, procs);
        FailPoint.WAKE_CHOSEN.reach();
        for (int i = 0; i < chosen; i++) {
            semaphores[i] = WaitList.markChosen(segment.slot(procs[i]));
        }
        FailPoint.WAKE_MARKED.reach();
        unlockWaitList(chosen > 0 ? WAKE_IN_PROGRESS : 0, WaitList.isEmpty(this) ? HAS_WAITERS : 0);
        FailPoint.WAKE_UNLOCKED.reach();
        for (int i = 0; i < chosen; i++) {
            WaitList.post(segment.slot(procs[i]), semaphores[i]);
            FailPoint.WAKE_POSTED.reach();
        }
    }

    /** Spins for the list bit; false if the lock is being recovered. */
    private boolean lockWaitList() {
        for (int spins = 0;; spins++) {
            final int old = state();
            if ((old & RECOVERING) != 0) {
                return false;
            }
            if ((old & LIST_LOCKED) == 0) {
                if (buffer.compareAndSetInt(STATE_OFFSET, old, old | LIST_LOCKED)) {
                    FailPoint.LIST_LOCKED.reach();
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
            old = state();
        } while (!buffer.compareAndSetInt(STATE_OFFSET, old, (old | set) & ~clear & ~LIST_LOCKED));
    }

    private void clear(final int flags) {
        int old;
        do {
            old = state();
        } while (!buffer.compareAndSetInt(STATE_OFFSET, old, old & ~flags));
    }

    @Override
    public String toString() {
        return tranche + " " + index + " state=0x" + Integer.toHexString(state());
    }
}
