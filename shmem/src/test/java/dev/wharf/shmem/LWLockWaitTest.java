package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting until a lock is free or a variable changes, being interrupted, and what becomes of the queue: of each algorithm. */
@Timeout(60)
class LWLockWaitTest {
    private static final int VARIABLE = LWLockPeer.VARIABLE;

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private UnsafeBuffer shared;
    private Actor first;
    private Actor second;
    private Actor third;

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), LWLockPeer.config());
        proc = segment.attachProc("test");
        shared = LWLockPeer.struct(segment, proc);
        first = new Actor(segment, "first");
        second = new Actor(segment, "second");
        third = new Actor(segment, "third");
    }

    @AfterEach
    void close() {
        List.of(first, second, third).forEach(Actor::close);
        proc.close();
        segment.close();
    }

    private static int holdersAndWaiters(final LWLock lock) {
        return lock.state() & ~LWLockLayout.BIASED;
    }

    @ParameterizedTest
    @EnumSource
    void acquireOrWaitTakesAFreeLock(final LWLockAlgorithm algorithm) {
        final LWLock lock = segment.lwLock(algorithm.name(), 0);
        for (final LWLockMode mode : LWLockMode.values()) {
            assertTrue(lock.acquireOrWait(proc, mode));
            assertTrue(lock.heldByMeInMode(proc, mode));
            lock.release(proc);
        }
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void acquireOrWaitWaitsAtTheHeadOfTheQueueAndDoesNotTake(final LWLockAlgorithm algorithm) {
        final LWLock lock = segment.lwLock(algorithm.name(), 0);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        final Future<Boolean> writer = first.acquire(lock, LWLockMode.EXCLUSIVE);
        Actor.awaitWaiters(lock, 1);
        final Future<Boolean> waiter = second.begin(own -> lock.acquireOrWait(own, LWLockMode.EXCLUSIVE));
        Actor.awaitWaiters(lock, 2);
        final Future<Boolean> later = third.begin(own -> lock.acquireOrWait(own, LWLockMode.EXCLUSIVE));
        Actor.awaitWaiters(lock, 3);
        assertEquals(List.of(third.procNumber(), second.procNumber(), first.procNumber()),
            Actor.snapshot(lock).waiters().stream().map(LWLockStatus.Waiter::procNumber).toList());
        lock.release(proc);
        assertFalse(Actor.get(waiter));
        assertFalse(Actor.get(later));
        assertFalse(second.test(lock::heldByMe));
        assertFalse(Actor.get(writer));
        first.release(lock);
        assertEquals(0, holdersAndWaiters(lock));
        assertEquals(2, Actor.snapshot(lock).stats().untilFreeWaits());
    }

    @ParameterizedTest
    @EnumSource
    void waitForVarReturnsAtOnceIfFreeOrSharedOrDifferent(final LWLockAlgorithm algorithm) {
        final LWLock lock = segment.lwLock(algorithm.name(), 0);
        final MutableLong value = new MutableLong(-1);
        assertTrue(lock.waitForVar(proc, shared, VARIABLE, 0, value));
        first.run(own -> lock.acquire(own, LWLockMode.SHARED));
        assertTrue(lock.waitForVar(proc, shared, VARIABLE, 0, value));
        assertEquals(-1, value.get());
        first.release(lock);
        first.run(own -> lock.acquire(own, LWLockMode.EXCLUSIVE));
        assertFalse(lock.waitForVar(proc, shared, VARIABLE, 7, value));
        assertEquals(0, value.get());
        first.release(lock);
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void updateVarWakesThoseThatWaitForItAndNobodyElse(final LWLockAlgorithm algorithm) {
        final LWLock lock = segment.lwLock(algorithm.name(), 0);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        final Future<Boolean> writer = first.acquire(lock, LWLockMode.EXCLUSIVE);
        Actor.awaitWaiters(lock, 1);
        final MutableLong value = new MutableLong();
        final Future<Boolean> changed = second.begin(own -> lock.waitForVar(own, shared, VARIABLE, 0, value));
        Actor.awaitWaiters(lock, 2);
        lock.updateVar(proc, shared, VARIABLE, 42);
        assertFalse(Actor.get(changed));
        assertEquals(42, value.get());
        assertTrue(lock.heldByMeInMode(proc, LWLockMode.EXCLUSIVE));
        assertEquals(List.of(first.procNumber()),
            Actor.snapshot(lock).waiters().stream().map(LWLockStatus.Waiter::procNumber).toList());
        final Future<Boolean> free = third.begin(own -> lock.waitForVar(own, shared, VARIABLE, 42, value));
        Actor.awaitWaiters(lock, 2);
        // Woken, it sees the value that it knows, and queues again
        lock.updateVar(proc, shared, VARIABLE, 42);
        Actor.await(() -> Actor.snapshot(lock).stats().untilFreeWaits() == 2);
        Actor.awaitWaiters(lock, 2);
        lock.releaseClearVar(proc, shared, VARIABLE, 7);
        // Free, unless the writer was faster
        assertTrue(Actor.get(free) || value.get() == 7);
        assertFalse(Actor.get(writer));
        first.release(lock);
        assertEquals(0, holdersAndWaiters(lock));
        assertEquals(7, shared.getLong(VARIABLE));
    }

    @ParameterizedTest
    @EnumSource
    void changingTheVariableWithoutTheLockIsAnError(final LWLockAlgorithm algorithm) {
        final LWLock lock = segment.lwLock(algorithm.name(), 0);
        lock.acquire(proc, LWLockMode.SHARED);
        assertEquals("lock " + algorithm + " is not held", assertThrows(ShmemException.class,
            () -> lock.updateVar(proc, shared, VARIABLE, 1)).getMessage());
        lock.release(proc);
        assertThrows(ShmemException.class, () -> lock.releaseClearVar(proc, shared, VARIABLE, 1));
        assertEquals(0, shared.getLong(VARIABLE));
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        assertThrows(ShmemException.class, () -> lock.waitForVar(proc, shared, VARIABLE, 0, new MutableLong()));
        assertThrows(ShmemException.class, () -> lock.acquireOrWait(proc, LWLockMode.EXCLUSIVE));
        lock.release(proc);
        assertEquals(0, holdersAndWaiters(lock));
    }

    /** Each waits for the other: one wake-up lost, and neither ever goes on. */
    @ParameterizedTest
    @EnumSource
    void noChangeOfAVariableIsMissed(final LWLockAlgorithm algorithm) {
        final LWLock lock = segment.lwLock(algorithm.name(), 0);
        final int times = 3000;
        final int acknowledged = VARIABLE + Long.BYTES;
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        final Future<Integer> waiter = first.begin(own -> {
            final MutableLong value = new MutableLong();
            int seen = 0;
            while (!lock.waitForVar(own, shared, VARIABLE, value.get(), value)) {
                shared.putLongVolatile(acknowledged, value.get());
                seen++;
            }
            return seen;
        });
        for (int i = 1; i <= times; i++) {
            lock.updateVar(proc, shared, VARIABLE, i);
            while (shared.getLongVolatile(acknowledged) != i) {
                Thread.onSpinWait();
            }
        }
        lock.releaseClearVar(proc, shared, VARIABLE, times);
        assertEquals(times, Actor.get(waiter));
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void interruptsEndNoWaitAndLeaveTheQueueRight(final LWLockAlgorithm algorithm) throws Exception {
        final LWLock lock = segment.lwLock(algorithm.name(), 0);
        final int times = 4000;
        final AtomicBoolean done = new AtomicBoolean();
        final List<Future<Integer>> counts = new ArrayList<>();
        final List<Thread> threads = List.of(first, second, third).stream().map(
            actor -> actor.run(_ -> Thread.currentThread())).toList();
        for (final Actor actor : List.of(first, second, third)) {
            counts.add(actor.begin(own ->
                LWLockPeer.mix(lock, own, shared, new SplittableRandom(own.procNumber()), times)));
        }
        final Thread interrupter = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                threads.forEach(Thread::interrupt);
                Thread.yield();
            }
        });
        int counted = 0;
        for (final Future<Integer> count : counts) {
            counted += Actor.get(count);
        }
        done.set(true);
        interrupter.join();
        assertEquals(counted, shared.getLong(LWLockPeer.FIRST));
        assertEquals(0, holdersAndWaiters(lock));
        // Waits are as good after it as before
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        final Future<Boolean> waiter =
            first.begin(own -> !lock.acquire(own, LWLockMode.EXCLUSIVE) && Thread.interrupted());
        Actor.awaitWaiters(lock, 1);
        threads.getFirst().interrupt();
        lock.release(proc);
        assertTrue(Actor.get(waiter));
        first.release(lock);
    }

    @ParameterizedTest
    @EnumSource
    void aProcessToldToEndWhileItsThreadsAreQueuedLeavesTheQueueToTheOthers(final LWLockAlgorithm algorithm)
        throws Exception {
        final LWLock lock = segment.lwLock(algorithm.name(), 0);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try (ForkedJvm jvm = ForkedJvm.start(LWLockPeer.class, "queue", segment.file().toString(), algorithm.name())) {
            jvm.expect("queueing");
            Actor.awaitWaiters(lock, 3);
            final Future<Boolean> writer = first.acquire(lock, LWLockMode.EXCLUSIVE);
            Actor.awaitWaiters(lock, 4);
            assertEquals(0, new ProcessBuilder("kill", "-TERM", Long.toString(jvm.pid())).start().waitFor());
            assertEquals(128 + 15, jvm.await());
            lock.release(proc);
            // If its turn comes after the dead ones', it is who finds out
            assertFalse(Actor.get(writer));
            first.release(lock);
        }
        segment.reapDeadProcs();
        assertEquals(0, holdersAndWaiters(lock));
        assertTrue(lock.acquire(proc, LWLockMode.EXCLUSIVE));
        lock.release(proc);
    }

    @ParameterizedTest
    @EnumSource
    void heldByMeLooksAtOneLockOrAtSeveral(final LWLockAlgorithm algorithm) {
        final List<LWLock> locks = IntStream.range(0, 4).mapToObj(i -> segment.lwLock(algorithm.name(), i)).toList();
        // Once as a first shared holder, which the word counts, once as one that may be published
        for (int i = 0; i < 2; i++) {
            locks.get(2).acquire(proc, LWLockMode.SHARED);
            assertTrue(locks.get(2).heldByMeInMode(proc, LWLockMode.SHARED));
            assertFalse(locks.get(2).heldByMeInMode(proc, LWLockMode.EXCLUSIVE));
            assertTrue(locks.getFirst().anyHeldByMe(proc, 4));
            assertFalse(locks.getFirst().anyHeldByMe(proc, 2));
            assertFalse(locks.get(3).anyHeldByMe(proc, 1));
            proc.releaseAll();
            assertFalse(locks.getFirst().anyHeldByMe(proc, 4));
        }
    }
}
