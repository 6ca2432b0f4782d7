package dev.wharf.shmem;

import static dev.wharf.shmem.ProcLayout.FREE;
import static dev.wharf.shmem.ProcLayout.HELD;
import static dev.wharf.shmem.ProcLayout.HELD_CAPACITY;
import static dev.wharf.shmem.ProcLayout.HELD_OFFSET;
import static dev.wharf.shmem.ProcLayout.held;

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
    private final int procNumber;
    private final Latch latch;
    /** Entries from here on are free; below there may be holes, where locks were not released in stack order. */
    private int top;
    private boolean closed;

    Proc(final Segment segment, final int procNumber) {
        this.segment = segment;
        this.procNumber = procNumber;
        slot = segment.slot(procNumber);
        latch = new Latch(slot);
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

    public Segment segment() {
        return segment;
    }

    /** Gives back every lock this proc holds, the last taken first. */
    public void releaseAll() {
        while (top > 0) {
            final long word = slot.getLong(held(top - 1));
            if (ProcLayout.state(word) == FREE) {
                top--;
            } else {
                segment.lock(ProcLayout.lock(word)).release(this);
            }
        }
    }

    /** Releases all locks and frees the slot. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            releaseAll();
            FailPoint.PROC_RELEASED.reach();
            slot.putLongRelease(ProcLayout.OWNER_OFFSET, RELEASED);
            FailPoint.PROC_CLOSED.reach();
            segment.procClosed();
        }
    }

    /** Takes a free entry and stores {@code word} there, before any later access. */
    int push(final long word) {
        int entry = top;
        if (entry < HELD_CAPACITY) {
            top = entry + 1;
        } else {
            entry = 0;
            while (ProcLayout.state(slot.getLong(held(entry))) != FREE) {
                if (++entry == HELD_CAPACITY) {
                    throw new ShmemException(ShmemException.INTERNAL_ERROR, "too many LWLocks taken");
                }
            }
        }
        slot.putLongRelease(held(entry), word);
        return entry;
    }

    /** All earlier accesses come before it. */
    void store(final int entry, final long word) {
        slot.putLongRelease(held(entry), word);
    }

    void pop(final int entry) {
        slot.putLongRelease(held(entry), FREE);
        int newTop = top;
        while (newTop > 0 && ProcLayout.state(slot.getLong(held(newTop - 1))) == FREE) {
            newTop--;
        }
        top = newTop;
    }

    /** The entry of {@code lock} in state HELD, the newest if there are several, or -1. */
    int find(final int lock) {
        for (int entry = top - 1; entry >= 0; entry--) {
            final long word = slot.getLong(HELD_OFFSET + entry * ProcLayout.HELD_LENGTH);
            if (ProcLayout.lock(word) == lock && ProcLayout.state(word) == HELD) {
                return entry;
            }
        }
        return -1;
    }

    long word(final int entry) {
        return slot.getLong(held(entry));
    }
}
