package dev.wharf.shmem;

import static dev.wharf.shmem.LWLockLayout.BARRED;
import static dev.wharf.shmem.LWLockLayout.EXCLUSIVE;
import static dev.wharf.shmem.LWLockLayout.HAS_WAITERS;
import static dev.wharf.shmem.LWLockLayout.INCONSISTENT;
import static dev.wharf.shmem.LWLockLayout.LOCK_MASK;
import static dev.wharf.shmem.LWLockLayout.RECOVERING;
import static dev.wharf.shmem.LWLockLayout.SHARED_FULL;
import static dev.wharf.shmem.LWLockLayout.STATE_OFFSET;
import static dev.wharf.shmem.LWLockLayout.WAKE_IN_PROGRESS;

import dev.wharf.shmem.SegmentConfig.Tranche;
import java.lang.invoke.VarHandle;
import org.agrona.UnsafeApi;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A lightweight lock in the segment: shared or exclusive, between threads of any processes.
 *
 * <p>Whatever was stored before {@link #release} is visible after the {@link #acquire} that follows it. Not re-entrant.
 * Who gets it next is the tranche's {@link LWLockAlgorithm}. {@link Thread#interrupt()} neither ends nor delays a wait, and
 * the interrupt status is kept: as in PostgreSQL, which holds off interrupts from before it waits until the release.
 *
 * <h2>How it works</h2>
 *
 * <p>A lock that processes take by one CAS on one word is fast, and says nothing about who has it: when a holder is
 * killed, the count is wrong for ever. So each holder also writes down, in its own proc slot, what it is doing: INTENT before
 * the CAS, HELD after it, RELEASING before the subtraction, and the entry is FREE after it. These are release stores to
 * lines that nobody else writes. What the dead held is then read from its entries where they are certain, and where they
 * are not (INTENT, RELEASING) found by counting the live: {@link Reaper}.
 *
 * <p>Invariants. The lock's word counts a proc exactly while the proc is between its CAS and its subtraction, so in INTENT and
 * RELEASING perhaps, in HELD, UPDATING and TAKEN certainly; a published reader it never counts. Data under the lock changes in
 * HELD and UPDATING only. The wait list and its links change under the list bit, held in INTENT, RELEASING or UPDATING, or by the
 * reaper under RECOVERING. What each algorithm adds is told where it is: {@link LWLockQueue} for handing over,
 * {@link DistributedReaders}.
 *
 * <p>The version of an OPTIMISTIC lock is odd from before the first store to the data until after the last: the exclusive holder
 * adds one before and one after. A dead one may leave it odd; the reaper makes it odd, if it is not, before it has the data
 * repaired, and even when the data is good: so no optimistic read spans a repair, and while the lock is inconsistent none begins.
 *
 * <p>Waiting is try, queue, try again, sleep. The second try catches a release that came between the first and the
 * queueing, and so saw nobody to wake. Everything that touches the wait list happens in INTENT (queueing, leaving),
 * RELEASING or UPDATING (waking); a sleeper is WAITING. In those states a process waits for nothing but the list bit, and that
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
    /** Nobody has it, nobody waits. */
    private static final int FREE_WORD = 0;

    final int number;
    final int trancheId;
    final UnsafeBuffer buffer;
    final Segment segment;
    final LWLockAlgorithm algorithm;
    /** NO_BARGING. */
    final boolean fair;
    /** Before it sleeps; and goes to the head of the queue when it was woken for nothing. All but POSTGRES. */
    final boolean spins;
    /** Where the word is: the lock is within the segment's bounds, so its accesses need no check. */
    private final long stateAddress;
    private final boolean distributed;
    private final boolean optimistic;
    private final long sharedIntent;
    private final long exclusiveIntent;
    private final int sharedBlockers;
    private final int exclusiveBlockers;
    private final LWLockQueue queue;
    private final LWLockVariables variables;
    /** Null unless {@link #distributed}. */
    private final DistributedReaders readers;
    private final String tranche;
    private final int index;

    LWLock(final Segment segment, final UnsafeBuffer buffer, final int number, final int trancheId,
           final Tranche tranche, final int index) {
        this.segment = segment;
        this.buffer = buffer;
        this.number = number;
        stateAddress = buffer.addressOffset() + STATE_OFFSET;
        sharedIntent = ProcLayout.heldWord(number, LWLockMode.SHARED, ProcLayout.INTENT);
        exclusiveIntent = ProcLayout.heldWord(number, LWLockMode.EXCLUSIVE, ProcLayout.INTENT);
        this.trancheId = trancheId;
        this.tranche = tranche.name();
        this.index = index;
        algorithm = tranche.algorithm();
        spins = algorithm != LWLockAlgorithm.POSTGRES;
        fair = algorithm == LWLockAlgorithm.NO_BARGING;
        distributed = algorithm == LWLockAlgorithm.DISTRIBUTED_READERS;
        optimistic = algorithm == LWLockAlgorithm.OPTIMISTIC;
        sharedBlockers = EXCLUSIVE | SHARED_FULL | BARRED | (fair ? HAS_WAITERS : 0);
        exclusiveBlockers = sharedBlockers | LOCK_MASK;
        queue = new LWLockQueue(this);
        variables = new LWLockVariables(this, queue);
        readers = distributed ? new DistributedReaders(this) : null;
    }

    /** The name it waits under. */
    public String tranche() {
        return tranche;
    }

    /** Which one of its tranche; of one in a caller's struct, its offset in the segment divided by 128. */
    public int index() {
        return index;
    }

    public LWLockAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * Takes the lock, waiting as long as it must.
     *
     * @return true if it was free, false if it had to wait
     * @throws ShmemException if its exclusive holder died and nobody has repaired the data; if {@code proc} holds it
     *     already so that it would wait for itself; if {@code proc} holds 200 locks
     * @throws IllegalStateException if {@code proc} is closed; IllegalArgumentException if it is another segment's
     */
    public boolean acquire(final Proc proc, final LWLockMode mode) {
        final int entry = proc.push(this, intent(mode));
        FailPoint.ACQUIRE_INTENT.reach();
        return attempt(proc, mode, entry, FREE_WORD) || acquireSlow(proc, mode, entry);
    }

    /**
     * Takes the lock if it is free. Never finds out by itself that the holder died, as {@link #acquire} does.
     *
     * @return false if it is not, or is being recovered from a holder's death
     * @throws ShmemException as {@link #acquire}
     */
    public boolean conditionalAcquire(final Proc proc, final LWLockMode mode) {
        final int entry = proc.push(this, intent(mode));
        FailPoint.ACQUIRE_INTENT.reach();
        for (;;) {
            if (distributed && mode == LWLockMode.EXCLUSIVE) {
                if (!readers.anyPublished() && tryAcquire(mode, FREE_WORD)) {
                    if (readers.anyPublished()) {
                        giveBack(proc, mode, entry);
                        return false;
                    }
                    holds(proc, mode, entry);
                    return true;
                }
            } else if (attempt(proc, mode, entry, FREE_WORD)) {
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
            queue.standBack(proc, intent(mode), entry);
        }
    }

    /**
     * Takes the lock if it is free, else waits until it is, and then does not take it: for work that whoever had the lock may
     * have done for all, as a log's flush is.
     *
     * @return true if {@code proc} has the lock now, false if it waited and has not
     * @throws ShmemException as {@link #acquire}
     */
    public boolean acquireOrWait(final Proc proc, final LWLockMode mode) {
        final long intent = intent(mode);
        final int entry = proc.push(this, intent);
        for (;;) {
            if (attempt(proc, mode, entry, state())) {
                return true;
            }
            checkWaitsNotForItself(proc, mode, entry);
            if ((state() & BARRED) != 0) {
                queue.standBack(proc, intent, entry);
            } else if (queue.enqueue(proc, ProcLayout.UNTIL_FREE, entry, 0)) {
                if (tryAcquire(mode, state())) {
                    leaveQueue(proc, mode, entry);
                    return true;
                }
                proc.store(entry, ProcLayout.heldWord(number, ProcLayout.UNTIL_FREE, ProcLayout.WAITING));
                queue.sleep(proc, LWLockLayout.WAITS_UNTIL_FREE_OFFSET);
                proc.pop(entry);
                return false;
            }
        }
    }

    /**
     * Waits until the lock is not held exclusively, or the variable under it has another value than {@code oldValue}. Shared
     * holders do not matter. {@code proc} does not get the lock.
     *
     * @param variable in the segment, at any place that all who use it agree on; changed by {@link #updateVar} only
     * @param index in bytes, of its 64 bits; 8-byte aligned
     * @param newValue receives the other value; unchanged if the lock is free
     * @return true if the lock is free, false if the variable has another value
     * @throws ShmemException as {@link #acquire}
     */
    public boolean waitForVar(final Proc proc, final AtomicBuffer variable, final int index, final long oldValue,
                              final MutableLong newValue) {
        return variables.waitForVar(proc, variable, index, oldValue, newValue);
    }

    /**
     * Gives the variable under the lock another value, and wakes those in {@link #waitForVar}. A full fence.
     *
     * @throws ShmemException if {@code proc} does not hold the lock exclusively
     */
    public void updateVar(final Proc proc, final AtomicBuffer variable, final int index, final long value) {
        variables.updateVar(proc, variable, index, value);
    }

    /**
     * Gives the variable under the lock its value for while nobody holds the lock, and gives the lock back.
     *
     * @throws ShmemException if {@code proc} does not hold the lock
     */
    public void releaseClearVar(final Proc proc, final AtomicBuffer variable, final int index, final long value) {
        final int entry = heldEntry(proc);
        variable.getAndSetLong(index, value);
        release(proc, entry);
    }

    /**
     * Gives the lock back.
     *
     * @throws ShmemException if {@code proc} does not hold it
     */
    public void release(final Proc proc) {
        release(proc, heldEntry(proc));
    }

    private int heldEntry(final Proc proc) {
        final int entry = proc.find(number);
        if (entry < 0) {
            throw notHeld();
        }
        return entry;
    }

    ShmemException notHeld() {
        return new ShmemException(ShmemException.INTERNAL_ERROR, "lock " + tranche + " is not held");
    }

    private void release(final Proc proc, final int entry) {
        final long word = proc.word(entry);
        final int mode = ProcLayout.modeCode(word);
        if (mode == ProcLayout.PUBLISHED) {
            proc.pop(entry);
            readers.withdrawn();
            return;
        }
        proc.store(entry, ProcLayout.withState(word, ProcLayout.RELEASING));
        FailPoint.RELEASE_RELEASING.reach();
        if (optimistic && mode == LWLockMode.EXCLUSIVE.code) {
            buffer.putLongRelease(LWLockLayout.VERSION_OFFSET, buffer.getLong(LWLockLayout.VERSION_OFFSET) + 1);
        }
        subtract(proc, mode == LWLockMode.EXCLUSIVE.code ? EXCLUSIVE : LWLockLayout.SHARED);
        proc.pop(entry);
    }

    private void subtract(final Proc proc, final int weight) {
        final int state = UnsafeApi.getAndAddInt(null, stateAddress, -weight) - weight;
        FailPoint.RELEASE_SUBTRACTED.reach();
        if ((state & (HAS_WAITERS | WAKE_IN_PROGRESS | RECOVERING | LOCK_MASK)) == HAS_WAITERS) {
            queue.wakeUp(proc);
        }
    }

    /** Got it, and does not want it: no data was touched. */
    private void giveBack(final Proc proc, final LWLockMode mode, final int entry) {
        proc.store(entry, ProcLayout.heldWord(number, mode, ProcLayout.RELEASING));
        subtract(proc, mode.weight);
        proc.pop(entry);
    }

    /** True if {@code proc} holds it in either mode. */
    public boolean heldByMe(final Proc proc) {
        return proc.find(number) >= 0;
    }

    /** True if {@code proc} holds this lock or one of the {@code locks - 1} after it in its tranche. */
    public boolean anyHeldByMe(final Proc proc, final int locks) {
        return proc.holdsAny(number, locks);
    }

    /** True if {@code proc} holds it in {@code mode}. */
    public boolean heldByMeInMode(final Proc proc, final LWLockMode mode) {
        return proc.holdsInMode(number, mode);
    }

    /**
     * Starts to read without the lock: read what it protects, then ask {@link #validate}, and use nothing of it before that
     * says true: it may be half-changed. Costs a load, and writes nothing that another processor reads.
     *
     * @return a stamp for {@link #validate}; 0, which is never valid, if somebody is changing the data or died doing it
     * @throws IllegalStateException if the lock's algorithm is not {@link LWLockAlgorithm#OPTIMISTIC}
     */
    public long tryOptimisticRead() {
        if (!optimistic) {
            throw new IllegalStateException("lock " + tranche + " has no version: its algorithm is " + algorithm);
        }
        final long version = buffer.getLongVolatile(LWLockLayout.VERSION_OFFSET);
        return (version & 1) == 0 ? version + 2 : 0;
    }

    /** True if nobody has held the lock exclusively since {@code stamp}. All reads before it come before it. */
    public boolean validate(final long stamp) {
        VarHandle.acquireFence();
        return buffer.getLongVolatile(LWLockLayout.VERSION_OFFSET) + 2 == stamp;
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
        return UnsafeApi.getIntVolatile(null, stateAddress);
    }

    private long intent(final LWLockMode mode) {
        return mode == LWLockMode.EXCLUSIVE ? exclusiveIntent : sharedIntent;
    }

    /** Tries once. True if {@code proc} holds it: the entry says HELD. */
    private boolean attempt(final Proc proc, final LWLockMode mode, final int entry, final int guess) {
        if (distributed) {
            if (mode == LWLockMode.SHARED) {
                if (readers.publish(proc, entry)) {
                    return true;
                }
            } else {
                // The word may not say so
                checkWaitsNotForItself(proc, mode, entry);
            }
        }
        if (!tryAcquire(mode, guess)) {
            return false;
        }
        FailPoint.ACQUIRE_TAKEN.reach();
        got(proc, mode, entry);
        return true;
    }

    /**
     * @param guess what the word may be: a look at it would fetch its cache line once to read and then, if another
     *     processor had it, once more to write
     */
    private boolean tryAcquire(final LWLockMode mode, final int guess) {
        final int blockers = mode == LWLockMode.EXCLUSIVE ? exclusiveBlockers : sharedBlockers;
        final int weight = mode == LWLockMode.EXCLUSIVE ? EXCLUSIVE : LWLockLayout.SHARED;
        int old = guess;
        while ((old & blockers) == 0) {
            final int seen = UnsafeApi.compareAndExchangeInt(null, stateAddress, old, old + weight);
            if (seen == old) {
                return true;
            }
            old = seen;
        }
        return false;
    }

    /** After the word counts {@code proc}. */
    private void got(final Proc proc, final LWLockMode mode, final int entry) {
        if (distributed) {
            if (mode == LWLockMode.EXCLUSIVE) {
                readers.awaitWithdrawals(proc, entry);
            } else {
                readers.bias(proc);
            }
        }
        holds(proc, mode, entry);
    }

    private void holds(final Proc proc, final LWLockMode mode, final int entry) {
        proc.store(entry, ProcLayout.withState(intent(mode), ProcLayout.HELD));
        FailPoint.ACQUIRE_HELD.reach();
        if (optimistic && mode == LWLockMode.EXCLUSIVE) {
            buffer.putLong(LWLockLayout.VERSION_OFFSET, buffer.getLong(LWLockLayout.VERSION_OFFSET) + 1);
            // Who sees what the holder stores sees that first
            VarHandle.storeStoreFence();
        }
        proc.countAcquire(number, mode);
    }

    void checkWaitsNotForItself(final Proc proc, final LWLockMode mode, final int entry) {
        final int mine = proc.find(number);
        if (mine >= 0 && (fair || mode == LWLockMode.EXCLUSIVE
            || ProcLayout.modeCode(proc.word(mine)) == LWLockMode.EXCLUSIVE.code)) {
            proc.pop(entry);
            throw new ShmemException(ShmemException.INTERNAL_ERROR,
                "lock " + tranche + " is already held by this proc: it would wait for itself");
        }
    }

    private boolean acquireSlow(final Proc proc, final LWLockMode mode, final int entry) {
        checkWaitsNotForItself(proc, mode, entry);
        final long intent = intent(mode);
        final int waits = mode == LWLockMode.EXCLUSIVE
            ? LWLockLayout.EXCLUSIVE_WAITS_OFFSET : LWLockLayout.SHARED_WAITS_OFFSET;
        boolean waited = false;
        boolean again = false;
        while (!attempt(proc, mode, entry, state())) {
            if ((state() & BARRED) != 0) {
                waited = true;
                queue.standBack(proc, intent, entry);
                continue;
            }
            if (!queue.enqueue(proc, mode.code, entry, 0, again)) {
                continue;
            }
            if (!fair && tryAcquire(mode, state())) {
                FailPoint.QUEUED_TAKEN.reach();
                leaveQueue(proc, mode, entry);
                break;
            }
            boolean granted = queue.isGranted(proc);
            if (!granted) {
                proc.store(entry, ProcLayout.withState(intent, ProcLayout.WAITING));
                FailPoint.QUEUED_WAITING.reach();
                granted = queue.sleep(proc, waits) == ProcLayout.GRANTED;
                FailPoint.WOKEN.reach();
                waited = true;
            }
            if (granted) {
                // In this order: the reaper must never find neither
                holds(proc, mode, entry);
                LWLockQueue.endEpisode(proc.slot);
                break;
            }
            again = spins;
            proc.store(entry, intent);
            FailPoint.WOKEN_INTENT.reach();
            clear(WAKE_IN_PROGRESS);
            FailPoint.WOKEN_CLEARED.reach();
        }
        return !waited;
    }

    /** Leaves the queue with the lock: the second try got it. */
    private void leaveQueue(final Proc proc, final LWLockMode mode, final int entry) {
        if (!queue.dequeueSelf(proc)) {
            // The reaper drops from the list whoever is not WAITING. Until it has, others may follow our links
            proc.store(entry, ProcLayout.heldWord(number, mode, ProcLayout.TAKEN));
            while ((state() & RECOVERING) != 0) {
                queue.awaitRecovery();
            }
            LWLockQueue.endEpisode(proc.slot);
        }
        FailPoint.QUEUED_LEFT.reach();
        got(proc, mode, entry);
    }

    /** In the reaper's hands: the data is at rest, or, if not, is about to be repaired. */
    void settleVersion(final boolean atRest) {
        final long version = buffer.getLong(LWLockLayout.VERSION_OFFSET);
        if (optimistic && (version & 1) == (atRest ? 1 : 0)) {
            buffer.putLongVolatile(LWLockLayout.VERSION_OFFSET, version + 1);
        }
    }

    /** After the reaper freed the slot of a dead proc whose entries named this lock. */
    void deadProcGone() {
        if (distributed) {
            readers.nudge();
        }
    }

    void clear(final int flags) {
        int old;
        do {
            old = state();
        } while (!buffer.compareAndSetInt(STATE_OFFSET, old, old & ~flags));
    }

    void count(final int counterOffset, final long number) {
        buffer.getAndAddLong(counterOffset, number);
    }

    void countWait(final int waitsOffset, final int sleeps, final long nanos) {
        count(waitsOffset, 1);
        count(LWLockLayout.FUTEX_SLEEPS_OFFSET, sleeps);
        count(LWLockLayout.WAIT_NANOS_OFFSET, nanos);
    }

    @Override
    public String toString() {
        return tranche + " " + index + " state=0x" + Integer.toHexString(state());
    }
}
