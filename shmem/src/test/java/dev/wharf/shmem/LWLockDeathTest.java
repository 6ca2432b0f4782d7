package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.LWLockStatus.Holder;
import dev.wharf.shmem.LWLockStatus.Waiter;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The death of holders and waiters under each algorithm: real processes, and slots written by hand where a kill cannot aim. */
@Timeout(120)
class LWLockDeathTest {
    private static final int DEAD_SLOT = 20;
    /** This pid with another start time: a process that is gone. */
    private static final ProcessIdentity DEAD = new ProcessIdentity(ProcessIdentity.current().pid(), 1);

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private UnsafeBuffer shared;
    private Actor other;

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), LWLockPeer.config());
        proc = segment.attachProc("test");
        shared = LWLockPeer.struct(segment, proc);
        other = new Actor(segment, "other");
    }

    @AfterEach
    void close() {
        other.close();
        proc.close();
        segment.close();
    }

    private LWLock lock(final LWLockAlgorithm algorithm) {
        return segment.lwLock(algorithm.name(), 0);
    }

    private static int holdersAndWaiters(final LWLock lock) {
        return lock.state() & ~LWLockLayout.BIASED;
    }

    private ForkedJvm fork(final String command, final LWLockAlgorithm algorithm, final Object... args) throws Exception {
        final List<String> all = new ArrayList<>(List.of(command, segment.file().toString(), algorithm.name()));
        for (final Object arg : args) {
            all.add(arg.toString());
        }
        return ForkedJvm.start(LWLockPeer.class, all.toArray(String[]::new));
    }

    /** A proc that is dead, with one entry; the word as it left it. */
    private void die(final LWLock lock, final int mode, final int entryState, final int word) {
        final UnsafeBuffer slot = segment.slot(DEAD_SLOT);
        slot.putLong(ProcLayout.held(3), ProcLayout.heldWord(lock.number, mode, entryState));
        lock.buffer.putIntVolatile(LWLockLayout.STATE_OFFSET, word);
        slot.putLongVolatile(ProcLayout.OWNER_OFFSET, ProcLayout.owner(DEAD, ProcLayout.ACTIVE));
    }

    /** The first shared holder of a distributed lock makes it biased; the next is published. */
    private void bias(final LWLock lock) {
        lock.acquire(proc, LWLockMode.SHARED);
        lock.release(proc);
    }

    @ParameterizedTest
    @EnumSource
    void theLockOfADeadHolderIsTakenByWhoWaitsForIt(final LWLockAlgorithm algorithm) throws Exception {
        final LWLock lock = lock(algorithm);
        bias(lock);
        for (final LWLockMode mode : LWLockMode.values()) {
            try (ForkedJvm holder = fork("hold", algorithm, mode)) {
                holder.expect("held");
                final Future<Boolean> writer = other.acquire(lock, LWLockMode.EXCLUSIVE);
                Actor.await(() -> !Actor.snapshot(lock).waiters().isEmpty()
                    || Actor.snapshot(lock).holders().size() == 2);
                assertFalse(writer.isDone());
                holder.kill();
                // The waiter itself finds out
                Actor.get(writer);
                other.release(lock);
            }
            segment.reapDeadProcs();
            assertEquals(0, holdersAndWaiters(lock));
        }
    }

    @ParameterizedTest
    @EnumSource
    void deadWaitersAreDroppedAndTheLivingKeepTheirOrder(final LWLockAlgorithm algorithm) throws Exception {
        final LWLock lock = lock(algorithm);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try (ForkedJvm jvm = fork("queue", algorithm)) {
            jvm.expect("queueing");
            Actor.awaitWaiters(lock, 3);
            final Future<Boolean> writer = other.acquire(lock, LWLockMode.EXCLUSIVE);
            Actor.awaitWaiters(lock, 4);
            try (Actor reader = new Actor(segment, "reader"); Actor free = new Actor(segment, "free")) {
                final Future<Boolean> read = reader.acquire(lock, LWLockMode.SHARED);
                Actor.awaitWaiters(lock, 5);
                final Future<Boolean> waitedFree = free.begin(own -> lock.acquireOrWait(own, LWLockMode.SHARED));
                Actor.awaitWaiters(lock, 6);
                jvm.kill();
                // A waiter may have found out before
                segment.reapDeadProcs();
                assertEquals(List.of(free.procNumber(), other.procNumber(), reader.procNumber()),
                    Actor.snapshot(lock).waiters().stream().map(Waiter::procNumber).toList());
                assertEquals(LWLockLayout.EXCLUSIVE | LWLockLayout.HAS_WAITERS, lock.state());
                lock.release(proc);
                assertFalse(Actor.get(waitedFree));
                assertFalse(Actor.get(writer));
                other.release(lock);
                Actor.get(read);
                reader.release(lock);
            }
        }
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void whoWaitsForADeadHoldersVariableIsWoken(final LWLockAlgorithm algorithm) throws Exception {
        final LWLock lock = lock(algorithm);
        try (ForkedJvm holder = fork("hold", algorithm, LWLockMode.EXCLUSIVE);
             ForkedJvm waiter = fork("waitForVar", algorithm)) {
            holder.expect("held");
            waiter.expect("waiting");
            // It may have come too early: what it then says is the same
            final Future<Boolean> own =
                other.begin(it -> lock.waitForVar(it, shared, LWLockPeer.VARIABLE, 0, new MutableLong()));
            Actor.await(() -> Actor.snapshot(lock).waiters().stream().anyMatch(w -> w.procNumber() == other.procNumber()));
            holder.kill();
            assertTrue(Actor.get(own));
            waiter.expect("true 0");
        }
        segment.reapDeadProcs();
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void anInconsistentLockFailsAllWhoWaitUntilItIsRepaired(final LWLockAlgorithm algorithm) throws Exception {
        final LWLock lock = segment.lwLock(LWLockPeer.fragile(algorithm), 0);
        final String message;
        try (ForkedJvm holder = fork("holdFragile", algorithm)) {
            holder.expect("held");
            message = "lock " + lock.tranche() + " 0 is inconsistent: process " + holder.pid()
                + " died while it held it exclusively";
            final Future<Boolean> writer = other.acquire(lock, LWLockMode.EXCLUSIVE);
            Actor.awaitWaiters(lock, 1);
            holder.kill();
            assertEquals(message, assertThrows(ShmemException.class, () -> Actor.get(writer)).getMessage());
        }
        for (final LWLockMode mode : LWLockMode.values()) {
            assertThrows(ShmemException.class, () -> lock.conditionalAcquire(proc, mode));
            assertEquals(message, assertThrows(ShmemException.class, () -> lock.acquireOrWait(proc, mode)).getMessage());
        }
        assertEquals(message, assertThrows(ShmemException.class,
            () -> lock.waitForVar(proc, shared, LWLockPeer.VARIABLE, 0, new MutableLong())).getMessage());
        assertTrue(Actor.snapshot(lock).inconsistent());
        if (algorithm == LWLockAlgorithm.OPTIMISTIC) {
            assertEquals(0, lock.tryOptimisticRead());
        }
        lock.repair(() -> { });
        if (algorithm == LWLockAlgorithm.OPTIMISTIC) {
            assertTrue(lock.validate(lock.tryOptimisticRead()));
        }
        for (final LWLockMode mode : LWLockMode.values()) {
            assertTrue(lock.acquire(proc, mode));
            lock.release(proc);
        }
        assertTrue(lock.waitForVar(proc, shared, LWLockPeer.VARIABLE, 0, new MutableLong()));
        assertEquals(0, holdersAndWaiters(lock));
    }

    @ParameterizedTest
    @EnumSource
    void aStoppedHolderIsAlive(final LWLockAlgorithm algorithm) throws Exception {
        final LWLock lock = lock(algorithm);
        bias(lock);
        for (final LWLockMode mode : LWLockMode.values()) {
            try (ForkedJvm holder = fork("hold", algorithm, mode)) {
                holder.expect("held");
                holder.stop();
                holder.awaitStopped();
                final Future<Boolean> writer = other.acquire(lock, LWLockMode.EXCLUSIVE);
                Actor.await(() -> !Actor.snapshot(lock).waiters().isEmpty() || Actor.snapshot(lock).holders().size() == 2);
                assertEquals(List.of(), segment.reapDeadProcs());
                assertFalse(writer.isDone());
                assertTrue(Actor.snapshot(lock).holders().stream().map(Holder::pid).toList().contains(holder.pid()));
                holder.resume();
                holder.send("release");
                holder.expect("released");
                Actor.get(writer);
                other.release(lock);
            }
            segment.reapDeadProcs();
            assertEquals(0, holdersAndWaiters(lock));
        }
    }

    @ParameterizedTest
    @EnumSource
    void killedAtRandomMomentsTheOthersGoOn(final LWLockAlgorithm algorithm) throws Exception {
        churnAndKill(algorithm, 3, 2);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("soak")
    @Timeout(1200)
    void killedManyTimesTheOthersGoOn(final LWLockAlgorithm algorithm) throws Exception {
        churnAndKill(algorithm, 150, 2);
    }

    private void churnAndKill(final LWLockAlgorithm algorithm, final int rounds, final int victims) throws Exception {
        final SplittableRandom random = new SplittableRandom(42);
        final LWLock lock = segment.lwLock(LWLockPeer.fragile(algorithm), 0);
        LWLockPeer.repairBy(segment, shared, algorithm);
        final List<ForkedJvm> all = new ArrayList<>();
        try {
            for (int i = 0; i <= victims; i++) {
                all.add(fork("churn", algorithm, i));
            }
            for (int round = 0; round < rounds; round++) {
                final List<ForkedJvm> dying = List.copyOf(all.subList(round * victims, (round + 1) * victims));
                for (final ForkedJvm victim : dying) {
                    victim.expect("churning");
                    all.add(fork("churn", algorithm, all.size()));
                }
                // A hand-over is a wake-up each time
                LWLockPeer.mix(lock, proc, shared, random, random.nextInt(lock.fair ? 100 : 3000));
                for (final ForkedJvm victim : dying) {
                    victim.kill();
                    assertEquals("", victim.rest());
                }
                // Without anybody's calling the reaper: waiting finds out
                LWLockPeer.mix(lock, proc, shared, random, lock.fair ? 10 : 100);
            }
        } finally {
            all.forEach(ForkedJvm::close);
        }
        segment.reapDeadProcs();
        assertEquals(0, holdersAndWaiters(lock));
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        lock.release(proc);
        assertEquals(shared.getLong(LWLockPeer.FIRST), shared.getLong(LWLockPeer.SECOND));
    }

    /** It had changed a variable, and was about to wake those that wait for it. */
    @ParameterizedTest
    @EnumSource
    void dyingWhileItWakesIsDyingAsAHolder(final LWLockAlgorithm algorithm) {
        final LWLock lock = segment.lwLock(LWLockPeer.fragile(algorithm), 0);
        die(lock, LWLockMode.EXCLUSIVE.code, ProcLayout.UPDATING,
            LWLockLayout.EXCLUSIVE | LWLockLayout.LIST_LOCKED | LWLockLayout.HAS_WAITERS);
        assertEquals(1, segment.reapDeadProcs().size());
        assertEquals(LWLockLayout.INCONSISTENT, lock.state());
    }

    @Test
    void aWriterThatDiesWaitingForPublishedReadersHasDoneNoHarmAndTheNextWaitsForThem() {
        final LWLock lock = segment.lwLock(LWLockPeer.fragile(LWLockAlgorithm.DISTRIBUTED_READERS), 0);
        bias(lock);
        lock.acquire(proc, LWLockMode.SHARED);
        assertEquals(LWLockLayout.BIASED, lock.state());
        die(lock, LWLockMode.EXCLUSIVE.code, ProcLayout.TAKEN, LWLockLayout.BIASED | LWLockLayout.EXCLUSIVE);
        assertEquals(1, segment.reapDeadProcs().size());
        assertEquals(LWLockLayout.BIASED, lock.state());
        assertFalse(other.test(own -> lock.conditionalAcquire(own, LWLockMode.EXCLUSIVE)));
        lock.release(proc);
        assertTrue(other.test(own -> lock.conditionalAcquire(own, LWLockMode.EXCLUSIVE)));
        other.release(lock);
    }

    @Test
    void aPublishedReaderThatDiesKeepsNobodyOut() {
        final LWLock lock = lock(LWLockAlgorithm.DISTRIBUTED_READERS);
        for (final int state : new int[] {ProcLayout.INTENT, ProcLayout.HELD}) {
            bias(lock);
            die(lock, ProcLayout.PUBLISHED, state, LWLockLayout.BIASED);
            // Finds out while it waits
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            lock.release(proc);
            lock.buffer.putLong(LWLockLayout.UNBIASED_UNTIL_OFFSET, 0);
        }
        assertEquals(0, lock.state());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aVersionThatADeadWriterLeftOddIsEvenAgainOnceTheDataIsGood(final boolean odd) {
        for (final String tranche : List.of("OPTIMISTIC", LWLockPeer.fragile(LWLockAlgorithm.OPTIMISTIC))) {
            final LWLock lock = segment.lwLock(tranche, 0);
            final long stamp = lock.tryOptimisticRead();
            segment.onOwnerDeath(LWLockPeer.fragile(LWLockAlgorithm.OPTIMISTIC), (_, _) -> {
                // It may change the data, whether or not the dead one had got so far
                assertEquals(0, lock.tryOptimisticRead());
                assertFalse(lock.validate(stamp));
            });
            if (odd) {
                lock.buffer.putLong(LWLockLayout.VERSION_OFFSET, lock.buffer.getLong(LWLockLayout.VERSION_OFFSET) + 1);
            }
            die(lock, LWLockMode.EXCLUSIVE.code, ProcLayout.HELD, LWLockLayout.EXCLUSIVE);
            assertEquals(1, segment.reapDeadProcs().size());
            assertEquals(0, lock.state());
            assertNotEquals(0, lock.tryOptimisticRead());
            assertFalse(lock.validate(stamp));
        }
    }

    /** A release had added the holds of the first in the queue to the word, and died before it told them. */
    @Test
    void theQueueIsServedThoughWhoHandedTheLockOverDied() {
        final LWLock lock = lock(LWLockAlgorithm.NO_BARGING);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        final Future<Boolean> writer = other.acquire(lock, LWLockMode.EXCLUSIVE);
        Actor.awaitWaiters(lock, 1);
        final UnsafeBuffer slot = segment.slot(other.procNumber());
        slot.putIntVolatile(ProcLayout.SEMAPHORE_OFFSET, slot.getInt(ProcLayout.SEMAPHORE_OFFSET)
            & ~ProcLayout.SEMAPHORE_STATE_MASK | ProcLayout.CHOSEN);
        WaitList.clear(lock);
        // This proc gave it back in the name of the dead one
        proc.pop(proc.find(lock.number));
        die(lock, LWLockMode.EXCLUSIVE.code, ProcLayout.RELEASING, LWLockLayout.EXCLUSIVE);
        assertFalse(Actor.get(writer));
        assertEquals(LWLockLayout.EXCLUSIVE, lock.state());
        other.release(lock);
        assertEquals(0, lock.state());
    }

    /** It had been handed the lock, and did not know yet: it has changed nothing. */
    @Test
    void whoDiesBeforeItKnowsThatItWasHandedTheLockHasDoneNoHarm() {
        final LWLock lock = segment.lwLock(LWLockPeer.fragile(LWLockAlgorithm.NO_BARGING), 0);
        segment.slot(DEAD_SLOT).putInt(ProcLayout.SEMAPHORE_OFFSET, ProcLayout.GRANTED);
        die(lock, LWLockMode.EXCLUSIVE.code, ProcLayout.WAITING, LWLockLayout.EXCLUSIVE);
        assertTrue(lock.acquire(proc, LWLockMode.SHARED) || lock.heldByMe(proc));
        lock.release(proc);
        assertEquals(0, lock.state());
    }

    /** A live one that was told and has not said so in its entry holds it, whoever else dies. */
    @Test
    void whoWasHandedTheLockKeepsItThroughARecovery() {
        final LWLock lock = lock(LWLockAlgorithm.NO_BARGING);
        final int entry = proc.push(lock, ProcLayout.heldWord(lock.number, LWLockMode.SHARED, ProcLayout.WAITING));
        proc.slot.putIntVolatile(ProcLayout.SEMAPHORE_OFFSET, ProcLayout.GRANTED);
        die(lock, LWLockMode.SHARED.code, ProcLayout.HELD, 2);
        assertEquals(1, segment.reapDeadProcs().size());
        assertEquals(1, lock.state());
        proc.store(entry, ProcLayout.heldWord(lock.number, LWLockMode.SHARED, ProcLayout.HELD));
        LWLockQueue.endEpisode(proc.slot);
        lock.release(proc);
        assertEquals(0, lock.state());
    }

    @Test
    void aWaiterThatADeadWakerHadChosenIsWokenThoughTheLockIsHeldAgain() {
        final LWLock lock = lock(LWLockAlgorithm.POSTGRES);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        final Future<Boolean> waiter = other.begin(own -> lock.acquireOrWait(own, LWLockMode.EXCLUSIVE));
        Actor.awaitWaiters(lock, 1);
        final UnsafeBuffer slot = segment.slot(other.procNumber());
        slot.putIntVolatile(ProcLayout.SEMAPHORE_OFFSET, slot.getInt(ProcLayout.SEMAPHORE_OFFSET)
            & ~ProcLayout.SEMAPHORE_STATE_MASK | ProcLayout.CHOSEN);
        WaitList.clear(lock);
        die(lock, LWLockMode.EXCLUSIVE.code, ProcLayout.RELEASING, LWLockLayout.EXCLUSIVE);
        assertFalse(Actor.get(waiter));
        lock.release(proc);
        // Whoever recovers it may not be done when the waiter is awake
        Actor.await(() -> lock.state() == 0);
    }

    @Test
    void whatTheDeadHadCountedIsNotLost() throws Exception {
        final LWLock lock = lock(LWLockAlgorithm.POSTGRES);
        try (ForkedJvm holder = fork("hold", LWLockAlgorithm.POSTGRES, LWLockMode.SHARED)) {
            holder.expect("held");
            assertEquals(0, lock.buffer.getLong(LWLockLayout.SHARED_ACQUIRES_OFFSET));
            assertEquals(1, Actor.snapshot(lock).stats().sharedAcquires());
            holder.kill();
        }
        // Readable as it is left, and after
        assertEquals(1, Actor.snapshot(lock).stats().sharedAcquires());
        assertEquals(1, segment.reapDeadProcs().size());
        assertEquals(1, Actor.snapshot(lock).stats().sharedAcquires());
        assertEquals(1, lock.buffer.getLong(LWLockLayout.SHARED_ACQUIRES_OFFSET));
    }
}
