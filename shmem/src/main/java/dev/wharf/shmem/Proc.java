package dev.wharf.shmem;

import static dev.wharf.shmem.ProcLayout.FREE;
import static dev.wharf.shmem.ProcLayout.HELD;
import static dev.wharf.shmem.ProcLayout.HELD_CAPACITY;
import static dev.wharf.shmem.ProcLayout.HELD_OFFSET;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * This thread's slot of the proc table: what it needs to hold locks and to be woken. From {@link Segment#attachProc}.
 *
 * <p>One thread at a time uses it; not for virtual threads, because it sleeps in the kernel. Only {@link #latch()} may be
 * set by others.
 */
public final class Proc implements AutoCloseable {
    private static final long RELEASED = 0;

    final Segment segment;
    final UnsafeBuffer slot;
    /** The proc numbers a release is about to wake. */
    final int[] wakeList;
    /** Their semaphores as they were chosen. */
    final int[] wakeSemaphores;
    /** What closing does first: leaving queues and barriers. By who asked for it. */
    final Map<Object, Runnable> onClose = new LinkedHashMap<>();
    /** The condition variable that this thread has prepared to sleep on, or null, and its sequence as it was then. */
    ConditionVariable sleepTarget;
    int sleepSequence;
    private final int procNumber;
    private final Latch latch;
    private final Interrupts interrupts;
    /** Where the slot's entries and counters are: their indexes are ours, and need no check against the slot's bounds. */
    private final long heldAddress;
    private final long slotAddress;
    /** Entries from here on are free. */
    private int top;
    /** How many entries there are: none once this proc is closed, so that nothing more is asked where one is taken. */
    private int capacity = HELD_CAPACITY;
    /** How many below are free too, because locks were not released in stack order. */
    private int holes;
    private boolean closed;
    /** Counts shared acquires of locks whose readers might be published, to look at the clock only now and then. */
    int unpublished;

    Proc(final Segment segment, final int procNumber) {
        this.segment = segment;
        this.procNumber = procNumber;
        slot = segment.slot(procNumber);
        slotAddress = slot.addressOffset();
        heldAddress = slotAddress + HELD_OFFSET;
        latch = new Latch(slot, this);
        interrupts = new Interrupts(slot);
        wakeList = new int[segment.maxProcs()];
        wakeSemaphores = new int[segment.maxProcs()];
    }

    /** 0 to maxProcs - 1; another proc's once this one is closed. */
    public int procNumber() {
        return procNumber;
    }

    /** What wakes this thread. */
    public Latch latch() {
        return latch;
    }

    /** What other processes have to tell this thread. */
    public Interrupts interrupts() {
        return interrupts;
    }

    public Segment segment() {
        return segment;
    }

    /** Gives back every lock this proc holds, the last taken first. */
    public void releaseAll() {
        while (top > 0) {
            final long word = word(top - 1);
            if (ProcLayout.state(word) == FREE) {
                top--;
                holes--;
            } else {
                segment.lock(ProcLayout.lock(word)).release(this);
            }
        }
    }

    /** Releases all locks and frees the slot. */
    @Override
    public void close() {
        if (!closed) {
            List.copyOf(onClose.values()).forEach(Runnable::run);
            closed = true;
            interrupts.close();
            releaseAll();
            capacity = 0;
            handInAcquires(segment::lock, slot);
            FailPoint.PROC_RELEASED.reach();
            slot.putLongRelease(ProcLayout.OWNER_OFFSET, RELEASED);
            FailPoint.PROC_CLOSED.reach();
            segment.procClosed();
        }
    }

    /** Other processes see from here on what this thread sleeps for, until {@link #waitEnd}. */
    void waitStart(final WaitEvent event) {
        waitStart(event.word());
    }

    /** As above, for a word of {@link WaitEvent}'s encoding. */
    void waitStart(final int eventWord) {
        slot.putIntRelease(ProcLayout.WAIT_EVENT_OFFSET, eventWord);
    }

    void waitEnd() {
        slot.putIntRelease(ProcLayout.WAIT_EVENT_OFFSET, 0);
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes a free entry and stores {@code word} there, before any later access. */
    int push(final LWLock lock, final long word) {
        if (lock.segment != segment) {
            throw ofAnotherSegment(lock);
        }
        final int entry = top < capacity ? top++ : takeHole();
        store(entry, word);
        return entry;
    }

    /** As {@link #push} does, for who may need no entry. */
    void checkMayWaitFor(final LWLock lock) {
        if (lock.segment != segment) {
            throw ofAnotherSegment(lock);
        }
        if (closed) {
            throw isClosedException();
        }
    }

    private IllegalArgumentException ofAnotherSegment(final LWLock lock) {
        return new IllegalArgumentException("lock " + lock.tranche() + " " + lock.index() + " is in segment \""
            + lock.segment.file() + "\", the proc in segment \"" + segment.file() + "\"");
    }

    private static IllegalStateException isClosedException() {
        return new IllegalStateException("the proc is closed: it can take no lock, and its slot may be another's");
    }

    private int takeHole() {
        if (closed) {
            throw isClosedException();
        }
        for (int entry = 0; entry < HELD_CAPACITY; entry++) {
            if (ProcLayout.state(word(entry)) == FREE) {
                holes--;
                return entry;
            }
        }
        throw new ShmemException(ShmemException.INTERNAL_ERROR, "too many LWLocks taken");
    }

    /** Stores {@code word}, and lets no later access come before it. */
    void storeVolatile(final int entry, final long word) {
        UnsafeApi.putLongVolatile(null, address(entry), word);
    }

    /** All earlier accesses come before it. */
    void store(final int entry, final long word) {
        UnsafeApi.putLongRelease(null, address(entry), word);
    }

    void pop(final int entry) {
        store(entry, FREE);
        if (entry != top - 1) {
            holes++;
            return;
        }
        top = entry;
        while (holes > 0 && ProcLayout.state(word(top - 1)) == FREE) {
            top--;
            holes--;
        }
    }

    /** The entry of {@code lock} in state HELD, the newest if there are several, or -1. */
    int find(final int lock) {
        for (int entry = top - 1; entry >= 0; entry--) {
            final long word = word(entry);
            if (ProcLayout.lock(word) == lock && ProcLayout.state(word) == HELD) {
                return entry;
            }
        }
        return -1;
    }

    boolean holdsAny(final int firstLock, final int locks) {
        for (int entry = top - 1; entry >= 0; entry--) {
            final long word = word(entry);
            if (ProcLayout.state(word) == HELD && ProcLayout.lock(word) - firstLock >= 0
                && ProcLayout.lock(word) - firstLock < locks) {
                return true;
            }
        }
        return false;
    }

    boolean holdsInMode(final int lock, final LWLockMode mode) {
        for (int entry = top - 1; entry >= 0; entry--) {
            final long word = word(entry);
            if (ProcLayout.state(word) == HELD && ProcLayout.lock(word) == lock
                && ProcLayout.baseMode(word) == mode.code) {
                return true;
            }
        }
        return false;
    }

    /**
     * Counts an acquire in the own slot: opaque stores to a line that nobody else writes. There is one counter for many
     * locks; who finds another lock's there adds that to the lock's own, and takes it over.
     */
    void countAcquire(final int lock, final LWLockMode mode) {
        final int key = ProcLayout.acquiresKey(lock, mode);
        final long none = (long)key << Integer.SIZE;
        final long address = slotAddress + ProcLayout.acquires(key);
        final long word = UnsafeApi.getLong(address);
        // The same key, and a count that is not about to reach it
        if ((word ^ none) >>> Integer.SIZE - 1 == 0) {
            UnsafeApi.putLongOpaque(null, address, word + 1);
        } else {
            UnsafeApi.putLongOpaque(null, address, none + 1);
            if (word != 0) {
                handIn(segment.lock(ProcLayout.acquiresLock(word)), word);
            }
        }
    }

    /**
     * Adds what {@code slot} has counted to the locks' own counters. By its owner, or by the reaper after its death.
     *
     * @param locks by number; null for one that there is not
     */
    static void handInAcquires(final IntFunction<LWLock> locks, final UnsafeBuffer slot) {
        for (int entry = 0; entry < ProcLayout.ACQUIRES_CAPACITY; entry++) {
            final int offset = ProcLayout.acquires(entry);
            final long word = slot.getLong(offset);
            slot.putLongOpaque(offset, 0);
            final LWLock lock = word == 0 ? null : locks.apply(ProcLayout.acquiresLock(word));
            if (lock != null) {
                handIn(lock, word);
            }
        }
    }

    private static void handIn(final LWLock lock, final long word) {
        lock.count((word & 1L << Integer.SIZE) == 0
            ? LWLockLayout.SHARED_ACQUIRES_OFFSET : LWLockLayout.EXCLUSIVE_ACQUIRES_OFFSET, word & 0xFFFF_FFFFL);
    }

    long word(final int entry) {
        return UnsafeApi.getLong(address(entry));
    }

    private long address(final int entry) {
        return heldAddress + entry * (long)ProcLayout.HELD_LENGTH;
    }
}
