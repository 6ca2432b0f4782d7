package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.WaitEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/** What the tests' background workers do, and the shared memory in which they tell of it. */
final class WorkerSpi {
    /** How many have begun, ever. */
    static final int READY = 0;
    /** How many have been told to end, and did so in good order. */
    static final int DONE = 8;
    /** How many times shared memory was filled. */
    static final int START_UPS = 16;
    /** What the latest was handed. */
    static final int MAIN_ARG = 24;
    static final int EXTRA = 32;
    private static final int TIMES = 256;
    private static final int SIZE = 4096;

    private WorkerSpi() {
    }

    static UnsafeBuffer shared(final Proc proc) {
        return proc.segment().buffer(proc.segment().shmemInitStruct(proc, "worker_spi", SIZE));
    }

    static long get(final Proc proc, final int offset) {
        return shared(proc).getLongVolatile(offset);
    }

    /** When number {@code n} began: System.nanoTime, which all processes of a machine share. */
    static long time(final Proc proc, final int n) {
        return get(proc, TIMES + n * Long.BYTES);
    }

    /** By a worker: it has begun. How many had before. */
    static long ready(final BackgroundWorkerContext context) {
        final UnsafeBuffer shared = shared(context.proc());
        final long now = System.nanoTime();
        shared.putLong(MAIN_ARG, context.mainArg());
        shared.putBytes(EXTRA, context.extra());
        final long n = shared.getAndAddLong(READY, 1);
        if (TIMES + (n + 1) * Long.BYTES <= SIZE) {
            shared.putLongVolatile(TIMES + (int)n * Long.BYTES, now);
        }
        wakeTests(context);
        return n;
    }

    /** Those who wait in {@link #await} need not have asked for it. */
    static void wakeTests(final BackgroundWorkerContext context) {
        context.segment().procs().stream().filter(proc -> proc.backendType().equals("test"))
            .forEach(proc -> context.segment().latch(proc.procNumber()).set());
    }

    static void awaitReady(final Proc proc, final long count) {
        await(proc, () -> get(proc, READY) >= count);
    }

    /** Looks each time the latch is set, and now and then; the test's time-out, an interrupt, is the limit. */
    static void await(final Proc proc, final BooleanSupplier condition) {
        for (;;) {
            proc.latch().reset();
            if (condition.getAsBoolean()) {
                return;
            }
            proc.latch().await(20);
            if (Thread.interrupted()) {
                throw new IllegalStateException("what is waited for does not come");
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

    /** Takes no notice of what it is told until it wants to, and ends in good order then. */
    public static final class Handler implements BackgroundWorkerMain {
        @Override
        public void main(final BackgroundWorkerContext context) {
            context.handleTermination();
            ready(context);
            while (!context.isTerminated()) {
                context.proc().latch().await(-1);
                context.proc().latch().reset();
            }
            shared(context.proc()).getAndAddLong(DONE, 1);
        }
    }

    /** Counts how often the configuration file has changed. */
    public static final class Reloader implements BackgroundWorkerMain {
        @Override
        public void main(final BackgroundWorkerContext context) {
            context.onConfigReload(() -> shared(context.proc()).getAndAddLong(DONE, 1));
            ready(context);
            for (;;) {
                context.await(-1, WaitEvent.LATCH);
                if (context.isConfigReloadPending() && context.processConfigReload()) {
                    wakeTests(context);
                }
            }
        }
    }

    /** Never looks whether it is to end. */
    public static final class Computer implements BackgroundWorkerMain {
        @Override
        public void main(final BackgroundWorkerContext context) {
            ready(context);
            for (;;) {
                Thread.onSpinWait();
            }
        }
    }

    /** Ends with its argument as the exit code; stays from its n-th run on, where n is the first byte of extra, 0 for never. */
    public static final class Exiter implements BackgroundWorkerMain {
        @Override
        public void main(final BackgroundWorkerContext context) {
            final long n = ready(context);
            if (context.extra()[0] != 0 && n + 1 >= context.extra()[0]) {
                for (;;) {
                    context.await(-1, WaitEvent.LATCH);
                }
            }
            switch ((int)context.mainArg()) {
                case 0 -> { }
                case 1 -> throw new IllegalStateException("wanted");
                default -> Runtime.getRuntime().halt((int)context.mainArg());
            }
        }
    }

    /** Takes the lock of the tranche that extra names, and keeps it. */
    public static final class LockHolder implements BackgroundWorkerMain {
        @Override
        public void main(final BackgroundWorkerContext context) {
            final String tranche = new String(context.extra(), StandardCharsets.UTF_8).trim();
            context.segment().lwLock(tranche, 0).acquire(context.proc(), LWLockMode.EXCLUSIVE);
            if (ready(context) > 0) {
                context.segment().lwLock(tranche, 0).release(context.proc());
            }
            for (;;) {
                context.proc().latch().await(-1);
                context.proc().latch().reset();
            }
        }
    }

    /** Is told to end while it holds a lock; gives it back, and goes on until it is ended. */
    public static final class Releaser implements BackgroundWorkerMain {
        @Override
        public void main(final BackgroundWorkerContext context) {
            final LWLock lock = context.segment().lwLock("Fragile", 0);
            lock.acquire(context.proc(), LWLockMode.EXCLUSIVE);
            ready(context);
            while (!context.isTerminated()) {
                context.proc().latch().await(-1);
                context.proc().latch().reset();
            }
            shared(context.proc()).getAndAddLong(DONE, 1);
            lock.release(context.proc());
            for (;;) {
                Thread.onSpinWait();
            }
        }
    }

    /** Finds code by names of its own, and leaves a word of what it was given. */
    public static final class Bootstrap implements BackgroundWorkerBootstrap {
        @Override
        public BackgroundWorkerMain load(final BackgroundWorkerContext context, final List<String> args) {
            final String wanted = context.worker().library() + "/" + context.worker().main();
            if (!wanted.equals(args.get(1))) {
                throw new IllegalArgumentException(wanted + ", " + args);
            }
            return own -> {
                ready(own);
                shared(own.proc()).getAndAddLong(DONE, Long.parseLong(args.get(0)));
                wakeTests(own);
            };
        }
    }
}
