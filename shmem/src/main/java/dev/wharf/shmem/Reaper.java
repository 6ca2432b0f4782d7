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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * <li>wait until every live proc has been seen once in neither INTENT nor RELEASING on it. Whatever it does on that
 *     lock afterwards meets RECOVERING: it can subtract itself from the holders, and nothing else;
 * <li>if a dead proc is HELD exclusively, nobody else holds it: repair its data, or set INCONSISTENT. Only then is that
 *     entry turned into INTENT, which says "names the lock, no data at stake";
 * <li>read the word; count the live HELD entries; relink the live WAITING ones by ticket; if nobody is left, choose whom
 *     to wake; and CAS the word from what was read to that, without RECOVERING. A release in between makes it fail:
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
                clear(lock, INCONSISTENT);
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
        do {
            dead = findDead();
        } while (!recoverLocks(dead));
        final List<ReapedProc> reaped = new ArrayList<>();
        for (int proc = dead.nextSetBit(0); proc >= 0; proc = dead.nextSetBit(proc + 1)) {
            final UnsafeBuffer slot = segment.slot(proc);
            reaped.add(new ReapedProc(proc, ProcLayout.process(owner(slot)).pid(), Segment.text(
                slot, ProcLayout.BACKEND_TYPE_OFFSET, ProcLayout.BACKEND_TYPE_LENGTH)));
            for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
                slot.putLong(ProcLayout.held(entry), ProcLayout.FREE);
            }
            slot.putLongRelease(ProcLayout.OWNER_OFFSET, 0);
        }
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

    /** False if yet another process died: start again. */
    private boolean recoverLocks(final BitSet dead) {
        final BitSet locks = new BitSet();
        for (int proc = dead.nextSetBit(0); proc >= 0; proc = dead.nextSetBit(proc + 1)) {
            for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
                final long word = segment.slot(proc).getLongVolatile(ProcLayout.held(entry));
                if (ProcLayout.state(word) != ProcLayout.FREE) {
                    locks.set(ProcLayout.lock(word));
                }
            }
        }
        for (int lock = locks.nextSetBit(0); lock >= 0; lock = locks.nextSetBit(lock + 1)) {
            set(segment.lock(lock), RECOVERING);
        }
        for (int lock = locks.nextSetBit(0); lock >= 0; lock = locks.nextSetBit(lock + 1)) {
            if (!awaitQuiescence(segment.lock(lock), dead) || !recover(segment.lock(lock), dead)) {
                return false;
            }
        }
        return true;
    }

    private boolean awaitQuiescence(final LWLock lock, final BitSet dead) {
        for (int proc = dead.nextClearBit(0); proc < segment.maxProcs(); proc = dead.nextClearBit(proc + 1)) {
            final UnsafeBuffer slot = segment.slot(proc);
            for (int pauses = 1; isIn(slot, lock, ProcLayout.INTENT) || isIn(slot, lock, ProcLayout.RELEASING);
                 pauses++) {
                if (!pause(slot, pauses)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean recover(final LWLock lock, final BitSet dead) {
        settleDeadOwner(lock, dead);
        final List<Waiter> waiters = new ArrayList<>();
        final int[] chosen = new int[segment.maxProcs()];
        for (;;) {
            final int old = lock.state();
            int holders = 0;
            waiters.clear();
            for (int proc = dead.nextClearBit(0); proc < segment.maxProcs(); proc = dead.nextClearBit(proc + 1)) {
                final UnsafeBuffer slot = segment.slot(proc);
                int held = inspect(lock, proc, waiters);
                for (int pauses = 1; held == IN_DOUBT; pauses++) {
                    if (!pause(slot, pauses)) {
                        return false;
                    }
                    held = inspect(lock, proc, waiters);
                }
                holders += held;
            }
            waiters.sort(null);
            WaitList.clear(lock);
            for (final Waiter waiter : waiters) {
                segment.slot(waiter.proc).putIntRelease(ProcLayout.SEMAPHORE_OFFSET,
                    waiter.semaphore & ~ProcLayout.SEMAPHORE_STATE_MASK | ProcLayout.LISTED);
                WaitList.append(segment, lock, waiter.proc);
            }
            final boolean inconsistent = (old & INCONSISTENT) != 0;
            int count = 0;
            if (inconsistent) {
                // Each is to get the error, and no holder will ever wake them
                for (final Waiter waiter : waiters) {
                    chosen[count++] = waiter.proc;
                }
                WaitList.clear(lock);
            } else if (holders == 0) {
                count = WaitList.choose(segment, lock, chosen);
            }
            final int[] semaphores = new int[count];
            for (int i = 0; i < count; i++) {
                semaphores[i] = WaitList.markChosen(segment.slot(chosen[i]));
            }
            final int state = old & ~(LOCK_MASK | RECOVERING | LIST_LOCKED | WAKE_IN_PROGRESS | HAS_WAITERS)
                | holders | (WaitList.isEmpty(lock) ? 0 : HAS_WAITERS) | (count > 0 ? WAKE_IN_PROGRESS : 0);
            if (lock.buffer.compareAndSetInt(STATE_OFFSET, old, state)) {
                for (int i = 0; i < count; i++) {
                    WaitList.post(segment.slot(chosen[i]), semaphores[i]);
                }
                Futex.wake(lock.buffer.addressOffset() + STATE_OFFSET, Integer.MAX_VALUE);
                return true;
            }
        }
    }

    /**
     * What one live proc adds to the lock's holders; its place in the queue, if it waits, goes to {@code waiters}. IN_DOUBT if it
     * is RELEASING: it may or may not have subtracted itself, and counted out before it does, it would subtract itself twice. So
     * each entry is read once, and what that says is what counts: a look before this one says nothing about now.
     */
    private int inspect(final LWLock lock, final int proc, final List<Waiter> waiters) {
        final UnsafeBuffer slot = segment.slot(proc);
        int holders = 0;
        for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
            final long word = slot.getLongVolatile(ProcLayout.held(entry));
            if (ProcLayout.lock(word) == lock.number) {
                switch (ProcLayout.state(word)) {
                    case ProcLayout.HELD -> holders += ProcLayout.modeCode(word) == LWLockMode.EXCLUSIVE.code
                        ? LWLockLayout.EXCLUSIVE : LWLockLayout.SHARED;
                    case ProcLayout.WAITING -> {
                        final int semaphore = slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET);
                        // Else it has been woken, and is about to try
                        if ((semaphore & ProcLayout.SEMAPHORE_STATE_MASK) != ProcLayout.NOT_WAITING) {
                            waiters.add(new Waiter(slot.getLong(
                                ProcLayout.held(entry) + ProcLayout.HELD_TICKET_OFFSET), proc, semaphore));
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

    private void settleDeadOwner(final LWLock lock, final BitSet dead) {
        for (int proc = dead.nextSetBit(0); proc >= 0; proc = dead.nextSetBit(proc + 1)) {
            final UnsafeBuffer slot = segment.slot(proc);
            for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
                final long word = slot.getLongVolatile(ProcLayout.held(entry));
                if (ProcLayout.lock(word) == lock.number && ProcLayout.state(word) == ProcLayout.HELD
                    && ProcLayout.modeCode(word) == LWLockMode.EXCLUSIVE.code) {
                    final int pid = (int)ProcLayout.process(owner(slot)).pid();
                    if (!isRepaired(lock, pid)) {
                        lock.buffer.putIntRelease(LWLockLayout.DEAD_OWNER_PID_OFFSET, pid);
                        set(lock, INCONSISTENT);
                    }
                    slot.putLongRelease(ProcLayout.held(entry), ProcLayout.withState(word, ProcLayout.INTENT));
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

    private static void clear(final LWLock lock, final int flags) {
        int old;
        do {
            old = lock.state();
        } while (!lock.buffer.compareAndSetInt(STATE_OFFSET, old, old & ~flags));
    }

    /** Asked for when there is something to say: the first logger costs a JVM's start many milliseconds. */
    private static System.Logger log() {
        return System.getLogger(Reaper.class.getName());
    }

    private record Waiter(long ticket, int proc, int semaphore) implements Comparable<Waiter> {
        @Override
        public int compareTo(final Waiter other) {
            return Long.compare(ticket, other.ticket);
        }
    }
}
