package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.LWLockStatus.Holder;
import dev.wharf.shmem.LWLockStatus.Waiter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every algorithm must do, and what each does in its own way. */
@Timeout(120)
class LWLockAlgorithmTest {
    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private UnsafeBuffer shared;
    private final List<Actor> actors = new ArrayList<>();

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), LWLockPeer.config());
        proc = segment.attachProc("test");
        shared = LWLockPeer.struct(segment, proc);
        for (int i = 0; i < 5; i++) {
            actors.add(new Actor(segment, "actor " + i));
        }
    }

    @AfterEach
    void close() {
        actors.forEach(Actor::close);
        proc.close();
        segment.close();
    }

    private LWLock lock(final LWLockAlgorithm algorithm) {
        return segment.lwLock(algorithm.name(), 0);
    }

    private static int holdersAndWaiters(final LWLock lock) {
        return lock.state() & ~LWLockLayout.BIASED;
    }

    private static List<Integer> holders(final LWLock lock) {
        return Actor.snapshot(lock).holders().stream().map(Holder::procNumber).sorted().toList();
    }

    private List<Integer> procs(final int... numbers) {
        final List<Integer> procs = new ArrayList<>();
        for (final int number : numbers) {
            procs.add(actors.get(number).procNumber());
        }
        return procs.stream().sorted().toList();
    }

    @ParameterizedTest
    @EnumSource
    void readersShareAndAWriterExcludesAll(final LWLockAlgorithm algorithm) {
        final LWLock lock = lock(algorithm);
        final Actor other = actors.getFirst();
        for (int i = 0; i < 3; i++) {
            assertTrue(lock.acquire(proc, LWLockMode.SHARED));
            assertTrue(other.test(own -> lock.conditionalAcquire(own, LWLockMode.SHARED)));
            lock.release(proc);
            assertFalse(lock.conditionalAcquire(proc, LWLockMode.EXCLUSIVE));
            other.release(lock);
            assertTrue(lock.conditionalAcquire(proc, LWLockMode.EXCLUSIVE));
            assertFalse(other.test(own -> lock.conditionalAcquire(own, LWLockMode.SHARED)));
            assertFalse(other.test(own -> lock.conditionalAcquire(own, LWLockMode.EXCLUSIVE)));
            lock.release(proc);
        }
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void aWriterWaitsForAReaderAndAReaderForAWriter(final LWLockAlgorithm algorithm) {
        final LWLock lock = lock(algorithm);
        for (int i = 0; i < 3; i++) {
            lock.acquire(proc, LWLockMode.SHARED);
            final long before = Actor.snapshot(lock).stats().futexSleeps();
            final Future<Boolean> writer = actors.get(0).acquire(lock, LWLockMode.EXCLUSIVE);
            // In the queue, or with the word and waiting for the published
            Actor.await(() -> !Actor.snapshot(lock).waiters().isEmpty() || Actor.snapshot(lock).exclusive());
            assertFalse(writer.isDone());
            lock.release(proc);
            Actor.get(writer);
            final Future<Boolean> reader = actors.get(1).acquire(lock, LWLockMode.SHARED);
            Actor.awaitWaiters(lock, 1);
            actors.get(0).release(lock);
            assertFalse(Actor.get(reader));
            actors.get(1).release(lock);
            assertTrue(Actor.snapshot(lock).stats().futexSleeps() > before);
        }
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void whoWouldWaitForItselfGetsAnError(final LWLockAlgorithm algorithm) {
        final LWLock lock = lock(algorithm);
        for (int i = 0; i < 2; i++) {
            lock.acquire(proc, LWLockMode.SHARED);
            assertThrows(ShmemException.class, () -> lock.acquire(proc, LWLockMode.EXCLUSIVE));
            lock.release(proc);
        }
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        assertThrows(ShmemException.class, () -> lock.acquire(proc, LWLockMode.SHARED));
        lock.release(proc);
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void threadsLoseNoUpdateAndReadersSeeNoneHalfDone(final LWLockAlgorithm algorithm) {
        final LWLock lock = lock(algorithm);
        final List<Future<Integer>> counts = new ArrayList<>();
        for (final Actor actor : actors) {
            counts.add(actor.begin(own ->
                LWLockPeer.mix(lock, own, shared, new SplittableRandom(own.procNumber()), lock.fair ? 2000 : 20_000)));
        }
        assertEquals(counts.stream().mapToLong(Actor::get).sum(), shared.getLong(LWLockPeer.FIRST));
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void processesLoseNoUpdateAndReadersSeeNoneHalfDone(final LWLockAlgorithm algorithm) throws Exception {
        final LWLock lock = lock(algorithm);
        final List<ForkedJvm> all = new ArrayList<>();
        final int times = lock.fair ? 3000 : 50_000;
        long counted = 0;
        try {
            for (int i = 0; i < 3; i++) {
                all.add(ForkedJvm.start(LWLockPeer.class, "mix", segment.file().toString(), algorithm.name(),
                    Integer.toString(times), Integer.toString(i)));
            }
            counted = LWLockPeer.mix(lock, proc, shared, new SplittableRandom(9), times);
            for (final ForkedJvm jvm : all) {
                counted += Integer.parseInt(jvm.readLine());
                assertEquals(0, jvm.await());
            }
        } finally {
            all.forEach(ForkedJvm::close);
        }
        assertEquals(counted, shared.getLong(LWLockPeer.FIRST));
        assertEquals(counted, Actor.snapshot(lock).stats().exclusiveAcquires());
        assertEquals(0, holdersAndWaiters(lock));
    }

    /** By looking at who holds and who is queued after each step. */
    @Test
    void noBargingServesTheQueueInItsOrder() {
        final LWLock lock = lock(LWLockAlgorithm.NO_BARGING);
        final List<LWLockMode> modes = List.of(LWLockMode.EXCLUSIVE, LWLockMode.SHARED, LWLockMode.SHARED,
            LWLockMode.EXCLUSIVE, LWLockMode.SHARED);
        lock.acquire(proc, LWLockMode.SHARED);
        final List<Future<Boolean>> acquired = new ArrayList<>();
        for (int i = 0; i < actors.size(); i++) {
            acquired.add(actors.get(i).acquire(lock, modes.get(i)));
            Actor.awaitWaiters(lock, i + 1);
        }
        assertEquals(modes, Actor.snapshot(lock).waiters().stream().map(Waiter::mode).toList());
        // A reader holds it, a writer is queued: a newcomer does not barge in
        assertFalse(lock.conditionalAcquire(proc, LWLockMode.SHARED));
        assertThrows(ShmemException.class, () -> lock.acquire(proc, LWLockMode.SHARED));
        final int[][] batches = {{0}, {1, 2}, {3}, {4}};
        int waiting = 5;
        lock.release(proc);
        for (final int[] batch : batches) {
            waiting -= batch.length;
            for (final int number : batch) {
                assertFalse(Actor.get(acquired.get(number)));
            }
            // Handed over: nobody could come between, not even for an instant
            assertEquals(procs(batch), holders(lock));
            assertEquals(waiting, Actor.snapshot(lock).waiters().size());
            assertFalse(lock.conditionalAcquire(proc, LWLockMode.EXCLUSIVE));
            assertEquals(waiting == 0, lock.conditionalAcquire(proc, LWLockMode.SHARED));
            for (final int number : batch) {
                actors.get(number).release(lock);
            }
        }
        lock.release(proc);
        assertEquals(0, lock.state());
    }

    @Test
    void withBargingANewcomerOvertakesTheQueue() {
        final LWLock lock = lock(LWLockAlgorithm.POSTGRES);
        lock.acquire(proc, LWLockMode.SHARED);
        final Future<Boolean> writer = actors.get(0).acquire(lock, LWLockMode.EXCLUSIVE);
        Actor.awaitWaiters(lock, 1);
        assertTrue(actors.get(1).test(own -> lock.conditionalAcquire(own, LWLockMode.SHARED)));
        lock.release(proc);
        assertFalse(writer.isDone());
        actors.get(1).release(lock);
        Actor.get(writer);
        actors.get(0).release(lock);
        assertEquals(0, lock.state());
    }

    @Test
    void distributedReadersLeaveTheWordAloneUntilAWriterComes() {
        final LWLock lock = lock(LWLockAlgorithm.DISTRIBUTED_READERS);
        lock.acquire(proc, LWLockMode.SHARED);
        assertEquals(1 | LWLockLayout.BIASED, lock.state());
        actors.get(0).run(own -> lock.acquire(own, LWLockMode.SHARED));
        assertEquals(1 | LWLockLayout.BIASED, lock.state());
        assertEquals(List.of(false, true),
            Actor.snapshot(lock).holders().stream().map(Holder::published).sorted().toList());
        lock.release(proc);
        final Future<Boolean> writer = actors.get(1).acquire(lock, LWLockMode.EXCLUSIVE);
        Actor.await(() -> Actor.snapshot(lock).exclusive());
        // It has the word and waits for the published reader; nobody new gets in
        assertFalse(actors.get(2).test(own -> lock.conditionalAcquire(own, LWLockMode.SHARED)));
        assertFalse(writer.isDone());
        actors.get(0).release(lock);
        Actor.get(writer);
        assertEquals(LWLockLayout.EXCLUSIVE, lock.state());
        actors.get(1).release(lock);
        assertEquals(0, lock.state());
    }

    /** A published reader wakes nobody when it leaves. */
    @Test
    void aReaderThatIsWokenWakesTheWriterBehindIt() {
        final LWLock lock = lock(LWLockAlgorithm.DISTRIBUTED_READERS);
        lock.acquire(proc, LWLockMode.SHARED);
        lock.release(proc);
        // The one way to have the lock exclusively and to leave it biased
        assertTrue(lock.conditionalAcquire(proc, LWLockMode.EXCLUSIVE));
        assertEquals(LWLockLayout.EXCLUSIVE | LWLockLayout.BIASED, lock.state());
        final Future<Boolean> reader = actors.get(0).acquire(lock, LWLockMode.SHARED);
        Actor.awaitWaiters(lock, 1);
        final Future<Boolean> writer = actors.get(1).acquire(lock, LWLockMode.EXCLUSIVE);
        Actor.awaitWaiters(lock, 2);
        lock.release(proc);
        Actor.get(reader);
        actors.get(0).release(lock);
        Actor.get(writer);
        actors.get(1).release(lock);
    }

    @Test
    void aReaderWithManyLocksIsCountedInTheWord() {
        final LWLock lock = lock(LWLockAlgorithm.DISTRIBUTED_READERS);
        for (int i = 0; i < ProcLayout.PUBLISHABLE + 2; i++) {
            lock.acquire(proc, LWLockMode.SHARED);
        }
        assertEquals(3, lock.state() & LWLockLayout.LOCK_MASK);
        assertFalse(actors.get(0).test(own -> lock.conditionalAcquire(own, LWLockMode.EXCLUSIVE)));
        proc.releaseAll();
        assertTrue(actors.get(0).test(own -> lock.conditionalAcquire(own, LWLockMode.EXCLUSIVE)));
        actors.get(0).release(lock);
    }

    @Test
    void anOptimisticReadIsValidUnlessAWriterCame() {
        final LWLock lock = lock(LWLockAlgorithm.OPTIMISTIC);
        final long stamp = lock.tryOptimisticRead();
        assertNotEquals(0, stamp);
        assertTrue(lock.validate(stamp));
        lock.acquire(proc, LWLockMode.SHARED);
        assertTrue(lock.validate(stamp));
        lock.release(proc);
        assertTrue(lock.validate(stamp));
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        assertFalse(lock.validate(stamp));
        assertEquals(0, lock.tryOptimisticRead());
        assertFalse(lock.validate(0));
        lock.release(proc);
        assertFalse(lock.validate(stamp));
        assertTrue(lock.validate(lock.tryOptimisticRead()));
        assertThrows(IllegalStateException.class, () -> lock(LWLockAlgorithm.POSTGRES).tryOptimisticRead());
    }
}
