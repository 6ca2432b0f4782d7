package dev.wharf.shmem;

import dev.wharf.shmem.os.Futex;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A flag that a thread sleeps on until any process sets it. Level-triggered: once set it stays set until its owner resets
 * it, so the owner's loop is <em>reset, look for work, await</em>, and no wake-up is lost.
 *
 * <p>{@link #set} may be called by any thread of any process; {@link #reset} and {@link #await} by its owner only, through
 * {@link Proc#latch()}. The slot behind it may change hands: a set meant for an earlier owner wakes the next one for nothing.
 *
 * <p>Everything stored before {@code set} is visible after the {@code await} that sees it, and after a {@code reset}.
 *
 * <p>A setter that is killed has set the flag or has not. One that is killed, or stopped, after it set the flag and before it
 * woke the owner costs the owner a second at most: so often a sleeper looks by itself.
 */
public final class Latch {
    private static final long LONGEST_WAIT_MILLIS = 1000;

    private final UnsafeBuffer slot;
    /** Null if it is another's, as far as this object is told. */
    private final Proc owner;

    Latch(final UnsafeBuffer slot, final Proc owner) {
        this.slot = slot;
        this.owner = owner;
    }

    /** Wakes the owner, now or when it next waits. No system call unless it is asleep. */
    public void set() {
        // What the caller did comes before looking at the flag, or the owner could reset it and miss that
        VarHandle.fullFence();
        if (slot.getIntVolatile(ProcLayout.LATCH_OFFSET) != ProcLayout.LATCH_SET
            && slot.getAndSetInt(ProcLayout.LATCH_OFFSET, ProcLayout.LATCH_SET) == ProcLayout.LATCH_AWAITED) {
            FailPoint.LATCH_SET.reach();
            Futex.wake(slot.addressOffset() + ProcLayout.LATCH_OFFSET, 1);
        }
    }

    /**
     * Clears the flag. What is read afterwards is at least as new as the last {@link #set} before.
     *
     * @throws ShmemException if it is not this proc's own
     */
    public void reset() {
        checkOwned("reset");
        slot.putIntVolatile(ProcLayout.LATCH_OFFSET, ProcLayout.LATCH_CLEAR);
    }

    /** True if it is set now. */
    public boolean isSet() {
        return slot.getIntVolatile(ProcLayout.LATCH_OFFSET) == ProcLayout.LATCH_SET;
    }

    /** {@link #await(long, WaitEvent)} as {@link WaitEvent#LATCH}. */
    public boolean await(final long timeoutMillis) {
        return await(timeoutMillis, WaitEvent.LATCH);
    }

    /**
     * Sleeps until the flag is set; returns at once if it is. {@link Thread#interrupt()} does not wake it. PostgreSQL's
     * WaitLatch.
     *
     * @param timeoutMillis how long at most; -1 for without end
     * @param event what other processes see it wait for
     * @return true if set, false if the time ran out
     * @throws ShmemException if it is not this proc's own
     */
    public boolean await(final long timeoutMillis, final WaitEvent event) {
        checkOwned("wait on");
        if (isSet()) {
            return true;
        }
        owner.waitStart(event);
        try {
            return sleep(timeoutMillis);
        } finally {
            owner.waitEnd();
        }
    }

    private boolean sleep(final long timeoutMillis) {
        final long start = System.nanoTime();
        for (;;) {
            final int value = slot.getIntVolatile(ProcLayout.LATCH_OFFSET);
            if (value == ProcLayout.LATCH_SET) {
                return true;
            }
            final long left = timeoutMillis < 0 ? LONGEST_WAIT_MILLIS
                : timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (left <= 0) {
                // Losing this race means that it was set
                slot.compareAndSetInt(
                    ProcLayout.LATCH_OFFSET, ProcLayout.LATCH_AWAITED, ProcLayout.LATCH_CLEAR);
                return isSet();
            }
            if (value == ProcLayout.LATCH_AWAITED || slot.compareAndSetInt(
                ProcLayout.LATCH_OFFSET, ProcLayout.LATCH_CLEAR, ProcLayout.LATCH_AWAITED)) {
                FailPoint.LATCH_AWAITED.reach();
                Futex.await(slot.addressOffset() + ProcLayout.LATCH_OFFSET, ProcLayout.LATCH_AWAITED,
                    TimeUnit.MILLISECONDS.toNanos(Math.min(left, LONGEST_WAIT_MILLIS)));
            }
        }
    }

    private void checkOwned(final String what) {
        if (owner == null || owner.isClosed()) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR, "cannot " + what + " a latch owned by another process");
        }
    }
}
