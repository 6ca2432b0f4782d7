package dev.wharf.shmem;

import static dev.wharf.shmem.LWLockLayout.HAS_WAITERS;
import static dev.wharf.shmem.LWLockLayout.INCONSISTENT;
import static dev.wharf.shmem.LWLockLayout.LIST_LOCKED;
import static dev.wharf.shmem.LWLockLayout.LOCK_MASK;
import static dev.wharf.shmem.LWLockLayout.RECOVERING;
import static dev.wharf.shmem.LWLockLayout.STATE_OFFSET;
import static dev.wharf.shmem.LWLockLayout.WAKE_IN_PROGRESS;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.os.Futex;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes from the dead what they held.
 *
 * <p>One process at a time has the role, by a kernel lock that its own death frees. For each lock that an entry of a dead
 * proc names:
 * <ol>
 * <li>set RECOVERING: nobody new gets the lock or its list bit; those that hold it may go on releasing;
 * <li>wait until every live proc has been seen once in neither INTENT nor RELEASING nor UPDATING on it. Whatever it does on
 *     that lock afterwards meets RECOVERING: it can subtract itself from the holders, end the readers' bias if it has the
 *     lock exclusively, and nothing else;
 * <li>if a dead proc is HELD exclusively, nobody else holds it: repair its data, or set INCONSISTENT. Only then is that
 *     entry turned into INTENT, which says "names the lock, no data at stake";
 * <li>read the word; count the live entries that hold (HELD, UPDATING, TAKEN, and WAITING that was GRANTED); relink the live
 *     WAITING ones by ticket; choose whom to wake or to hand the lock; and CAS the word from what was read to that, without
 *     RECOVERING. A release in between makes it fail:
 *     count again;
 * <li>wake the chosen, and those that stood back.
 * </ol>
 * The slots of the dead are freed last. So a reaper that dies anywhere leaves entries that name every lock it was at, and
 * the next one does each step again. Step 3 is why a step repeated after step 4 cannot declare a live holder's data
 * broken.
 *
 * <p>A live process that is stopped between INTENT and HELD is waited for as long as it is stopped: it may be a store
 * away from holding the lock.
 */
final class Reaper {
    private static final long PAUSE_NANOS = 20_000;
    /** So many pauses between two looks whether those waited for are alive. */
    private static final int PAUSES_PER_LOOK = 500;
    private static final int IN_DOUBT = -1;

    private final Segment segment;
    private final SideFile sideFile;
    private final ReentrantLock oneThread = new ReentrantLock();
    private final Thread thread = Thread.ofPlatform().daemon().name("wharf reaper").unstarted(this::run);
    private volatile boolean poked;
    private volatile boolean closed;

    Reaper(final Segment segment, final SideFile sideFile) {
        this.segment = segment;
        this.sideFile = sideFile;
    }

    /** Has somebody look for the dead soon, without waiting: for callers that are in the middle of a lock's protocol. */
    void poke() {
        if (!poked) {
            poked = true;
            LockSupport.unpark(thread);
        }
    }

    /** Before there is anybody to poke: starting a thread can fail, and a waiter must not. */
    synchronized void start() {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    private void run() {
        while (!closed) {
            if (!poked) {
                LockSupport.park(this);
                continue;
            }
            poked = false;
            try {
                reap();
            } catch (final RuntimeException | Error e) {
                if (!closed) {
                    log().log(System.Logger.Level.ERROR, "could not recover from the death of a process", e);
                }
            }
        }
    }

    /** Lets a recovery finish: without the role, which goes with the side file, it must not go on. */
    void close() {
        oneThread.lock();
        closed = true;
        oneThread.unlock();
        LockSupport.unpark(thread);
    }

    /** Frees the slots of all processes that are dead now, and recovers their locks. Waits for another reaper's end. */
    List<ReapedProc> reap() {
        if (findDead().isEmpty()) {
            return List.of();
        }
        return inRole(this::reapInRole);
    }

    /** Runs {@code repair} and makes {@code lock} good again, if it is still inconsistent. */
    void repair(final LWLock lock, final Runnable repair) {
        inRole(() -> {
            if ((lock.state() & INCONSISTENT) != 0) {
                repair.run();
                FailPoint.REPAIR_DONE.reach();
                lock.settleVersion(true);
                lock.clear(INCONSISTENT);
            }
            return null;
        });
    }

    private <T> T inRole(final Supplier<T> action) {
        oneThread.lock();
        try {
            if (closed) {
                throw new IllegalStateException("segment \"" + segment.file() + "\" was closed");
            }
            try (FileLock _ = sideFile.lockReaper()) {
                return action.get();
            }
        } catch (final IOException e) {
            throw new ShmemException(ShmemException.IO_ERROR, "could not lock the segment's lock file", e);
        } finally {
            oneThread.unlock();
        }
    }

    private List<ReapedProc> reapInRole() {
        BitSet dead;
        Collection<LWLock> locks;
        do {
            FailPoint.REAP_ROLE.reach();
            dead = findDead();
            locks = locksOf(dead);
        } while (!recoverLocks(locks, dead));
        final List<ReapedProc> reaped = new ArrayList<>();
        for (int proc = dead.nextSetBit(0); proc >= 0; proc = dead.nextSetBit(proc + 1)) {
            final UnsafeBuffer slot = segment.slot(proc);
            reaped.add(new ReapedProc(proc, ProcLayout.process(owner(slot)).pid(), Segment.text(
                slot, ProcLayout.BACKEND_TYPE_OFFSET, ProcLayout.BACKEND_TYPE_LENGTH)));
            for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
                slot.putLong(ProcLayout.held(entry), ProcLayout.FREE);
                FailPoint.REAP_ENTRY_FREED.reach();
            }
            Proc.handInAcquires(this::lockOrNull, slot);
            slot.putLongRelease(ProcLayout.OWNER_OFFSET, 0);
            FailPoint.REAP_SLOT_FREED.reach();
        }
        locks.forEach(LWLock::deadProcGone);
        return reaped;
    }

