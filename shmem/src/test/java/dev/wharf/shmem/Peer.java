package dev.wharf.shmem;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import dev.wharf.shmem.bgworker.Worker;
import dev.wharf.shmem.bgworker.WorkerContext;
import dev.wharf.shmem.bgworker.WorkerLauncher;
import dev.wharf.shmem.bgworker.WorkerMain;
import dev.wharf.shmem.bgworker.WorkerSpec;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** What the forked JVMs of the tests do. Arguments: command, segment file, and what the command needs. */
public final class Peer {
    public static final SegmentConfig CONFIG = new SegmentConfig(1 << 20, List.of(
        new Tranche("Safe", 4, OwnerDeath.CONSISTENT), new Tranche("Fragile", 2)), 32);
    public static final String STRUCT = "test";
    public static final int STRUCT_SIZE = 1024;
    public static final int COUNTER = 0;
    public static final int SECOND_COUNTER = 512;

    private Peer() {
    }

    public static void main(final String[] args) throws Exception {
        final Path file = Path.of(args[1]);
        final BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        if (args[0].equals("open")) {
            open(file, input);
            return;
        }
        final Segment segment = Segment.attach(file);
        final Proc proc = segment.attachProc("peer " + args[0]);
        final UnsafeBuffer shared = segment.buffer(segment.shmemInitStruct(proc, STRUCT, STRUCT_SIZE));
        switch (args[0]) {
            case "count" -> {
                count(segment, proc, shared, Integer.parseInt(args[2]));
                proc.close();
            }
            case "churn" -> churn(segment, proc, shared, Long.parseLong(args[2]));
            case "hold" -> {
                segment.lwLock(args[2], 0).acquire(proc, LWLockMode.valueOf(args[3]));
                System.out.println("held");
                input.readLine();
            }
            case "latch" -> {
                System.out.println(proc.procNumber());
                System.out.println(proc.latch().await(60_000) ? "set" : "not set");
                proc.latch().reset();
                System.out.println(proc.latch().await(1) ? "set" : "not set");
            }
            case "supervise" -> {
                final Worker worker = WorkerLauncher.launch(segment, new WorkerSpec(
                    "sleeper", SleepingWorker.class.getName(), List.of(), List.of(), null));
                System.out.println(worker.pid() + " " + worker.startTime());
                input.readLine();
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** Opens when told to, says who created the segment, and stays until told to go. */
    private static void open(final Path file, final BufferedReader input) throws Exception {
        System.out.println("ready");
        input.readLine();
        final Segment segment = Segment.open(file, CONFIG);
        System.out.println(segment.created() + " " + segment.generation());
        input.readLine();
    }

    /** Increments, not atomically, under the lock. */
    private static void count(final Segment segment, final Proc proc, final UnsafeBuffer shared, final int times) {
        final LWLock lock = segment.lwLock("Safe", 0);
        for (int i = 0; i < times; i++) {
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            shared.putLong(COUNTER, shared.getLong(COUNTER) + 1);
            lock.release(proc);
        }
    }

    /** Takes locks in all ways until killed; says so if two counters that change together under the lock ever differ. */
    static void churn(final Segment segment, final Proc proc, final UnsafeBuffer shared, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final LWLock lock = segment.lwLock("Fragile", 0);
        final LWLock safe = segment.lwLock("Safe", 1);
        segment.onOwnerDeath("Fragile", (_, _) -> shared.putLong(SECOND_COUNTER, shared.getLong(COUNTER)));
        System.out.println("churning");
        for (;;) {
            step(proc, shared, random, lock, safe);
        }
    }

    static void step(final Proc proc, final UnsafeBuffer shared, final SplittableRandom random, final LWLock lock,
                     final LWLock safe) {
        final boolean nested = random.nextInt(4) == 0;
        if (nested) {
            safe.acquire(proc, random.nextBoolean() ? LWLockMode.SHARED : LWLockMode.EXCLUSIVE);
        }
        if (random.nextInt(3) > 0) {
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            final long value = check(shared);
            shared.putLongRelease(COUNTER, value + 1);
            busy(random.nextInt(200));
            shared.putLongRelease(SECOND_COUNTER, value + 1);
        } else {
            lock.acquire(proc, LWLockMode.SHARED);
            check(shared);
            busy(random.nextInt(100));
        }
        lock.release(proc);
        if (nested) {
            safe.release(proc);
        }
    }

    private static long check(final UnsafeBuffer shared) {
        final long first = shared.getLong(COUNTER);
        final long second = shared.getLong(SECOND_COUNTER);
        if (first != second) {
            System.out.println("broken: " + first + " and " + second);
            throw new IllegalStateException("broken: " + first + " and " + second);
        }
        return first;
    }

    private static void busy(final int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }

    /** Stays until it is ended. */
    public static final class SleepingWorker implements WorkerMain {
        @Override
        public void run(final WorkerContext context) {
            for (;;) {
                context.proc().latch().reset();
                context.proc().latch().await(-1);
            }
        }
    }
}
