package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.LWLockStatus.Holder;
import dev.wharf.shmem.LWLockStatus.Waiter;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LWLockStatsTest {
    private static final int MANY = 200;

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), new SegmentConfig(1 << 20, List.of(
            new Tranche("One", 1, OwnerDeath.CONSISTENT), new Tranche("Many", MANY, OwnerDeath.CONSISTENT)), 8));
        proc = segment.attachProc("test");
    }

    @AfterEach
    void close() {
        proc.close();
        segment.close();
    }

    private static LWLockStats stats(final LWLock lock) {
        return Actor.snapshot(lock).stats();
    }

    @Test
    void acquiresAreCountedByModeAndKeptWhenTheProcCloses() {
        final LWLock lock = segment.lwLock("One", 0);
        try (Proc other = segment.attachProc("other")) {
            for (int i = 0; i < 5; i++) {
                lock.acquire(other, LWLockMode.SHARED);
                lock.release(other);
            }
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            assertFalse(lock.conditionalAcquire(other, LWLockMode.SHARED));
            lock.release(proc);
            assertTrue(lock.conditionalAcquire(other, LWLockMode.SHARED));
            assertEquals(6, stats(lock).sharedAcquires());
            assertEquals(0, lock.buffer.getLong(LWLockLayout.SHARED_ACQUIRES_OFFSET));
        }
        assertEquals(6, lock.buffer.getLong(LWLockLayout.SHARED_ACQUIRES_OFFSET));
        assertEquals(new LWLockStats(6, 1, 0, 0, 0, 0, 0, 0, 0, 0), stats(lock));
    }

    /** Far more than a slot has counters for. */
    @Test
    void theCountsOfManyLocksAreNotMixedUp() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < MANY; i++) {
                final LWLock lock = segment.lwLock("Many", i);
                for (int j = 0; j <= i % 3; j++) {
                    lock.acquire(proc, LWLockMode.SHARED);
                    lock.release(proc);
                }
                lock.acquire(proc, LWLockMode.EXCLUSIVE);
                lock.release(proc);
            }
        }
        long shared = 0;
        for (int i = 0; i < MANY; i++) {
            final LWLockStats stats = stats(segment.lwLock("Many", i));
            assertEquals(3 * (i % 3 + 1), stats.sharedAcquires());
            assertEquals(3, stats.exclusiveAcquires());
            shared += stats.sharedAcquires();
        }
        final LWLockStats tranche = LWLockStatus.byTranche(LWLockStatus.of(segment)).get("Many");
        assertEquals(shared, tranche.sharedAcquires());
        assertEquals(3 * MANY, tranche.exclusiveAcquires());
    }

    @Test
    void aCounterInASlotIsHandedInBeforeItReachesItsKey() {
        final LWLock lock = segment.lwLock("One", 0);
        final int key = ProcLayout.acquiresKey(lock.number, LWLockMode.SHARED);
        final long full = (1L << 31) - 1;
        proc.slot.putLong(ProcLayout.acquires(key), (long)key << 32 | full);
        for (int i = 0; i < 3; i++) {
            lock.acquire(proc, LWLockMode.SHARED);
            lock.release(proc);
            assertEquals(full + i + 1, stats(lock).sharedAcquires());
        }
    }

    @Test
    void waitsAreCountedAndSeenWithHoldersAndWaitEvent() {
        final LWLock lock = segment.lwLock("One", 0);
        final long pid = ProcessIdentity.current().pid();
        try (Actor writer = new Actor(segment, "writer"); Actor reader = new Actor(segment, "reader")) {
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            final Future<Boolean> write = writer.acquire(lock, LWLockMode.EXCLUSIVE);
            Actor.awaitWaiters(lock, 1);
            final Future<Boolean> read = reader.acquire(lock, LWLockMode.SHARED);
            Actor.awaitWaiters(lock, 2);
            final LWLockStatus snapshot = Actor.snapshot(lock);
            assertEquals("One", snapshot.tranche());
            assertTrue(snapshot.exclusive());
            assertEquals(List.of(new Holder(proc.procNumber(), pid, ProcessIdentity.currentThreadId(),
                LWLockMode.EXCLUSIVE, false)), snapshot.holders());
            assertEquals(List.of(LWLockMode.EXCLUSIVE, LWLockMode.SHARED),
                snapshot.waiters().stream().map(Waiter::mode).toList());
            assertEquals(Set.of(pid), snapshot.waiters().stream().map(Waiter::pid).collect(Collectors.toSet()));
            Actor.await(() -> waitEvent(writer.procNumber()) != 0);
            assertTrue(WaitEvent.isLWLock(waitEvent(writer.procNumber())));
            assertEquals("One", segment.tranche(WaitEvent.tranche(waitEvent(writer.procNumber()))).name());
            lock.release(proc);
            Actor.get(write);
            writer.release(lock);
            Actor.get(read);
            assertEquals(0, waitEvent(writer.procNumber()));
            reader.release(lock);
        }
        final LWLockStats stats = stats(lock);
        assertEquals(2, stats.exclusiveAcquires());
        assertEquals(1, stats.sharedAcquires());
        assertEquals(1, stats.exclusiveWaits());
        assertTrue(stats.sharedWaits() >= 1);
        assertEquals(stats.sharedWaits() + 1, stats.waits());
        assertTrue(stats.futexSleeps() >= 2);
        assertTrue(stats.futexWakes() >= 2);
        assertTrue(stats.waitNanos() > 0);
    }

    private int waitEvent(final int procNumber) {
        return segment.slot(procNumber).getIntVolatile(ProcLayout.WAIT_EVENT_OFFSET);
    }
}
