package dev.wharf.shmem;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What has happened to a lock, or to several, since the segment was created. Counted always.
 *
 * <p>The numbers are copied one after the other while others count: each is right at some instant during the copying, and they
 * need not fit each other. Acquires are counted where the acquiring thread has its lines to itself, and are handed in now and
 * then: during such an instant they may be missing for a moment. What a process had not yet handed in when it was killed is
 * handed in by the reaper.
 *
 * @param sharedAcquires how often it was taken in shared mode, without or after waiting; optimistic reads are not counted
 * @param exclusiveAcquires how often it was taken exclusively
 * @param sharedWaits how often a shared acquirer slept until it was woken; several times in one acquire if others were faster
 * @param exclusiveWaits the same of an exclusive acquirer, and of one that waited for published readers
 * @param untilFreeWaits the same of those that wait until it is free or a variable changes
 * @param spinDelays turns of the loop that waits for the wait list
 * @param selfDequeues how often one left the queue because it got the lock after all, or need not wait any more
 * @param futexSleeps system calls that slept; several in a wait that lasts
 * @param futexWakes waiters woken
 * @param waitNanos nanoseconds slept, over all waiters
 */
public record LWLockStats(long sharedAcquires, long exclusiveAcquires, long sharedWaits, long exclusiveWaits,
                          long untilFreeWaits, long spinDelays, long selfDequeues, long futexSleeps, long futexWakes,
                          long waitNanos) {
    /** Of no lock. */
    public static final LWLockStats NONE = new LWLockStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Of both together. */
    public LWLockStats plus(final LWLockStats other) {
        return new LWLockStats(sharedAcquires + other.sharedAcquires, exclusiveAcquires + other.exclusiveAcquires,
            sharedWaits + other.sharedWaits, exclusiveWaits + other.exclusiveWaits, untilFreeWaits + other.untilFreeWaits,
            spinDelays + other.spinDelays, selfDequeues + other.selfDequeues, futexSleeps + other.futexSleeps,
            futexWakes + other.futexWakes, waitNanos + other.waitNanos);
    }

    /** All waits, of whatever mode. */
    public long waits() {
        return sharedWaits + exclusiveWaits + untilFreeWaits;
    }

    LWLockStats plusAcquires(final long shared, final long exclusive) {
        return new LWLockStats(sharedAcquires + shared, exclusiveAcquires + exclusive, sharedWaits, exclusiveWaits,
            untilFreeWaits, spinDelays, selfDequeues, futexSleeps, futexWakes, waitNanos);
    }

    /** What {@code lock} has: without the acquires that the procs have not handed in. */
    static LWLockStats read(final UnsafeBuffer lock) {
        return new LWLockStats(lock.getLong(LWLockLayout.SHARED_ACQUIRES_OFFSET),
            lock.getLong(LWLockLayout.EXCLUSIVE_ACQUIRES_OFFSET),
            lock.getLong(LWLockLayout.SHARED_WAITS_OFFSET),
            lock.getLong(LWLockLayout.EXCLUSIVE_WAITS_OFFSET),
            lock.getLong(LWLockLayout.WAITS_UNTIL_FREE_OFFSET),
            lock.getLong(LWLockLayout.SPIN_DELAYS_OFFSET),
            lock.getLong(LWLockLayout.SELF_DEQUEUES_OFFSET),
            lock.getLong(LWLockLayout.FUTEX_SLEEPS_OFFSET),
            lock.getLong(LWLockLayout.FUTEX_WAKES_OFFSET),
            lock.getLong(LWLockLayout.WAIT_NANOS_OFFSET));
    }
}
