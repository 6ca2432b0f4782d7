package dev.wharf.shmem;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import dev.wharf.shmem.os.Futex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/** A process of the kill test: its threads take locks in all ways, and check that these exclude, until it is killed. */
final class KillPeer {
    static final int THREADS = 2;
    static final int MAX_PEERS = 8192;
    /** The tranche whose callers repair. */
    static final String REPORTED = "Reported";
    static final SegmentConfig CONFIG = new SegmentConfig(1 << 20, List.of(new Tranche("Consistent", 2, OwnerDeath.CONSISTENT),
        new Tranche("Repaired", 2, OwnerDeath.INCONSISTENT, LWLockAlgorithm.POSTGRES),
        new Tranche(REPORTED, 2, OwnerDeath.INCONSISTENT),
        new Tranche("Fair", 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.NO_BARGING),
        new Tranche("Distributed", 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.DISTRIBUTED_READERS),
        new Tranche("Optimistic", 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.OPTIMISTIC)), 48);

    private static final int COMPLAINT_LENGTH = 1024;

    final Segment segment;
    final List<WatchedLock> locks = new ArrayList<>();
    final UnsafeBuffer complaint;
    private final UnsafeBuffer progress;

    KillPeer(final Segment segment, final Proc proc) {
        this.segment = segment;
        complaint = segment.buffer(segment.shmemInitStruct(proc, "complaint", COMPLAINT_LENGTH));
        progress = segment.buffer(segment.shmemInitStruct(proc, "progress", MAX_PEERS * THREADS * Long.BYTES));
        for (final Tranche tranche : CONFIG.tranches()) {
            for (int i = 0; i < tranche.locks(); i++) {
                locks.add(new WatchedLock(segment, segment.lwLock(tranche.name(), i), segment.buffer(segment.shmemInitStruct(
                    proc, tranche.name() + " " + i, WatchedLock.length(CONFIG.maxProcs()))), complaint));
            }
        }
        segment.onOwnerDeath("Repaired",
            (lock, _) -> locks.stream().filter(watched -> watched.lock == lock).forEach(WatchedLock::repair));
    }

    /** Segment file, this peer's number, seed. Says when it is ready, and begins when told to. */
    public static void main(final String[] args) throws IOException {
        final Segment segment = Segment.attach(Path.of(args[0]));
        // Links the system calls, which takes long
        Futex.wake(segment.address(), 1);
        System.out.println("ready");
        System.in.read();
        final KillPeer peer;
        try (Proc proc = segment.attachProc("kill peer")) {
            peer = new KillPeer(segment, proc);
        }
        // Who finds something wrong ends, so that others do not wait for what it holds
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> {
            System.err.println(e);
            Runtime.getRuntime().halt(1);
        });
        for (int thread = 0; thread < THREADS; thread++) {
            final int word = (Integer.parseInt(args[1]) * THREADS + thread) * Long.BYTES;
            final SplittableRandom random = new SplittableRandom(Long.parseLong(args[2]) + thread);
            Thread.ofPlatform().start(() -> peer.work(word, random));
        }
    }

    private void work(final int word, final SplittableRandom random) {
        for (;;) {
            try (Proc proc = segment.attachProc("kill peer thread")) {
                for (int i = 100 + random.nextInt(400); i > 0; i--) {
                    step(proc, random);
                    progress.putLongRelease(word, progress.getLong(word) + 1);
                    if (random.nextInt(8) == 0) {
                        LockSupport.parkNanos(50_000);
                    }
                }
            }
            segment.reapDeadProcs();
        }
    }

    /** Goes into one lock, or two, and out again. */
    void step(final Proc proc, final SplittableRandom random) {
        final int outer = random.nextInt(locks.size());
        final LWLockMode mode = mode(random);
        final WatchedLock first = locks.get(outer);
        if (!first.enter(proc, mode, random.nextInt(4) > 0)) {
            return;
        }
        first.work(proc, mode, random);
        // In the order of the list, or two would wait for each other
        if (random.nextInt(4) == 0 && outer + 1 < locks.size()) {
            final WatchedLock second = locks.get(outer + 1 + random.nextInt(locks.size() - outer - 1));
            final LWLockMode secondMode = mode(random);
            if (second.enter(proc, secondMode, random.nextInt(4) > 0)) {
                second.work(proc, secondMode, random);
                if (random.nextBoolean()) {
                    first.lock.release(proc);
                    second.lock.release(proc);
                    return;
                }
                second.lock.release(proc);
            }
        }
        first.lock.release(proc);
    }

    private static LWLockMode mode(final SplittableRandom random) {
        return random.nextBoolean() ? LWLockMode.EXCLUSIVE : LWLockMode.SHARED;
    }

    /** How many steps a thread of a peer has made. */
    long progress(final int peer, final int thread) {
        return progress.getLongVolatile((peer * THREADS + thread) * Long.BYTES);
    }
}
