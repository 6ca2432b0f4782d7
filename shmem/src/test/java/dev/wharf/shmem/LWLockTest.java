package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LWLockTest {
    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), Peer.CONFIG);
        proc = segment.attachProc("test");
    }

    @AfterEach
    void close() {
        proc.close();
        segment.close();
    }

    @Test
    void sharedHoldersExcludeAnExclusiveOneAndNotEachOther() {
        final LWLock lock = segment.lwLock("Safe", 0);
        try (Proc other = segment.attachProc("other")) {
            assertTrue(lock.acquire(proc, LWLockMode.SHARED));
            assertTrue(lock.conditionalAcquire(other, LWLockMode.SHARED));
            assertTrue(lock.heldByMeInMode(other, LWLockMode.SHARED));
            assertFalse(lock.heldByMeInMode(other, LWLockMode.EXCLUSIVE));
            lock.release(other);
            assertFalse(lock.conditionalAcquire(other, LWLockMode.EXCLUSIVE));
            assertFalse(lock.heldByMe(other));
            lock.release(proc);
            assertTrue(lock.conditionalAcquire(other, LWLockMode.EXCLUSIVE));
            assertFalse(lock.conditionalAcquire(proc, LWLockMode.SHARED));
            lock.release(other);
        }
        assertEquals(0, lock.state());
    }

    @Test
    void releasingWhatIsNotHeldIsAnError() {
        final ShmemException e =
            assertThrows(ShmemException.class, () -> segment.lwLock("Safe", 0).release(proc));
        assertEquals("lock Safe is not held", e.getMessage());
    }

    /** Nobody could ever give back what it took: its slot is free, and no reaper looks there. */
    @Test
    void aClosedProcIsRefused() {
        final Proc closed = segment.attachProc("closed");
        for (int i = 0; i < 3; i++) {
            segment.lwLock("Safe", i).acquire(closed, LWLockMode.EXCLUSIVE);
        }
        closed.close();
        for (final LWLockAlgorithm algorithm : LWLockAlgorithm.values()) {
            assertRefused(IllegalStateException.class, "the proc is closed", algorithm, closed);
        }
        // Nor through what takes a lock by itself
        assertThrows(IllegalStateException.class, () -> segment.shmemInitStruct(closed, "struct", 8));
        assertEquals(0, segment.lwLock("ShmemIndex", 0).state());
    }

    /** Its entries would name another lock, in the other segment. */
    @Test
    void anotherSegmentsProcIsRefused() {
        try (Segment other = Segment.open(directory.resolve("other"), Peer.CONFIG);
             Proc stranger = other.attachProc("stranger")) {
            for (final LWLockAlgorithm algorithm : LWLockAlgorithm.values()) {
                assertRefused(IllegalArgumentException.class, " is in segment \"" + segment.file() + "\", the proc in segment \""
                    + other.file() + "\"", algorithm, stranger);
            }
            assertThrows(IllegalArgumentException.class, () -> segment.shmemInitStruct(stranger, "struct", 8));
            assertEquals(0, segment.lwLock("ShmemIndex", 0).state());
            assertTrue(other.lwLock("Safe", 0).acquire(stranger, LWLockMode.EXCLUSIVE));
        }
    }

    /** Free, held shared and held exclusively; and not a trace of it in the lock, which lets the next one in. */
    private void assertRefused(final Class<? extends RuntimeException> error, final String message,
                               final LWLockAlgorithm algorithm, final Proc refused) {
        final UserLWLocks locks = segment.userLWLocks();
        final ShmemStruct struct = segment.shmemInitStruct(proc, message.hashCode() + " " + algorithm, LWLockLayout.LENGTH);
        final LWLock lock = locks.initialize(struct.offset(),
            locks.newTrancheId(proc, "refuses", SegmentConfig.OwnerDeath.CONSISTENT, algorithm));
        final UnsafeBuffer variable = new UnsafeBuffer(new byte[8]);
        for (final LWLockMode held : new LWLockMode[] {null, LWLockMode.SHARED, LWLockMode.EXCLUSIVE}) {
            if (held != null) {
                lock.acquire(proc, held);
            }
            final int state = lock.state();
            for (final LWLockMode mode : LWLockMode.values()) {
                for (final Executable attempt : List.<Executable>of(() -> lock.acquire(refused, mode),
                    () -> lock.conditionalAcquire(refused, mode), () -> lock.acquireOrWait(refused, mode),
                    () -> lock.waitForVar(refused, variable, 0, 0, new MutableLong()))) {
                    final RuntimeException e = assertThrows(error, attempt);
                    assertTrue(e.getMessage().contains(message), e.getMessage());
                }
            }
            assertEquals(state, lock.state());
            if (held != null) {
                lock.release(proc);
            }
        }
        assertEquals(0, lock.state() & LWLockLayout.LOCK_MASK);
        assertTrue(lock.conditionalAcquire(proc, LWLockMode.EXCLUSIVE));
        lock.release(proc);
    }

    @Test
    void takingAgainWhatOneHoldsExclusivelyIsAnErrorAndNotAHang() {
        final LWLock lock = segment.lwLock("Safe", 0);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        assertThrows(ShmemException.class, () -> lock.acquire(proc, LWLockMode.SHARED));
        assertThrows(ShmemException.class, () -> lock.acquire(proc, LWLockMode.EXCLUSIVE));
        lock.release(proc);
        assertEquals(0, lock.state());
    }

    @Test
    void twoHundredLocksAreHeldAtMostAndHolesAreUsedAgain() {
        final LWLock lock = segment.lwLock("Safe", 0);
        final LWLock first = segment.lwLock("Safe", 1);
        first.acquire(proc, LWLockMode.SHARED);
        for (int i = 1; i < ProcLayout.HELD_CAPACITY; i++) {
            lock.acquire(proc, LWLockMode.SHARED);
        }
        final ShmemException e =
            assertThrows(ShmemException.class, () -> lock.acquire(proc, LWLockMode.SHARED));
        assertEquals("too many LWLocks taken", e.getMessage());
        first.release(proc);
        lock.acquire(proc, LWLockMode.SHARED);
        assertEquals(ProcLayout.HELD_CAPACITY, lock.state());
        proc.releaseAll();
        assertEquals(0, lock.state());
        assertEquals(0, first.state());
    }

    @Test
    void aWaiterWaitsThroughInterruptsAndKeepsTheStatus() throws InterruptedException {
        final LWLock lock = segment.lwLock("Safe", 0);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        final AtomicReference<String> outcome = new AtomicReference<>();
        final Thread waiter = Thread.ofPlatform().start(() -> {
            try (Proc own = segment.attachProc("waiter")) {
                final boolean atOnce = lock.acquire(own, LWLockMode.EXCLUSIVE);
                outcome.set(atOnce + " " + Thread.currentThread().isInterrupted());
            }
        });
        while ((lock.state() & LWLockLayout.HAS_WAITERS) == 0) {
            Thread.onSpinWait();
        }
        waiter.interrupt();
        lock.release(proc);
        waiter.join();
        assertEquals("false true", outcome.get());
        assertEquals(0, lock.state());
    }

    @Test
    void readersBehindAWriterAreWokenTogetherInOneGo() throws InterruptedException {
        final LWLock lock = segment.lwLock("Safe", 0);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        final CountDownLatch allHold = new CountDownLatch(3);
        final List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(Thread.ofPlatform().start(() -> {
                try (Proc own = segment.attachProc("reader")) {
                    lock.acquire(own, LWLockMode.SHARED);
                    allHold.countDown();
                    try {
                        allHold.await();
                    } catch (final InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }));
        }
        while (lock.buffer.getLongVolatile(LWLockLayout.TICKET_OFFSET) < 3) {
            Thread.onSpinWait();
        }
        lock.release(proc);
        allHold.await();
        for (final Thread reader : readers) {
            reader.join();
        }
        assertEquals(0, lock.state());
    }

    @Test
    void threadsLoseNoUpdate() throws InterruptedException {
        final int threads = 4;
        final int times = 100_000;
        final UnsafeBuffer shared =
            segment.buffer(segment.shmemInitStruct(proc, Peer.STRUCT, Peer.STRUCT_SIZE));
        final LWLock lock = segment.lwLock("Safe", 0);
        final List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            all.add(Thread.ofPlatform().start(() -> {
                try (Proc own = segment.attachProc("counter")) {
                    for (int i = 0; i < times; i++) {
                        lock.acquire(own, LWLockMode.EXCLUSIVE);
                        shared.putLong(0, shared.getLong(0) + 1);
                        lock.release(own);
                    }
                }
            }));
        }
        for (final Thread thread : all) {
            thread.join();
        }
        assertEquals((long)threads * times, shared.getLong(0));
        assertEquals(0, lock.state());
    }
}
