package dev.wharf.extensions.locklab;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.WaitEvent;
import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Takes the lock again and again. A writer counts a word up, not atomically; whoever holds the lock sees whether the word changes
 * meanwhile. It does only if the lock let in who it must not: the counter of that must stay 0.
 *
 * <p>Extra: acquires (64 bits). The rest it reads in the settings, again when they have changed.
 */
public final class LockLabWorker implements BackgroundWorkerMain {
    static final int SIZE = 128;
    private static final int WORD_OFFSET = 0;
    private static final int LOOK_EVERY = 1024;
    private static final int HUNDRED = 100;

    private UnsafeBuffer word;
    private LWLock lock;
    private long random;

    public LockLabWorker() {
    }

    @Override
    public void main(BackgroundWorkerContext context) {
        Segment segment = context.segment();
        Proc proc = context.proc();
        word = segment.buffer(segment.shmemInitStruct(proc, LockLab.NAME, SIZE));
        lock = segment.getNamedLWLockTranche(LockLab.NAME)[0];
        random = context.mainArg() + 1;
        int writers = LockLab.writers();
        int hold = LockLab.hold();
        long acquires = ByteBuffer.wrap(context.extra()).getLong();
        AtomicCounter exclusive = counter(context, "exclusive");
        AtomicCounter shared = counter(context, "shared");
        AtomicCounter broken = counter(context, "broken");
        AtomicCounter micros = counter(context, "microseconds");
        long start = System.nanoTime();
        for (long i = 0; acquires == 0 || i < acquires; i++) {
            if (nextRandom() % HUNDRED < writers) {
                broken.getAndAddPlain(write(proc, hold));
                exclusive.incrementRelease();
            } else {
                broken.getAndAddPlain(read(proc, hold));
                shared.incrementRelease();
            }
            if (i % LOOK_EVERY == 0) {
                context.checkForInterrupts();
                if (context.processConfigReload()) {
                    writers = LockLab.writers();
                    hold = LockLab.hold();
                }
                micros.setRelease((System.nanoTime() - start) / 1000);
            }
        }
        micros.setRelease((System.nanoTime() - start) / 1000);
        // Its counters end with it
        for (;;) {
            context.await(-1, WaitEvent.LATCH);
        }
    }

    private static AtomicCounter counter(BackgroundWorkerContext context, String what) {
        return context.segment().counters().allocate(LockLab.COUNTER_TYPE, context.worker().name() + " " + what);
    }

    /** 1 if somebody else was in, else 0. */
    private int write(Proc proc, int hold) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            long count = word.getLongVolatile(WORD_OFFSET) + 1;
            word.putLongVolatile(WORD_OFFSET, count);
            hold(hold);
            return word.getLongVolatile(WORD_OFFSET) == count ? 0 : 1;
        } finally {
            lock.release(proc);
        }
    }

    /** 1 if a writer was in, else 0. */
    private int read(Proc proc, int hold) {
        lock.acquire(proc, LWLockMode.SHARED);
        try {
            long before = word.getLongVolatile(WORD_OFFSET);
            hold(hold);
            return word.getLongVolatile(WORD_OFFSET) == before ? 0 : 1;
        } finally {
            lock.release(proc);
        }
    }

    private static void hold(int nanos) {
        if (nanos > 0) {
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }

    /** xorshift64, without its sign. */
    private long nextRandom() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random >>> 1;
    }
}
