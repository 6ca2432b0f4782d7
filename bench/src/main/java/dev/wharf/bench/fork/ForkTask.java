package dev.wharf.bench.fork;

import dev.wharf.core.extension.Extension;
import dev.wharf.core.extension.ExtensionContext;
import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockAlgorithm;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What is forked: an extension of one class, in a jar of its own. Its worker does a task again and again (adds up the numbers in
 * 16 KB of text, and adds the sum to a shared counter under a lock), then leaves its times in shared memory.
 */
public final class ForkTask implements Extension, BackgroundWorkerMain {
    /** Of the struct, and of the tranche. */
    static final String NAME = "fork benchmark";
    static final int TASKS = 2000;
    static final int NUMBERS = 3000;
    static final int SUM = 0;
    static final int JVM_UP = 8;
    static final int ATTACHED = 16;
    static final int LOADED = 24;
    static final int FIRST_TASK = 32;
    static final int HOT = 40;
    /** Nanoseconds of a task: the first one, and one of the last. */
    static final int COLD_TASK = 48;
    static final int HOT_TASK = 56;
    static final int SIZE = 64;
    /** The last tasks, whose quickest is what a hot one takes. */
    private static final int LAST = 100;

    public ForkTask() {
    }

    @Override
    public void init(ExtensionContext context) {
        context.addShmemRequestHook(() -> {
            context.requestAddinShmemSpace(SIZE);
            context.requestNamedLWLockTranche(NAME, 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.DEFAULT);
        });
    }

    @Override
    public void main(BackgroundWorkerContext context) {
        long loaded = System.nanoTime();
        LWLock lock = context.segment().lwLock(NAME, 0);
        UnsafeBuffer struct = context.segment().buffer(context.segment().shmemInitStruct(context.proc(), NAME, SIZE));
        byte[] text = text();
        long[] times = new long[TASKS + 1];
        times[0] = System.nanoTime();
        for (int i = 1; i <= TASKS; i++) {
            long sum = sum(text);
            lock.acquire(context.proc(), LWLockMode.EXCLUSIVE);
            struct.putLong(SUM, struct.getLong(SUM) + sum);
            lock.release(context.proc());
            times[i] = System.nanoTime();
        }
        long hot = Long.MAX_VALUE;
        for (int i = TASKS - LAST + 1; i <= TASKS; i++) {
            hot = Math.min(hot, times[i] - times[i - 1]);
        }
        int first = 1;
        while (times[first] - times[first - 1] >= 2 * hot) {
            first++;
        }
        struct.putLong(JVM_UP, context.startNanos());
        struct.putLong(ATTACHED, context.attachedNanos());
        struct.putLong(LOADED, loaded);
        struct.putLong(FIRST_TASK, times[1]);
        struct.putLong(HOT, times[first]);
        struct.putLong(COLD_TASK, times[1] - times[0]);
        struct.putLongVolatile(HOT_TASK, hot);
    }

    private static byte[] text() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= NUMBERS; i++) {
            text.append(i).append(',');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static long sum(byte[] text) {
        long sum = 0;
        int number = 0;
        for (byte c : text) {
            if (c == ',') {
                sum += number;
                number = 0;
            } else {
                number = number * 10 + c - '0';
            }
        }
        return sum;
    }

    /** What all tasks of a worker add up to. */
    static long expectedSum() {
        return (long) TASKS * NUMBERS * (NUMBERS + 1) / 2;
    }
}
