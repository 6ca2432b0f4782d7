package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConditionVariableTest {
    private static final WaitEvent EVENT = WaitEvent.CONDITION_VARIABLE;

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private UnsafeBuffer shared;
    private ConditionVariable cv;
    private final List<ForkedJvm> peers = new ArrayList<>();

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), IpcPeer.CONFIG);
        proc = segment.attachProc("test");
        shared = IpcPeer.shared(segment, proc);
        cv = new ConditionVariable(shared, IpcPeer.CV);
    }

    @AfterEach
    void close() {
        peers.forEach(ForkedJvm::close);
        proc.close();
        segment.close();
    }

    private ForkedJvm start(final String command) throws Exception {
        final ForkedJvm peer = ForkedJvm.start(IpcPeer.class, command, segment.file().toString());
        peers.add(peer);
        return peer;
    }

    /** Returns once the peer sleeps. */
    private ForkedJvm startAsleep(final String command) throws Exception {
        final ForkedJvm peer = start(command);
        awaitEvent(segment, Integer.parseInt(peer.readLine()), EVENT);
        return peer;
    }

    static void awaitEvent(final Segment segment, final int procNumber, final WaitEvent event) {
        while (segment.slot(procNumber).getIntVolatile(ProcLayout.WAIT_EVENT_OFFSET) != event.word()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void sleepingUnpreparedPreparesAndReturns() {
        cv.sleep(proc, EVENT);
        assertTrue(cv.timedSleep(proc, 1, EVENT));
        assertFalse(ConditionVariable.cancelSleep(proc));
        assertFalse(ConditionVariable.cancelSleep(proc));
        assertFalse(cv.timedSleep(proc, 1, EVENT));
        assertTrue(cv.timedSleep(proc, 1, EVENT));
        // Preparing for another one cancels this
        final ConditionVariable other = new ConditionVariable(shared, IpcPeer.STRUCT_SIZE - ConditionVariable.LENGTH);
        other.prepareToSleep(proc);
        assertFalse(cv.timedSleep(proc, -1, EVENT));
        assertTrue(cv.timedSleep(proc, 1, EVENT));
        // Another view of the same one is the same one
        assertTrue(new ConditionVariable(shared, IpcPeer.CV).timedSleep(proc, 1, EVENT));
    }

    @Test
    void aSignalAfterPreparingIsNotLost() {
        cv.prepareToSleep(proc);
        cv.signal();
        cv.sleep(proc, EVENT);
        assertTrue(cv.timedSleep(proc, 1, EVENT));
        cv.broadcast();
        assertTrue(ConditionVariable.cancelSleep(proc));
    }

    @Test
    void withoutSleepersNothingIsStored() {
        cv.signal();
        cv.broadcast();
        assertEquals(0, cv.word());
        cv.prepareToSleep(proc);
        ConditionVariable.cancelSleep(proc);
        cv.signal();
        final long word = cv.word();
        assertEquals(0, word & ConditionVariableLayout.SOME);
        cv.signal();
        cv.broadcast();
        assertEquals(word, cv.word());
    }

    @Test
    void mustBeAlignedAndInside() {
        assertThrows(IllegalArgumentException.class, () -> new ConditionVariable(shared, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> new ConditionVariable(shared, IpcPeer.STRUCT_SIZE));
    }

    /** Each token is worth one signal. */
    @Test
    void noTokenIsLeftBehind() throws Exception {
        final int tokens = 20_000;
        final List<Thread> consumers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            final Proc own = segment.attachProc("consumer");
            consumers.add(Thread.ofPlatform().start(() -> {
                for (int taken = 0; taken < tokens; taken++) {
                    cv.prepareToSleep(own);
                    while (!IpcPeer.take(shared)) {
                        cv.sleep(own, EVENT);
                    }
                    ConditionVariable.cancelSleep(own);
                }
                own.close();
            }));
        }
        for (int i = 0; i < 3 * tokens; i++) {
            shared.getAndAddInt(IpcPeer.TOKENS, 1);
            cv.signal();
        }
        for (final Thread consumer : consumers) {
            consumer.join();
        }
        assertEquals(0, shared.getIntVolatile(IpcPeer.TOKENS));
    }

    @Test
    void aBroadcastWakesEightProcesses() throws Exception {
        for (int i = 0; i < 8; i++) {
            start("await broadcast");
        }
        for (final ForkedJvm peer : peers) {
            awaitEvent(segment, Integer.parseInt(peer.readLine()), EVENT);
        }
        shared.putIntVolatile(IpcPeer.STOP, 1);
        cv.broadcast();
        for (final ForkedJvm peer : peers) {
            peer.expect("woken");
            assertEquals(0, peer.await());
        }
    }

    @Test
    void theDeadSwallowNoSignal() throws Exception {
        final ForkedJvm first = startAsleep("consume");
        final ForkedJvm second = startAsleep("consume");
        final ForkedJvm third = startAsleep("consume");
        second.kill();
        first.stop();
        first.awaitStopped();
        // Whomever it wakes
        shared.getAndAddInt(IpcPeer.TOKENS, 1);
        cv.signal();
        first.kill();
        third.expect("took");
        assertEquals(0, shared.getIntVolatile(IpcPeer.TOKENS));
    }

    @Test
    void aSignallerKilledBeforeItWakesHasSignalled() throws Exception {
        final ForkedJvm sleeper = startAsleep("consume");
        final ForkedJvm signaller = start("half a signal");
        signaller.expect("half");
        signaller.kill();
        sleeper.expect("took");
    }

    @Test
    void killedAtRandomMomentsTheOthersGetAll() throws Exception {
        final SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 3; i++) {
            startAsleep("consume");
        }
        for (int round = 0; round < 4; round++) {
            start("consume");
            final int when = random.nextInt(1000);
            for (int i = 0; i < 1000; i++) {
                shared.getAndAddInt(IpcPeer.TOKENS, 1);
                cv.signal();
                if (i == when) {
                    peers.get(round).kill();
                }
            }
        }
        while (shared.getIntVolatile(IpcPeer.TOKENS) > 0) {
            Thread.onSpinWait();
        }
        shared.putIntVolatile(IpcPeer.STOP, 1);
        cv.broadcast();
        for (final ForkedJvm peer : peers.subList(4, peers.size())) {
            assertEquals(0, peer.await());
        }
    }
}
