package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.WaitEvent;
import org.agrona.concurrent.UnsafeBuffer;

/** What the tests' background workers do, and the shared memory in which they tell of it. */
final class WorkerSpi {
    private static final String STRUCT = "worker_spi";
    private static final int SIZE = 4096;
    /** How many have begun, ever. */
    static final int READY = 0;
    /** How many have been told to end, and did so in good order. */
    static final int DONE = 8;
    private static final int TIMES = 128;

    private WorkerSpi() {
    }

    static UnsafeBuffer shared(final Proc proc) {
        return proc.segment().buffer(proc.segment().shmemInitStruct(proc, STRUCT, SIZE));
    }

    /** When worker number {@code n} began: System.nanoTime, which all processes of a machine share. */
    static long time(final Proc proc, final int n) {
        return shared(proc).getLongVolatile(TIMES + n * Long.BYTES);
    }

    static void ready(final BackgroundWorkerContext context) {
        final UnsafeBuffer shared = shared(context.proc());
        final long now = System.nanoTime();
        final long n = shared.getAndAddLong(READY, 1);
        if (TIMES + (n + 1) * Long.BYTES <= SIZE) {
            shared.putLongVolatile(TIMES + (int)n * Long.BYTES, now);
        }
        wake(context.segment(), context.supervisorPid());
        wake(context.segment(), context.worker().notifyPid());
    }

    private static void wake(final Segment segment, final long pid) {
        if (pid != 0) {
            segment.setLatches(pid);
        }
    }

    /** Until so many have begun. */
    static void awaitReady(final Proc proc, final long count) {
        final UnsafeBuffer shared = shared(proc);
        while (shared.getLongVolatile(READY) < count) {
            proc.latch().reset();
            if (shared.getLongVolatile(READY) < count) {
                proc.latch().await(100);
            }
        }
    }

    /** Sleeps until it is ended. */
    public static final class Sleeper implements BackgroundWorkerMain {
        @Override
        public void main(final BackgroundWorkerContext context) {
            ready(context);
            for (;;) {
                context.await(-1, WaitEvent.LATCH);
            }
        }
    }
}
