package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed with SIGKILL while they hold locks, wait for them, or do something in between. */
@Timeout(120)
class OwnerDeathTest {
    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private UnsafeBuffer shared;
    private String file;

    @BeforeEach
    void open() {
        file = directory.resolve("segment").toString();
        segment = Segment.open(Path.of(file), Peer.CONFIG);
        proc = segment.attachProc("test");
        shared = segment.buffer(segment.shmemInitStruct(proc, Peer.STRUCT, Peer.STRUCT_SIZE));
    }

    @AfterEach
    void close() {
        proc.close();
        segment.close();
    }

    @Test
    void processesLoseNoUpdate() throws Exception {
        final int processes = 4;
        final int times = 200_000;
        final List<ForkedJvm> all = new ArrayList<>();
        try {
            for (int i = 0; i < processes; i++) {
                all.add(ForkedJvm.start(Peer.class, "count", file, Integer.toString(times)));
            }
            for (final ForkedJvm jvm : all) {
                assertEquals(0, jvm.await());
            }
        } finally {
            all.forEach(ForkedJvm::close);
        }
        assertEquals((long)processes * times, shared.getLong(Peer.COUNTER));
        assertEquals(0, segment.lwLock("Safe", 0).state());
    }

    @Test
    void theLockOfADeadHolderIsTakenByWhoWaitsForIt() throws Exception {
        for (final LWLockMode mode : LWLockMode.values()) {
            try (ForkedJvm holder = ForkedJvm.start(Peer.class, "hold", file, "Safe", mode.name());
                 ForkedJvm waiter = ForkedJvm.start(Peer.class, "hold", file, "Safe", "EXCLUSIVE")) {
                // Whichever was first holds it; the other waits
                final LWLock lock = segment.lwLock("Safe", 0);
                while ((lock.state() & LWLockLayout.HAS_WAITERS) == 0) {
                    LockSupport.parkNanos(100_000);
                }
                final boolean waiterHolds = (lock.state() & LWLockLayout.EXCLUSIVE) != 0 && mode == LWLockMode.SHARED;
                final ForkedJvm first = waiterHolds ? waiter : holder;
                final ForkedJvm second = waiterHolds ? holder : waiter;
                if (mode == LWLockMode.SHARED) {
                    first.expect("held");
                    first.kill();
                    second.expect("held");
                    second.kill();
                    assertTrue(!lock.acquire(proc, LWLockMode.EXCLUSIVE) || lock.heldByMe(proc));
                    lock.release(proc);
                } else {
                    // Both exclusive: kill one, the other has it or gets it
                    holder.kill();
                    waiter.expect("held");
                    waiter.kill();
                    lock.acquire(proc, LWLockMode.EXCLUSIVE);
                    lock.release(proc);
                }
                assertEquals(0, lock.state());
            }
        }
    }

    @Test
    void anInconsistentLockSaysWhoDiedUntilItIsRepaired() throws Exception {
        final LWLock lock = segment.lwLock("Fragile", 0);
        final long pid;
        try (ForkedJvm holder = ForkedJvm.start(Peer.class, "hold", file, "Fragile", "EXCLUSIVE")) {
            holder.expect("held");
            pid = holder.pid();
            holder.kill();
        }
        for (final LWLockMode mode : LWLockMode.values()) {
            final ShmemException e = assertThrows(ShmemException.class, () -> lock.acquire(proc, mode));
            assertEquals("lock Fragile 0 is inconsistent: process " + pid
                + " died while it held it exclusively", e.getMessage());
        }
        assertThrows(ShmemException.class, () -> lock.conditionalAcquire(proc, LWLockMode.SHARED));
        lock.repair(() -> { });
        assertTrue(lock.acquire(proc, LWLockMode.EXCLUSIVE));
        lock.release(proc);
        assertEquals(0, lock.state());
    }

    @Test
    void theCallbackRepairsBeforeAnybodyGetsTheLock() throws Exception {
        final LWLock lock = segment.lwLock("Fragile", 1);
        final LWLock held = segment.lwLock("Fragile", 0);
        final List<String> repaired = new ArrayList<>();
        segment.onOwnerDeath("Fragile", (which, pid) -> repaired.add(which.index() + " " + pid));
        final long pid;
        try (ForkedJvm holder = ForkedJvm.start(Peer.class, "hold", file, "Fragile", "EXCLUSIVE")) {
            holder.expect("held");
            pid = holder.pid();
            holder.kill();
        }
        final List<ReapedProc> reaped = segment.reapDeadProcs();
        assertEquals(List.of(pid), reaped.stream().map(ReapedProc::pid).toList());
        assertEquals("peer hold", reaped.getFirst().backendType());
        assertEquals(List.of("0 " + pid), repaired);
        assertTrue(held.acquire(proc, LWLockMode.EXCLUSIVE));
        assertTrue(lock.acquire(proc, LWLockMode.EXCLUSIVE));
        proc.releaseAll();
        assertEquals(List.of(), segment.reapDeadProcs());
    }

    @Test
    void killedAtRandomMomentsTheOthersGoOn() throws Exception {
        final SplittableRandom random = new SplittableRandom(42);
        final LWLock lock = segment.lwLock("Fragile", 0);
        final LWLock safe = segment.lwLock("Safe", 1);
        segment.onOwnerDeath("Fragile",
            (_, _) -> shared.putLong(Peer.SECOND_COUNTER, shared.getLong(Peer.COUNTER)));
        final Deque<ForkedJvm> jvms = new ArrayDeque<>();
        try {
            for (int i = 0; i < 3; i++) {
                jvms.add(ForkedJvm.start(Peer.class, "churn", file, Integer.toString(i)));
            }
            for (int round = 0; round < 40; round++) {
                final ForkedJvm victim = jvms.remove();
                victim.expect("churning");
                jvms.add(ForkedJvm.start(Peer.class, "churn", file, Integer.toString(100 + round)));
                final int steps = random.nextInt(3000);
                for (int i = 0; i < steps; i++) {
                    Peer.step(proc, shared, random, lock, safe);
                }
                victim.kill();
                // Without anybody's calling the reaper: waiting finds out
                for (int i = 0; i < 100; i++) {
                    Peer.step(proc, shared, random, lock, safe);
                }
            }
        } finally {
            for (final ForkedJvm jvm : jvms) {
                jvm.close();
            }
        }
        segment.reapDeadProcs();
        assertEquals(0, lock.state());
        assertEquals(0, safe.state());
        assertEquals(0, segment.lwLock("ShmemIndex", 0).state());
        assertEquals(shared.getLong(Peer.COUNTER), shared.getLong(Peer.SECOND_COUNTER));
    }
}
