package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BarrierTest {
    private static final int DYNAMIC = 0;

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private UnsafeBuffer shared;
    private final List<ForkedJvm> peers = new ArrayList<>();

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), IpcPeer.CONFIG);
        proc = segment.attachProc("test");
        shared = IpcPeer.shared(segment, proc);
    }

    @AfterEach
    void close() {
        peers.forEach(ForkedJvm::close);
        proc.close();
        segment.close();
    }

    private Barrier barrier(final int participants) {
        return IpcPeer.barrier(segment, proc, participants);
    }

    private ForkedJvm start(final String command, final int... args) throws Exception {
        final List<String> all = new ArrayList<>(List.of(command, segment.file().toString()));
        for (final int arg : args) {
            all.add(Integer.toString(arg));
        }
        final ForkedJvm peer = ForkedJvm.start(IpcPeer.class, all.toArray(String[]::new));
        peers.add(peer);
        return peer;
    }

    private boolean arrive(final Barrier barrier) {
        return barrier.arriveAndWait(proc, WaitEvent.BARRIER);
    }

    @Test
    void aloneItIsAlwaysElected() {
        final Barrier barrier = barrier(DYNAMIC);
        assertEquals(0, barrier.participants());
        assertEquals(0, barrier.attach(proc));
        assertEquals(0, barrier.attach(proc));
        assertEquals(1, barrier.participants());
        assertTrue(arrive(barrier));
        assertTrue(arrive(barrier));
        assertEquals(2, barrier.phase());
        assertTrue(barrier.detach(proc));
        assertEquals(2, barrier.phase());
        assertEquals(2, barrier.attach(proc));
        assertTrue(barrier.arriveAndDetach(proc));
        assertEquals(3, barrier.phase());
        barrier.attach(proc);
        assertTrue(barrier.arriveAndDetachExceptLast(proc));
        assertEquals(4, barrier.phase());
        assertEquals(1, barrier.participants());
    }

    @Test
    void mistakesHaveNames() {
        final Barrier dynamic = barrier(DYNAMIC);
        assertEquals("proc 0 is not attached to the barrier",
            assertThrows(ShmemException.class, () -> arrive(dynamic)).getMessage());
        assertThrows(ShmemException.class, () -> dynamic.detach(proc));
        final Barrier two = barrier(2);
        two.attach(proc);
        assertEquals("cannot detach from a static barrier",
            assertThrows(ShmemException.class, () -> two.detach(proc)).getMessage());
        final UnsafeBuffer struct = segment.buffer(segment.shmemInitStruct(proc, "again", 4096));
        Barrier.init(segment, struct, 128, 3);
        Barrier.init(segment, struct, 128, 3);
        assertEquals("barrier was initialised for 3 participants, not 2", assertThrows(ShmemException.class,
            () -> Barrier.init(segment, struct, 128, 2)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> Barrier.init(segment, struct, 64, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> Barrier.init(segment, struct, 3968, 3));
        assertThrows(IllegalArgumentException.class, () -> Barrier.init(segment, struct, 0, 33));
    }

    @Test
    void aStaticBarrierHasOnlyItsPlaces() throws Exception {
        final Barrier barrier = barrier(2);
        assertEquals(2, barrier.participants());
        barrier.attach(proc);
        final Proc second = segment.attachProc("second");
        final Proc third = segment.attachProc("third");
        barrier.attach(second);
        assertEquals("too many participants: all 2 places of the barrier are taken",
            assertThrows(ShmemException.class, () -> barrier.attach(third)).getMessage());
        third.close();
        // A participant that closes its proc has left
        second.close();
        assertEquals(1, barrier.participants());
        assertTrue(arrive(barrier));
    }

    /** The last to detach releases the waiters, of which one is elected. */
    @Test
    void detachingReleasesTheWaiters() throws Exception {
        final Barrier barrier = barrier(DYNAMIC);
        barrier.attach(proc);
        final AtomicInteger elected = new AtomicInteger();
        final List<Thread> threads = new ArrayList<>();
        final List<Proc> procs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            final Proc own = segment.attachProc("waiter");
            procs.add(own);
            barrier.attach(own);
            threads.add(Thread.ofPlatform().start(() -> {
                if (barrier.arriveAndWait(own, WaitEvent.BARRIER)) {
                    elected.incrementAndGet();
                }
            }));
        }
        for (final Proc own : procs) {
            ConditionVariableTest.awaitEvent(segment, own.procNumber(), WaitEvent.BARRIER);
        }
        assertEquals(0, barrier.phase());
        assertFalse(barrier.detach(proc));
        for (final Thread thread : threads) {
            thread.join();
        }
        assertEquals(1, barrier.phase());
        assertEquals(1, elected.get());
        procs.forEach(Proc::close);
        assertEquals(0, barrier.participants());
    }

    @Test
    void exactlyOneStaysAsTheLast() throws Exception {
        final int rounds = 100;
        final int count = 4;
        final Barrier barrier = barrier(DYNAMIC);
        final AtomicInteger last = new AtomicInteger();
        for (int round = 0; round < rounds; round++) {
            final CountDownLatch attached = new CountDownLatch(count);
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try (Proc own = segment.attachProc("racer")) {
                        barrier.attach(own);
                        attached.countDown();
                        attached.await();
                        if (barrier.arriveAndDetachExceptLast(own)) {
                            last.incrementAndGet();
                            barrier.detach(own);
                        }
                    } catch (final InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (final Thread thread : threads) {
                thread.join();
            }
            assertEquals(round + 1, last.get());
            assertEquals(round + 1, barrier.phase());
            assertEquals(0, barrier.participants());
        }
    }

    @Test
    void eightProcessesGoThroughAThousandPhasesTogether() throws Exception {
        final int processes = 8;
        final int phases = 1000;
        for (int i = 0; i < processes; i++) {
            start("phases", processes, phases, i, processes);
        }
        for (final ForkedJvm peer : peers) {
            peer.expect("attached");
        }
        for (final ForkedJvm peer : peers) {
            peer.send("go");
        }
        for (final ForkedJvm peer : peers) {
            peer.expect("done");
            assertEquals(0, peer.await());
        }
        assertEquals(phases, barrier(processes).phase());
        assertEquals(phases, shared.getIntVolatile(IpcPeer.ELECTIONS));
    }

    /** Killed before it arrived while two wait for it, then killed after it arrived. */
    @ParameterizedTest
    @ValueSource(ints = {DYNAMIC, 4})
    void theDeadAreNotWaitedFor(final int participants) throws Exception {
        final Barrier barrier = barrier(participants);
        barrier.attach(proc);
        final ForkedJvm dies = start("attach and arrive", participants);
        final ForkedJvm waits = start("attach and arrive", participants);
        final ForkedJvm arrives = start("attach and arrive", participants);
        dies.readLine();
        final int waiter = Integer.parseInt(waits.readLine());
        final int arrived = Integer.parseInt(arrives.readLine());
        assertEquals(4, barrier.participants());
        waits.send("go");
        arrives.send("go");
        ConditionVariableTest.awaitEvent(segment, waiter, WaitEvent.BARRIER);
        ConditionVariableTest.awaitEvent(segment, arrived, WaitEvent.BARRIER);
        dies.kill();
        arrives.kill();
        arrive(barrier);
        assertEquals(1, barrier.phase());
        waits.expect("through");
        assertEquals(0, waits.await());
        // Its proc is closed, and the other two are dead
        assertTrue(arrive(barrier));
        assertEquals(2, barrier.phase());
        assertEquals(1, barrier.participants());
    }

    @Test
    void theStoppedAreWaitedFor() throws Exception {
        final Barrier barrier = barrier(DYNAMIC);
        barrier.attach(proc);
        final ForkedJvm stopped = start("attach and arrive", DYNAMIC);
        stopped.readLine();
        stopped.stop();
        stopped.awaitStopped();
        stopped.send("go");
        final Thread waiter = Thread.ofPlatform().start(() -> arrive(barrier));
        // Several looks long
        assertFalse(waiter.join(Duration.ofMillis(6 * ConditionVariable.LIVENESS_MILLIS)));
        assertEquals(0, barrier.phase());
        stopped.resume();
        stopped.expect("through");
        waiter.join();
        assertEquals(1, barrier.phase());
    }

    @Test
    void killedAtRandomMomentsTheOthersGoOn() throws Exception {
        final Barrier barrier = barrier(DYNAMIC);
        final int victims = 5;
        for (int i = 0; i < victims; i++) {
            start("phases", DYNAMIC, Integer.MAX_VALUE, i, 0).expect("attached");
        }
        barrier.attach(proc);
        for (final ForkedJvm peer : peers) {
            peer.send("go");
        }
        for (final ForkedJvm victim : peers) {
            for (int i = 0; i < 60; i++) {
                arrive(barrier);
            }
            victim.kill();
        }
        for (int i = 0; i < 10; i++) {
            arrive(barrier);
        }
        assertEquals(victims * 60 + 10, barrier.phase());
        assertEquals(1, barrier.participants());
    }
}
