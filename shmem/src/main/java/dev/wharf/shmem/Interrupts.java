package dev.wharf.shmem;

import dev.wharf.shmem.os.Futex;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What others have told the thread that has a proc, a bit for each {@link Interrupt}: they stay until they are taken. Its thread
 * looks where it can act on them; it is woken by its latch.
 *
 * <p>One that may be where no latch wakes it can {@link #listen}. Unlike a signal, what is sent finds no process unprepared, and
 * kills none.
 *
 * <p>Any thread of any process may send; the rest is the owner's, by {@link Proc#interrupts}. As with a latch, the slot may
 * change hands: what is meant for an earlier owner then tells the next one.
 */
public final class Interrupts {
    private static final int LISTENING = Integer.MIN_VALUE;
    private static final int ALL = Integer.MAX_VALUE;
    /** The sender may have died before it woke us. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final UnsafeBuffer slot;
    private volatile boolean closed;

    Interrupts(final UnsafeBuffer slot) {
        this.slot = slot;
    }

    private int word() {
        return slot.getIntVolatile(ProcLayout.INTERRUPTS_OFFSET);
    }

    /** Returns what the word was. */
    private int set(final int bits) {
        for (;;) {
            final int word = word();
            if ((word & bits) == bits || slot.compareAndSetInt(ProcLayout.INTERRUPTS_OFFSET, word, word | bits)) {
                return word;
            }
        }
    }

    /** By anybody, to the owner. Does not wait. */
    public void send(final Interrupt interrupt) {
        if ((set(interrupt.bit()) & LISTENING) != 0) {
            wake();
        }
        new Latch(slot, null).set();
    }

    private void wake() {
        Futex.wake(slot.addressOffset() + ProcLayout.INTERRUPTS_OFFSET, ALL);
    }

    /** Whether the owner has a thread that sees at once what is sent. */
    public boolean isListening() {
        return (word() & LISTENING) != 0;
    }

    public boolean isPending(final Interrupt interrupt) {
        return (word() & interrupt.bit()) != 0;
    }

    /** Clears it. @return whether it was set */
    public boolean take(final Interrupt interrupt) {
        for (;;) {
            final int word = word();
            if ((word & interrupt.bit()) == 0) {
                return false;
            }
            if (slot.compareAndSetInt(ProcLayout.INTERRUPTS_OFFSET, word, word & ~interrupt.bit())) {
                return true;
            }
        }
    }

    /**
     * Has a thread wait for the news that this one is to end, until the proc is closed.
     *
     * @param handler called by that thread, once for each but {@link Interrupt#CONFIG_RELOAD}; it may close the proc
     */
    public void listen(final Consumer<Interrupt> handler) {
        set(LISTENING);
        Thread.ofPlatform().daemon().name("interrupts").start(() -> {
            int told = Interrupt.CONFIG_RELOAD.bit();
            for (int word = word(); !closed; word = word()) {
                for (final Interrupt interrupt : Interrupt.values()) {
                    if (!closed && (word & ~told & interrupt.bit()) != 0) {
                        told |= interrupt.bit();
                        handler.accept(interrupt);
                    }
                }
                if (!closed) {
                    Futex.await(slot.addressOffset() + ProcLayout.INTERRUPTS_OFFSET, word, LOOK_NANOS);
                }
            }
        });
    }

    /** As its proc is closed, before the slot can be another's. */
    void close() {
        closed = true;
        if (slot.getAndSetInt(ProcLayout.INTERRUPTS_OFFSET, 0) < 0) {
            wake();
        }
    }
}
