package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
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
        final LWLock lock = segment.lwLock("Safe", 0);
        for (final LWLockMode mode : LWLockMode.values()) {
            try (ForkedJvm holder = ForkedJvm.start(Peer.class, "hold", file, "Safe", mode.name())) {
                holder.expect("held");
                try (ForkedJvm waiter = ForkedJvm.start(Peer.class, "hold", file, "Safe", "EXCLUSIVE")) {
                    awaitWaiters(lock, 1);
                    holder.kill();
                    waiter.expect("held");
                    assertEquals(LWLockLayout.EXCLUSIVE, lock.state() & LWLockLayout.LOCK_MASK);
                    waiter.kill();
                }
            }
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            lock.release(proc);
            assertEquals(0, lock.state());
        }
    }

    @Test
    void deadWaitersAreDroppedAndTheLivingKeepTheirOrder() throws Exception {
        final LWLock lock = segment.lwLock("Safe", 0);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try (ForkedJvm first = ForkedJvm.start(Peer.class, "hold", file, "Safe", "EXCLUSIVE")) {
            awaitWaiters(lock, 1);
            try (ForkedJvm second = ForkedJvm.start(Peer.class, "hold", file, "Safe", "EXCLUSIVE")) {
                awaitWaiters(lock, 2);
                try (ForkedJvm third = ForkedJvm.start(Peer.class, "hold", file, "Safe", "EXCLUSIVE")) {
                    awaitWaiters(lock, 3);
                    second.kill();
                    // Unless those that wait have been faster
                    segment.reapDeadProcs();
                    try (SegmentReader reader = Segment.attachReadOnly(segment.file())) {
                        assertFalse(reader.procs().stream().anyMatch(row -> row.pid() == second.pid()));
                    }
                    assertEquals(LWLockLayout.EXCLUSIVE | LWLockLayout.HAS_WAITERS, lock.state());
                    lock.release(proc);
                    first.expect("held");
                    first.kill();
                    third.expect("held");
                }
            }
        }
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        lock.release(proc);
        assertEquals(0, lock.state());
    }

    @Test
    void aStoppedHolderIsAlive() throws Exception {
        final LWLock lock = segment.lwLock("Safe", 0);
        try (ForkedJvm holder = ForkedJvm.start(Peer.class, "hold", file, "Safe", "EXCLUSIVE")) {
            holder.expect("held");
            holder.stop();
            holder.awaitStopped();
            assertEquals(List.of(), segment.reapDeadProcs());
            assertFalse(lock.conditionalAcquire(proc, LWLockMode.SHARED));
        }
        assertTrue(lock.acquire(proc, LWLockMode.SHARED) || lock.heldByMe(proc));
        lock.release(proc);
    }

    /** Until as many are in the list. */
    private void awaitWaiters(final LWLock lock, final int number) {
        for (;;) {
            int waiting = 0;
            for (int i = 0; i < segment.maxProcs(); i++) {
                final UnsafeBuffer slot = segment.slot(i);
                for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
                    final long word = slot.getLongVolatile(ProcLayout.held(entry));
                    if (ProcLayout.lock(word) == lock.number && ProcLayout.state(word) == ProcLayout.WAITING) {
                        waiting++;
                    }
                }
            }
            if (waiting == number) {
                return;
            }
            LockSupport.parkNanos(100_000);
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
        churnAndKill(20, 1);
    }

    /** The reaper is likely to be among them. */
    @Test
    void severalKilledAtOnceTheOthersGoOn() throws Exception {
        churnAndKill(7, 3);
    }

    @Test
    @Tag("soak")
    @Timeout(1200)
    void killedManyTimesTheOthersGoOn() throws Exception {
        churnAndKill(500, 2);
    }

    private void churnAndKill(final int rounds, final int victimsPerRound) throws Exception {
        final SplittableRandom random = new SplittableRandom(42);
        final LWLock lock = segment.lwLock("Fragile", 0);
        final LWLock safe = segment.lwLock("Safe", 1);
        segment.onOwnerDeath("Fragile",
            (_, _) -> shared.putLong(Peer.SECOND_COUNTER, shared.getLong(Peer.COUNTER)));
        final List<ForkedJvm> all = new ArrayList<>();
        try {
            for (int i = 0; i <= victimsPerRound; i++) {
                all.add(ForkedJvm.start(Peer.class, "churn", file, Integer.toString(i)));
            }
            for (int round = 0; round < rounds; round++) {
                // The oldest, which are up by now, while others start
                final List<ForkedJvm> victims =
                    List.copyOf(all.subList(round * victimsPerRound, (round + 1) * victimsPerRound));
                for (final ForkedJvm victim : victims) {
                    victim.expect("churning");
                    all.add(ForkedJvm.start(Peer.class, "churn", file, Integer.toString(all.size())));
                }
                steps(random.nextInt(3000), random, lock, safe);
                for (final ForkedJvm victim : victims) {
                    victim.kill();
                    assertEquals("", victim.rest());
                    steps(random.nextInt(10), random, lock, safe);
                }
                // Without anybody's calling the reaper: waiting finds out
                steps(100, random, lock, safe);
            }
        } finally {
            all.forEach(ForkedJvm::close);
        }
        segment.reapDeadProcs();
        assertEquals(0, lock.state());
        assertEquals(0, safe.state());
        assertEquals(0, segment.lwLock("ShmemIndex", 0).state());
        assertEquals(shared.getLong(Peer.COUNTER), shared.getLong(Peer.SECOND_COUNTER));
    }

    private void steps(final int number, final SplittableRandom random, final LWLock lock, final LWLock safe) {
        for (int i = 0; i < number; i++) {
            Peer.step(proc, shared, random, lock, safe);
        }
    }
}
