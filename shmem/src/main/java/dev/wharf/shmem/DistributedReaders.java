package dev.wharf.shmem;

import static dev.wharf.shmem.LWLockLayout.BARRED;
import static dev.wharf.shmem.LWLockLayout.BIASED;
import static dev.wharf.shmem.LWLockLayout.EXCLUSIVE;
import static dev.wharf.shmem.LWLockLayout.HAS_WAITERS;
import static dev.wharf.shmem.LWLockLayout.STATE_OFFSET;
import static dev.wharf.shmem.LWLockLayout.UNBIASED_UNTIL_OFFSET;
import static dev.wharf.shmem.LWLockLayout.WITHDRAWN_OFFSET;
import static dev.wharf.shmem.ProcLayout.PUBLISHED;

import dev.wharf.shmem.os.Futex;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What {@link LWLockAlgorithm#DISTRIBUTED_READERS} adds to a lock.
 *
 * <p>While BIASED is set and EXCLUSIVE is not, a reader has the lock once its held entry says so, with mode PUBLISHED: it
 * reads the lock's word and does not write it. The idea is BRAVO's (Dice and Kogan, 2019), with the held entries, which
 * owner death needs anyhow, as the table of visible readers.
 *
 * <h2>Exclusion</h2>
 * <ul>
 * <li>A reader stores INTENT, PUBLISHED, then a full fence, then reads the word. A writer sets EXCLUSIVE with a CAS, then reads
 *     the entries. So the reader sees EXCLUSIVE and withdraws, or the writer sees the entry and waits for it.
 * <li>BIASED is cleared only by a writer that has EXCLUSIVE and has seen every entry gone, and is set only by a reader that the
 *     word counts. So while BIASED is clear nobody is published, and while it is set every writer looks.
 * <li>A writer that waits is TAKEN: it has the lock for the reaper's count, and has changed nothing. If it dies, EXCLUSIVE
 *     goes and BIASED stays: the next one looks again.
 * <li>A dead reader's entry keeps writers out until the reaper frees the slot, which for the word's sake changes nothing.
 * </ul>
 * A reader that withdraws or leaves, in that order stores its entry, fences, and reads the word: if a writer is there, it adds
 * one to the withdrawn word and wakes the writer, which reads that word before it looks at the entry.
 *
 * <p>Who leaves wakes nobody that is queued, so while anybody is, no reader publishes itself: it is counted, and wakes as others
 * do when it releases. The race to suspect is a reader that was itself woken. As long as WAKE_IN_PROGRESS is set for its sake,
 * releases rely on it to wake the next; it clears that first and then looks whether there is a next.
 *
 * <p>After a writer has cleared BIASED, it stays clear for nine times as long as the wait took: writing costs at most
 * about a tenth more, however badly reads and writes alternate.
 */
final class DistributedReaders {
    private static final int SPINS = 200;
    private static final int INHIBIT_FACTOR = 9;
    /** A counted reader looks at the clock once in so many times. */
    private static final int CLOCK_MASK = 15;
    private static final int GATE = BIASED | EXCLUSIVE | BARRED | HAS_WAITERS;

    private final LWLock lock;
    private final Segment segment;
    private final UnsafeBuffer buffer;

    DistributedReaders(final LWLock lock) {
        this.lock = lock;
        segment = lock.segment;
        buffer = lock.buffer;
    }

    /** True if {@code proc} has the lock, shared, by its {@code entry} alone; else that is INTENT as before. */
    boolean publish(final Proc proc, final int entry) {
        if (entry >= ProcLayout.PUBLISHABLE || (lock.state() & GATE) != BIASED) {
            return false;
        }
        proc.storeVolatile(entry, ProcLayout.heldWord(lock.number, PUBLISHED, ProcLayout.INTENT));
        FailPoint.PUBLISH_INTENT.reach();
        if ((lock.state() & GATE) == BIASED) {
            proc.store(entry, ProcLayout.heldWord(lock.number, PUBLISHED, ProcLayout.HELD));
            FailPoint.PUBLISH_HELD.reach();
            proc.countAcquire(lock.number, LWLockMode.SHARED);
            return true;
        }
        proc.store(entry, ProcLayout.heldWord(lock.number, LWLockMode.SHARED, ProcLayout.INTENT));
        withdrawn();
        return false;
    }

    /** After {@code proc}'s entry ceased to be published. */
    void withdrawn() {
        VarHandle.fullFence();
        if ((lock.state() & EXCLUSIVE) != 0) {
            nudge();
        }
    }

    /** Has a writer that waits for readers look again. */
    void nudge() {
        buffer.getAndAddInt(WITHDRAWN_OFFSET, 1);
        Futex.wake(buffer.addressOffset() + WITHDRAWN_OFFSET, Integer.MAX_VALUE);
    }

    /** With EXCLUSIVE set by {@code proc}, whose entry is INTENT: waits until nobody is published. The entry is TAKEN then. */
    void awaitWithdrawals(final Proc proc, final int entry) {
        if ((lock.state() & BIASED) == 0) {
            return;
        }
        proc.store(entry, ProcLayout.heldWord(lock.number, LWLockMode.EXCLUSIVE, ProcLayout.TAKEN));
        FailPoint.READERS_AWAITED.reach();
        final long start = System.nanoTime();
        int sleeps = 0;
        for (int i = 0; i < segment.maxProcs(); i++) {
            for (int spins = 0; isPublished(segment.slot(i)); spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                    continue;
                }
                final int withdrawn = buffer.getIntVolatile(WITHDRAWN_OFFSET);
                if (isPublished(segment.slot(i))) {
                    if (sleeps++ == 0) {
                        proc.waitStart(WaitEvent.lwLock(lock.trancheId));
                    }
                    if (!Futex.await(buffer.addressOffset() + WITHDRAWN_OFFSET, withdrawn, LWLockQueue.LIVENESS_NANOS)) {
                        segment.reaper().poke();
                    }
                }
            }
        }
        final long end = System.nanoTime();
        if (sleeps > 0) {
            proc.waitEnd();
            lock.countWait(LWLockLayout.EXCLUSIVE_WAITS_OFFSET, sleeps, end - start);
        }
        // Never 0, which says that there was no writer yet
        buffer.putLongRelease(UNBIASED_UNTIL_OFFSET, end + INHIBIT_FACTOR * (end - start) | 1);
        lock.clear(BIASED);
    }

    /** True if a writer that took the lock now would have to wait for a published reader. */
    boolean anyPublished() {
        if ((lock.state() & BIASED) != 0) {
            for (int i = 0; i < segment.maxProcs(); i++) {
                if (isPublished(segment.slot(i))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isPublished(final UnsafeBuffer slot) {
        if (slot.getLongVolatile(ProcLayout.OWNER_OFFSET) == 0) {
            return false;
        }
        for (int entry = 0; entry < ProcLayout.PUBLISHABLE; entry++) {
            final long word = slot.getLongVolatile(ProcLayout.held(entry));
            if (ProcLayout.lock(word) == lock.number && ProcLayout.modeCode(word) == PUBLISHED) {
                return true;
            }
        }
        return false;
    }

    /** Lets later readers publish themselves, if no writer is about. The word counts {@code proc}. */
    void bias(final Proc proc) {
        final int old = lock.state();
        if ((old & GATE) == 0) {
            final long until = buffer.getLongVolatile(UNBIASED_UNTIL_OFFSET);
            if (until == 0 || (++proc.unpublished & CLOCK_MASK) == 0 && System.nanoTime() - until >= 0) {
                // Whoever comes between has changed the word: another time then
                buffer.compareAndSetInt(STATE_OFFSET, old, old | BIASED);
            }
        }
    }
}