    /** The slots whose process is dead. */
    private BitSet findDead() {
        final BitSet dead = new BitSet();
        final Map<ProcessIdentity, Boolean> alive = new HashMap<>();
        for (int proc = 0; proc < segment.maxProcs(); proc++) {
            final long owner = owner(segment.slot(proc));
            if (owner != 0
                && !alive.computeIfAbsent(ProcLayout.process(owner), ProcessIdentity::isAlive)
                // Else it ended in good order, and the slot may be another's already
                && owner(segment.slot(proc)) == owner) {
                dead.set(proc);
            }
        }
        return dead;
    }

    /** The locks that entries of the dead name, by number. */
    private Collection<LWLock> locksOf(final BitSet dead) {
        final Map<Integer, LWLock> locks = new TreeMap<>();
        for (int proc = dead.nextSetBit(0); proc >= 0; proc = dead.nextSetBit(proc + 1)) {
            for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
                final long word = segment.slot(proc).getLongVolatile(ProcLayout.held(entry));
                if (ProcLayout.state(word) != ProcLayout.FREE) {
                    locks.computeIfAbsent(ProcLayout.lock(word), this::lockOrNull);
                }
            }
        }
        return locks.values();
    }

    /** Null if there is no such lock: the slot was altered, and what else its owner held is to be recovered all the same. */
    private LWLock lockOrNull(final int number) {
        try {
            return segment.lock(number);
        } catch (final RuntimeException e) {
            log().log(System.Logger.Level.ERROR, "segment \"" + segment.file()
                + "\" was altered: a dead process's slot names lock " + number + ", which there is not", e);
            return null;
        }
    }

    /** False if yet another process died: start again. */
    private boolean recoverLocks(final Collection<LWLock> locks, final BitSet dead) {
        for (final LWLock lock : locks) {
            set(lock, RECOVERING);
            FailPoint.REAP_RECOVERING.reach();
        }
        for (final LWLock lock : locks) {
            if (!awaitQuiescence(lock, dead) || !recover(lock, dead)) {
                return false;
            }
        }
        return true;
    }

    private boolean awaitQuiescence(final LWLock lock, final BitSet dead) {
        for (int proc = dead.nextClearBit(0); proc < segment.maxProcs(); proc = dead.nextClearBit(proc + 1)) {
            final UnsafeBuffer slot = segment.slot(proc);
            for (int pauses = 1; isIn(slot, lock, ProcLayout.INTENT) || isIn(slot, lock, ProcLayout.RELEASING)
                 || isIn(slot, lock, ProcLayout.UPDATING); pauses++) {
                if (!pause(slot, pauses)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean recover(final LWLock lock, final BitSet dead) {
        FailPoint.REAP_QUIESCENT.reach();
        settleDeadOwner(lock, dead);
        final List<Waiter> waiters = new ArrayList<>();
        for (;;) {
            final int old = lock.state();
            int holders = 0;
            waiters.clear();
            for (int proc = dead.nextClearBit(0); proc < segment.maxProcs(); proc = dead.nextClearBit(proc + 1)) {
                FailPoint.REAP_INSPECT.reach();
                int held = inspect(lock, proc, waiters);
                for (int pauses = 1; held == IN_DOUBT; pauses++) {
                    if (!pause(segment.slot(proc), pauses)) {
                        return false;
                    }
                    final int again = proc;
                    waiters.removeIf(waiter -> waiter.proc == again);
                    held = inspect(lock, proc, waiters);
                }
                holders += held;
            }
            FailPoint.REAP_COUNTED.reach();
            relink(lock, waiters);
            if ((holders & LWLockLayout.EXCLUSIVE) == 0 && (old & INCONSISTENT) == 0) {
                lock.settleVersion(true);
            }
            if (wakeAndReplace(lock, old, holders)) {
                return true;
            }
        }
    }

    private void relink(final LWLock lock, final List<Waiter> waiters) {
        waiters.sort(null);
        WaitList.clear(lock);
        FailPoint.REAP_CLEARED.reach();
        for (final Waiter waiter : waiters) {
            if (waiter.untilFree && (waiter.semaphore & ProcLayout.SEMAPHORE_STATE_MASK) == ProcLayout.CHOSEN) {
                // The dead one chose it for a reason that need not come again
                WaitList.post(segment.slot(waiter.proc), waiter.semaphore, ProcLayout.NOT_WAITING);
                continue;
            }
            segment.slot(waiter.proc).putIntRelease(ProcLayout.SEMAPHORE_OFFSET,
                waiter.semaphore & ~ProcLayout.SEMAPHORE_STATE_MASK | ProcLayout.LISTED);
            WaitList.append(segment, lock, waiter.proc);
        }
        FailPoint.REAP_RELINKED.reach();
    }

    /** Chooses whom to wake, replaces the word {@code old}, and wakes them. False if the word had changed. */
    private boolean wakeAndReplace(final LWLock lock, final int old, final int holders) {
        final int[] chosen = new int[segment.maxProcs()];
        int retrying = 0;
        int count = 0;
        int granted = 0;
        if ((old & INCONSISTENT) != 0) {
            // Each is to get the error, and no holder will ever wake them
            retrying = WaitList.takeAll(segment, lock, chosen);
            count = retrying;
        } else if (lock.fair) {
            retrying = holders == 0 ? WaitList.takeUntilFree(segment, lock, chosen) : 0;
            granted = WaitList.grantable(segment, lock, holders);
            count = WaitList.takeGranted(segment, lock, granted, chosen, retrying);
        } else if (holders == 0) {
            retrying = WaitList.choose(segment, lock, chosen);
            count = retrying;
        }
        final int[] semaphores = new int[count];
        for (int i = 0; i < count; i++) {
            semaphores[i] = WaitList.markChosen(segment.slot(chosen[i]));
        }
        FailPoint.REAP_CHOSEN.reach();
        final int state = old & ~(LOCK_MASK | RECOVERING | LIST_LOCKED | WAKE_IN_PROGRESS | HAS_WAITERS)
            | holders + granted | (WaitList.isEmpty(lock) ? 0 : HAS_WAITERS)
            | (!lock.fair && WaitList.anyWillRetry(segment, chosen, retrying) ? WAKE_IN_PROGRESS : 0);
        if (!lock.buffer.compareAndSetInt(STATE_OFFSET, old, state)) {
            return false;
        }
        FailPoint.REAP_PUBLISHED.reach();
        for (int i = 0; i < count; i++) {
            WaitList.post(segment.slot(chosen[i]), semaphores[i],
                i < retrying ? ProcLayout.NOT_WAITING : ProcLayout.GRANTED);
        }
        FailPoint.REAP_POSTED.reach();
        Futex.wake(lock.buffer.addressOffset() + STATE_OFFSET, Integer.MAX_VALUE);
        return true;
    }

    /**
     * What one live proc adds to the lock's holders; its place in the queue, if it waits, goes to {@code waiters}.
     *
     * @return {@link #IN_DOUBT} if it is RELEASING: nobody but itself knows whether the word still counts it. So each entry is
     *     read once, and that counts. Who is HELD then and RELEASING after it is counted, and its subtraction makes the CAS fail
     */
    private int inspect(final LWLock lock, final int proc, final List<Waiter> waiters) {
        final UnsafeBuffer slot = segment.slot(proc);
        int holders = 0;
        for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
            final long word = slot.getLongVolatile(ProcLayout.held(entry));
            if (ProcLayout.lock(word) == lock.number) {
                switch (ProcLayout.state(word)) {
                    case ProcLayout.HELD, ProcLayout.UPDATING, ProcLayout.TAKEN -> holders += weight(word);
                    case ProcLayout.WAITING -> {
                        final int semaphore = slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET);
                        switch (semaphore & ProcLayout.SEMAPHORE_STATE_MASK) {
                            case ProcLayout.GRANTED -> holders += weight(word);
                            case ProcLayout.NOT_WAITING -> {
                                // It has been woken, and is about to try; or the entry says by now that it was granted
                                if (slot.getLongVolatile(ProcLayout.held(entry)) != word) {
                                    entry--;
                                }
                            }
                            default -> waiters.add(new Waiter(ProcLayout.modeCode(word) == ProcLayout.UNTIL_FREE,
                                slot.getLong(ProcLayout.held(entry) + ProcLayout.HELD_TICKET_OFFSET), proc, semaphore));
                        }
                    }
                    case ProcLayout.RELEASING -> {
                        return IN_DOUBT;
                    }
                    default -> { }
                }
            }
        }
        return holders;
    }

    private static int weight(final long heldWord) {
        final int mode = ProcLayout.modeCode(heldWord);
        if (mode == LWLockMode.EXCLUSIVE.code) {
            return LWLockLayout.EXCLUSIVE;
        }
        // The word does not count the published
        return mode == LWLockMode.SHARED.code ? LWLockLayout.SHARED : 0;
    }

    private void settleDeadOwner(final LWLock lock, final BitSet dead) {
        for (int proc = dead.nextSetBit(0); proc >= 0; proc = dead.nextSetBit(proc + 1)) {
            final UnsafeBuffer slot = segment.slot(proc);
            for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
                final long word = slot.getLongVolatile(ProcLayout.held(entry));
                final int state = ProcLayout.state(word);
                if (ProcLayout.lock(word) == lock.number && ProcLayout.modeCode(word) == LWLockMode.EXCLUSIVE.code
                    && (state == ProcLayout.HELD || state == ProcLayout.UPDATING)) {
                    final int pid = (int)ProcLayout.process(owner(slot)).pid();
                    lock.settleVersion(false);
                    if (!isRepaired(lock, pid)) {
                        lock.buffer.putIntRelease(LWLockLayout.DEAD_OWNER_PID_OFFSET, pid);
                        set(lock, INCONSISTENT);
                        FailPoint.REAP_INCONSISTENT.reach();
                    }
                    FailPoint.REAP_REPAIRED.reach();
                    slot.putLongRelease(ProcLayout.held(entry), ProcLayout.withState(word, ProcLayout.INTENT));
                    FailPoint.REAP_SETTLED.reach();
                }
            }
        }
    }

    private boolean isRepaired(final LWLock lock, final int deadPid) {
        if (segment.ownerDeath(lock.trancheId) == OwnerDeath.CONSISTENT) {
            return true;
        }
        final OwnerDeathCallback callback = segment.ownerDeathCallback(lock.trancheId);
        if (callback == null) {
            return false;
        }
        try {
            callback.repair(lock, deadPid);
            return true;
        } catch (final RuntimeException | Error e) {
            // The next acquirer tries again, and gets the exception
            log().log(System.Logger.Level.DEBUG, "could not repair what lock " + lock.tranche() + " protects", e);
            return false;
        }
    }

    private static boolean isIn(final UnsafeBuffer slot, final LWLock lock, final int state) {
        if (owner(slot) == 0) {
            return false;
        }
        for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
            final long word = slot.getLongVolatile(ProcLayout.held(entry));
            if (ProcLayout.lock(word) == lock.number && ProcLayout.state(word) == state) {
                return true;
            }
        }
        return false;
    }

    /** Waits a little for {@code slot}'s owner; false if that has died. */
    private boolean pause(final UnsafeBuffer slot, final int pauses) {
        final boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(this, PAUSE_NANOS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (pauses % PAUSES_PER_LOOK != 0) {
            return true;
        }
        final long owner = owner(slot);
        return owner == 0 || ProcLayout.process(owner).isAlive() || owner(slot) != owner;
    }

    private static long owner(final UnsafeBuffer slot) {
        return slot.getLongVolatile(ProcLayout.OWNER_OFFSET);
    }

    private static void set(final LWLock lock, final int flags) {
        int old;
        do {
            old = lock.state();
        } while (!lock.buffer.compareAndSetInt(STATE_OFFSET, old, old | flags));
    }

    /** Asked for when there is something to say: the first logger costs a JVM's start many milliseconds. */
    private static System.Logger log() {
        return System.getLogger(Reaper.class.getName());
    }

    private record Waiter(boolean untilFree, long ticket, int proc, int semaphore) implements Comparable<Waiter> {
        /** As they queued: those that wait until free each at the head. */
        @Override
        public int compareTo(final Waiter other) {
            if (untilFree != other.untilFree) {
                return untilFree ? -1 : 1;
            }
            return untilFree ? Long.compare(other.ticket, ticket) : Long.compare(ticket, other.ticket);
        }
    }
}
