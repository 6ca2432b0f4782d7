package dev.wharf.shmem;

import static dev.wharf.shmem.ConditionVariableLayout.SEQUENCE_OFFSET;
import static dev.wharf.shmem.ConditionVariableLayout.SOME;
import static dev.wharf.shmem.ConditionVariableLayout.WORD_OFFSET;

import dev.wharf.shmem.os.Futex;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Lets threads of any processes sleep until a condition holds that others bring about: 8 bytes in a struct of the caller's,
 * all zero at first. PostgreSQL's ConditionVariable:
 *
 * <pre>
 *     cv.prepareToSleep(proc);                          // optional: saves one test of the condition
 *     while (!condition) {                              // tested after preparing, always
 *         cv.sleep(proc, WaitEvent.CONDITION_VARIABLE);
 *     }
 *     cv.cancelSleep(proc);
 * </pre>
 *
 * <p>Who makes the condition true then calls {@link #signal} or {@link #broadcast}: what it stored before is visible to whom
 * that wakes. {@code sleep} may return for no reason: that is what the loop is for. A proc prepares for one condition
 * variable at a time; preparing for another cancels the first, and its next {@code sleep} prepares again and returns at once.
 *
 * <p>Any thread may signal, with or without a proc. No call ever waits for another process, except {@code sleep}.
 *
 * <h2>How it works, and what a death does to it</h2>
 *
 * <p>PostgreSQL keeps a list of sleepers under a spin lock. A process killed with that lock takes the condition variable with
 * it, and a signal given to a sleeper that is dead is lost for the living; there, everything is restarted in both cases. Here
 * there is neither lock nor list. Preparing reads a sequence number; sleeping is a futex wait that the kernel refuses, in one
 * atomic step, if the number is another by then; signalling adds one and has the kernel wake the one that has slept longest,
 * or all. The wait queue is the kernel's, which the dead leave by themselves.
 *
 * <p>Killed, or stopped, at any instant:
 * <ul>
 * <li>A sleeper, before it was chosen: it is in no queue any more. At most "some" stays set, which costs the next signal a
 *     system call, and that one clears it.
 * <li>A sleeper that a signal woke, before it did what the signal was for; and a signaller between adding one and waking. Both
 *     times the number has changed: each living sleeper compares it after 50 ms at the latest, and returns to test
 *     its condition. So no wake-up is lost, it is late. The price: a sleeper that a signal to another one did not concern tests
 *     its condition once more, 50 ms later.
 * <li>A signaller before adding one: it has not signalled. Nobody can know that it was going to.
 * </ul>
 *
 * <p>The race to suspect: a signaller finds "some" clear, and does nothing, while a sleeper prepares. The signaller's fence
 * stands between its change of the condition and that look, the sleeper's CAS between setting "some" and its test of
 * the condition: one of the two sees the other. Clearing "some" after a wake-up that found nobody is a CAS on the
 * whole word, and every preparation changes the word.
 *
 * <p>A thread that is stopped between preparing and sleeping while exactly a multiple of 2<sup>32</sup> signals pass would miss
 * them.
 */
public final class ConditionVariable {
    /** Bytes of one; a multiple of this is its offset. Give it 128 of its own if it is busy. */
    public static final int LENGTH = ConditionVariableLayout.LENGTH;

    /** How late a wake-up is at most when its giver or its taker died. */
    static final long LIVENESS_MILLIS = 50;

    private final UnsafeBuffer buffer;

    /**
     * The condition variable at {@code offset} of {@code struct}, which is in a segment.
     *
     * @throws IllegalArgumentException if it is not 8-byte aligned there
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public ConditionVariable(final UnsafeBuffer struct, final int offset) {
        struct.boundsCheck(offset, LENGTH);
        buffer = new UnsafeBuffer(struct.addressOffset() + offset, LENGTH);
        if (buffer.addressOffset() % LENGTH != 0) {
            throw new IllegalArgumentException("a condition variable must be 8-byte aligned: offset=" + offset);
        }
    }

    /** From here on a signal ends the next {@link #sleep}, which must come after one more test of the condition. */
    public void prepareToSleep(final Proc proc) {
        long old;
        long prepared;
        do {
            old = word();
            prepared = ConditionVariableLayout.prepared(old);
        } while (!buffer.compareAndSetLong(WORD_OFFSET, old, prepared));
        proc.sleepTarget = this;
        proc.sleepSequence = ConditionVariableLayout.sequence(prepared);
    }

    /**
     * Sleeps until signalled, or returns at once if {@code proc} has not prepared for this one, and prepares. Remains prepared.
     *
     * @param event what other processes see it wait for
     */
    public void sleep(final Proc proc, final WaitEvent event) {
        timedSleep(proc, -1, event);
    }

    /**
     * As {@link #sleep}, for a limited time.
     *
     * @param timeoutMillis how long at most; -1 for without end
     * @return true if the time ran out, as in PostgreSQL
     */
    public boolean timedSleep(final Proc proc, final long timeoutMillis, final WaitEvent event) {
        final ConditionVariable target = proc.sleepTarget;
        if (target == null || target.buffer.addressOffset() != buffer.addressOffset()) {
            prepareToSleep(proc);
            return false;
        }
        if (isSignalled(proc)) {
            prepareToSleep(proc);
            return false;
        }
        proc.waitStart(event);
        try {
            final long start = System.nanoTime();
            for (;;) {
                final long left = timeoutMillis < 0 ? LIVENESS_MILLIS
                    : timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                if (left <= 0) {
                    return true;
                }
                Futex.await(buffer.addressOffset() + SEQUENCE_OFFSET, proc.sleepSequence,
                    TimeUnit.MILLISECONDS.toNanos(Math.min(left, LIVENESS_MILLIS)));
                if (isSignalled(proc)) {
                    // Before the caller tests its condition again
                    prepareToSleep(proc);
                    return false;
                }
            }
        } finally {
            proc.waitEnd();
        }
    }

    /**
     * Ends a wait, on whichever condition variable. Does nothing if there is none, so that clean-up code may call it.
     *
     * @return true if there was a signal since {@code proc} last prepared or slept: one that does not act on it may hand
     *     it on with {@link #signal}
     */
    public static boolean cancelSleep(final Proc proc) {
        final ConditionVariable target = proc.sleepTarget;
        proc.sleepTarget = null;
        return target != null && target.isSignalled(proc);
    }

    /** Wakes the one that has slept longest, if any sleeps, and all that have prepared and not yet slept. */
    public void signal() {
        final long word = advance(false);
        if ((word & SOME) != 0 && wake(1) == 0) {
            // Nobody sleeps. Whoever prepares now makes this fail
            buffer.compareAndSetLong(WORD_OFFSET, word, word & ~SOME);
        }
    }

    /** Wakes all that sleep or have prepared to. No system call if there are none. */
    public void broadcast() {
        if ((advance(true) & SOME) != 0) {
            wake(Integer.MAX_VALUE);
        }
    }

    /** The next sequence, if anybody may be concerned. The word as it was left, but with "some" as it was found. */
    private long advance(final boolean clear) {
        // The caller's change comes before the look at who sleeps
        VarHandle.fullFence();
        for (;;) {
            final long old = word();
            if ((old & SOME) == 0) {
                return old;
            }
            final long next = ConditionVariableLayout.next(old);
            if (buffer.compareAndSetLong(WORD_OFFSET, old, clear ? next & ~SOME : next)) {
                return next;
            }
        }
    }

    private int wake(final int count) {
        return Futex.wake(buffer.addressOffset() + SEQUENCE_OFFSET, count);
    }

    private boolean isSignalled(final Proc proc) {
        return ConditionVariableLayout.sequence(word()) != proc.sleepSequence;
    }

    long word() {
        return buffer.getLongVolatile(WORD_OFFSET);
    }
}
