package dev.wharf.shmem;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.UnsafeBuffer;

/** What the forked JVMs of the tests of locks do. Arguments: command, segment file, algorithm, and what the command needs. */
final class LWLockPeer {
    static final String STRUCT = "lock test";
    static final int STRUCT_SIZE = 1024;
    static final int FIRST = 0;
    static final int SECOND = 512;
    static final int VARIABLE = 256;

    private LWLockPeer() {
    }

    /** A tranche of each algorithm with its name, and one whose data needs repair. */
    static SegmentConfig config() {
        final List<Tranche> tranches = new ArrayList<>();
        for (final LWLockAlgorithm algorithm : LWLockAlgorithm.values()) {
            tranches.add(new Tranche(algorithm.name(), 4, OwnerDeath.CONSISTENT, algorithm));
            tranches.add(new Tranche(fragile(algorithm), 1, OwnerDeath.INCONSISTENT, algorithm));
        }
        return new SegmentConfig(1 << 20, tranches, 32);
    }

    static String fragile(final LWLockAlgorithm algorithm) {
        return algorithm.name() + " fragile";
    }

    static UnsafeBuffer struct(final Segment segment, final Proc proc) {
        return segment.buffer(segment.shmemInitStruct(proc, STRUCT, STRUCT_SIZE));
    }

    public static void main(final String[] args) throws Exception {
        final Segment segment = Segment.attach(Path.of(args[1]));
        final Proc proc = segment.attachProc("peer " + args[0]);
        final UnsafeBuffer shared = struct(segment, proc);
        final LWLockAlgorithm algorithm = LWLockAlgorithm.valueOf(args[2]);
        final LWLock lock = segment.lwLock(args[2], 0);
        final BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        switch (args[0]) {
            case "mix" -> {
                System.out.println(mix(lock, proc, shared, new SplittableRandom(Long.parseLong(args[4])),
                    Integer.parseInt(args[3])));
                proc.close();
            }
            case "hold" -> {
                lock.acquire(proc, LWLockMode.valueOf(args[3]));
                System.out.println("held");
                input.readLine();
                lock.release(proc);
                System.out.println("released");
                input.readLine();
            }
            case "holdFragile" -> {
                segment.lwLock(fragile(algorithm), 0).acquire(proc, LWLockMode.EXCLUSIVE);
                System.out.println("held");
                input.readLine();
            }
            case "waitForVar" -> {
                final MutableLong value = new MutableLong();
                System.out.println("waiting");
                System.out.println(lock.waitForVar(proc, shared, VARIABLE, 0, value) + " " + value.get());
                input.readLine();
            }
            case "queue" -> {
                for (final LWLockMode mode : LWLockMode.values()) {
                    Thread.ofPlatform().start(() -> lock.acquire(segment.attachProc("queued"), mode));
                }
                Thread.ofPlatform().start(() -> lock.acquireOrWait(segment.attachProc("queued"), LWLockMode.EXCLUSIVE));
                System.out.println("queueing");
                input.readLine();
            }
            case "churn" -> {
                System.out.println("churning");
                final SplittableRandom random = new SplittableRandom(Long.parseLong(args[3]));
                final LWLock fragile = segment.lwLock(fragile(algorithm), 0);
                repairBy(segment, shared, algorithm);
                for (;;) {
                    mix(fragile, proc, shared, random, 100);
                }
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** The second counter is made equal to the first. */
    static void repairBy(final Segment segment, final UnsafeBuffer shared, final LWLockAlgorithm algorithm) {
        segment.onOwnerDeath(fragile(algorithm), (_, _) -> shared.putLong(SECOND, shared.getLong(FIRST)));
    }

    /**
     * Takes the lock in all ways. Writers count up two counters one after the other, readers compare them. Returns how often it
     * counted.
     */
    static int mix(final LWLock lock, final Proc proc, final UnsafeBuffer shared, final SplittableRandom random,
                   final int times) {
        int counted = 0;
        for (int i = 0; i < times; i++) {
            final int kind = random.nextInt(10);
            if (kind < 5) {
                lock.acquire(proc, LWLockMode.SHARED);
                check(lock, shared);
                busy(random.nextInt(50));
            } else if (kind == 5 && !lock.acquireOrWait(proc, LWLockMode.EXCLUSIVE)
                || kind == 6 && !lock.conditionalAcquire(proc, LWLockMode.EXCLUSIVE)) {
                continue;
            } else if (kind == 7 && lock.algorithm() == LWLockAlgorithm.OPTIMISTIC) {
                readOptimistically(lock, shared);
                continue;
            } else {
                if (kind > 6) {
                    lock.acquire(proc, LWLockMode.EXCLUSIVE);
                }
                final long value = check(lock, shared);
                shared.putLongRelease(FIRST, value + 1);
                busy(random.nextInt(50));
                shared.putLongRelease(SECOND, value + 1);
                counted++;
            }
            lock.release(proc);
        }
        return counted;
    }

    private static void readOptimistically(final LWLock lock, final UnsafeBuffer shared) {
        final long stamp = lock.tryOptimisticRead();
        if (stamp != 0) {
            final long first = shared.getLong(FIRST);
            final long second = shared.getLong(SECOND);
            if (lock.validate(stamp) && first != second) {
                throw broken(lock, first, second);
            }
        }
    }

    private static long check(final LWLock lock, final UnsafeBuffer shared) {
        final long first = shared.getLong(FIRST);
        final long second = shared.getLong(SECOND);
        if (first != second) {
            throw broken(lock, first, second);
        }
        return first;
    }

    private static IllegalStateException broken(final LWLock lock, final long first, final long second) {
        System.out.println("broken: " + lock + ": " + first + " and " + second);
        return new IllegalStateException("broken: " + lock + ": " + first + " and " + second);
    }

    private static void busy(final int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }
}
