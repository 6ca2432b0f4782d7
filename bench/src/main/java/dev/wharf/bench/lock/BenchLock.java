package dev.wharf.bench.lock;

/** A lock as the harness uses it. One thread uses an object; each thread has one of its own, on the same lock. */
interface BenchLock {
    /** Waits for the lock; of an optimistic one, until there is no writer. */
    void acquire(boolean exclusive);

    /** Gives it back, in the mode in which it was taken. @return false if what was read must be read again */
    boolean release(boolean exclusive);
}
