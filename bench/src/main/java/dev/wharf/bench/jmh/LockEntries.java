package dev.wharf.bench.jmh;

import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The uncontended path of an exclusive LWLock, put together again step by step, to see what each step costs. Not a lock to use:
 * there is no waiting, no mode and no recovery. One thread.
 *
 * <p>The step after the last one here is LWLock itself, which has the modes and the way to the slow path.
 */
final class LockEntries {
    private static final int EXCLUSIVE = 1 << 18;
    private static final int HOLDERS = EXCLUSIVE | EXCLUSIVE - 1;
    private static final int CAPACITY = 200;
    private static final int ENTRY_LENGTH = 16;
    /** Bytes of the list of entries. */
    static final int LENGTH = CAPACITY * ENTRY_LENGTH;

    private static final long LOCK_NUMBER = 7;
    private static final long MODE = 2 << 8;
    private static final int STATE_MASK = 255;
    private static final int FREE = 0;
    private static final int INTENT = 1;
    private static final int HELD = 2;
    private static final int RELEASING = 4;

    private final long word;
    private final long entries;
    private int top;
    private int holes;

    /**
     * @param word    4 bytes, the lock
     * @param entries {@link #LENGTH} bytes of zero, on other lines
     */
    LockEntries(UnsafeBuffer word, UnsafeBuffer entries) {
        this.word = word.addressOffset();
        this.entries = entries.addressOffset();
    }

    /** The word alone: a compare-and-set, an atomic subtraction. */
    int bare() {
        take();
        return give();
    }

    /** And the four states of the holder's entry, always the same one. */
    int stores() {
        store(0, heldWord(INTENT));
        take();
        store(0, heldWord(HELD));
        store(0, heldWord(RELEASING));
        int left = give();
        store(0, FREE);
        return left;
    }

    /** And a list of entries: a free one is found, then the lock's own, then the list's new end. */
    int list() {
        int entry = push(heldWord(INTENT));
        take();
        store(entry, heldWord(HELD));
        int found = find((int) LOCK_NUMBER);
        if (found < 0) {
            throw new IllegalStateException("the lock is not held");
        }
        long held = UnsafeApi.getLong(at(found));
        store(found, held & ~STATE_MASK | RELEASING);
        int left = give();
        pop(found);
        return left;
    }

    private static long heldWord(int state) {
        return LOCK_NUMBER << Integer.SIZE | MODE | state;
    }

    private long at(int entry) {
        return entries + (long) entry * ENTRY_LENGTH;
    }

    private void store(int entry, long held) {
        UnsafeApi.putLongRelease(null, at(entry), held);
    }

    private void take() {
        int old = 0;
        while ((old & HOLDERS) == 0) {
            int seen = UnsafeApi.compareAndExchangeInt(null, word, old, old + EXCLUSIVE);
            if (seen == old) {
                return;
            }
            old = seen;
        }
        throw new IllegalStateException("the lock is not free: word=" + old);
    }

    private int give() {
        return UnsafeApi.getAndAddInt(null, word, -EXCLUSIVE) - EXCLUSIVE;
    }

    private int push(long held) {
        int entry = top;
        if (entry >= CAPACITY) {
            throw new IllegalStateException("too many locks taken");
        }
        top = entry + 1;
        store(entry, held);
        return entry;
    }

    private int find(int lock) {
        for (int entry = top - 1; entry >= 0; entry--) {
            long held = UnsafeApi.getLong(at(entry));
            if ((int) (held >>> Integer.SIZE) == lock && (held & STATE_MASK) == HELD) {
                return entry;
            }
        }
        return -1;
    }

    private void pop(int entry) {
        store(entry, FREE);
        if (entry != top - 1) {
            holes++;
            return;
        }
        top = entry;
        while (holes > 0 && (UnsafeApi.getLong(at(top - 1)) & STATE_MASK) == FREE) {
            top--;
            holes--;
        }
    }
}
