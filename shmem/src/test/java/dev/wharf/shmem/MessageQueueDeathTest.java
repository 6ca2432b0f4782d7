package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.MessageQueue.Kind;
import dev.wharf.shmem.MessageQueue.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Processes killed with SIGKILL at either end of a message queue, at random and at exact points of a send. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MessageQueueDeathTest {
    private static final int CAPACITY = 4096;
    private static final int DYING = 30;
    private static final int LENGTH = 100;

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private Proc other;
    private final int[] next = new int[IpcPeer.CONFIG.maxProcs()];
    private final List<ForkedJvm> peers = new ArrayList<>();

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), IpcPeer.CONFIG);
        proc = segment.attachProc("test");
        other = segment.attachProc("other");
    }

    @AfterEach
    void close() {
        peers.forEach(ForkedJvm::close);
        other.close();
        proc.close();
        segment.close();
    }

    private MessageQueue queue(final Kind kind) {
        return IpcPeer.queue(segment, proc, "queue", kind, CAPACITY);
    }

    private ForkedJvm start(final String command, final Kind kind, final Object... args) throws Exception {
        final List<String> all = new ArrayList<>(
            List.of(command, segment.file().toString(), kind.name(), Integer.toString(CAPACITY)));
        for (final Object arg : args) {
            all.add(arg.toString());
        }
        final ForkedJvm peer = ForkedJvm.start(IpcPeer.class, all.toArray(String[]::new));
        peers.add(peer);
        return peer;
    }

    private void checked(final DirectBuffer buffer, final int offset, final int length) {
        IpcPeer.check(buffer, offset, length, next);
    }

    private static Result trySend(final MessageQueueSender sender, final int from, final int number, final int length) {
        final UnsafeBuffer message = new UnsafeBuffer(new byte[length]);
        return sender.trySend(message, 0, IpcPeer.fill(message, from, number));
    }

    static Stream<Arguments> pointsOfDeath() {
        return Stream.of("before the claim", "after the tail", "after the tail, at the end", "after the header",
            "half the bytes", "between parts").map(Arguments::of);
    }

    /** Others' messages before it and after it arrive; a hole stops the receiver only until the death is certain. */
    @ParameterizedTest
    @MethodSource("pointsOfDeath")
    void aDeadSenderInTheMiddleStopsNobody(final String point) throws Exception {
        final MessageQueue queue = queue(Kind.MANY_TO_ONE);
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        final MessageQueueSender sender = queue.attachSender(other);
        int sent = 0;
        // With the shortest messages, 24 bytes each with their header, to where the dying one's does not fit before the end
        final int stop = point.endsWith("at the end") ? CAPACITY - LENGTH : CAPACITY / 2;
        while ((queue.ring.producerPosition() & CAPACITY - 1) < stop) {
            assertEquals(Result.SUCCESS, trySend(sender, 0, sent++, 12));
            if (sent % 20 == 0) {
                receiveUpTo(receiver, sent);
            }
        }
        final int before = sent;
        final ForkedJvm dying = start(
            "die claiming", Kind.MANY_TO_ONE, point, point.equals("between parts") ? 50_000 : LENGTH, DYING);
        dying.expect("dying");
        while (sent < before + 10 && trySend(sender, 0, sent, 50) == Result.SUCCESS) {
            sent++;
        }
        final boolean hole = point.startsWith("after") || point.startsWith("half");
        receiveUpTo(receiver, hole ? before : sent);
        if (hole) {
            // Its owner is stopped, for more than one look: it may still come back
            dying.stop();
            dying.awaitStopped();
            final long until = System.nanoTime() + 3 * ConditionVariable.LIVENESS_MILLIS * 1_000_000;
            while (System.nanoTime() < until) {
                assertEquals(Result.WOULD_BLOCK, receiver.tryReceive(this::checked));
            }
            assertFalse(queue.isBarred());
        }
        dying.kill();
        receiveUpTo(receiver, sent);
        for (int i = 0; i < 500; i++) {
            assertEquals(Result.SUCCESS, trySend(sender, 0, sent++, 200));
            receiveUpTo(receiver, sent);
        }
        sender.close();
        assertEquals(Result.DETACHED, receiver.receive(this::checked));
        assertEquals(0, next[DYING]);
        assertFalse(queue.isBarred());
        assertEquals(queue.ring.producerPosition(), queue.ring.consumerPosition());
        for (final Participant place : queue.senders) {
            assertTrue(place.isFree());
            assertEquals(MessageQueueLayout.IDLE, place.state());
        }
    }

    private void receiveUpTo(final MessageQueueReceiver receiver, final int messages) {
        while (next[0] < messages) {
            assertEquals(Result.SUCCESS, receiver.receive(this::checked));
        }
    }

    /** A live sender that is stopped in its claim, beside a dead one's hole, keeps its room. */
    @Test
    void aHoleIsNotClosedWhileALiveSenderMayOwnIt() throws Exception {
        final MessageQueue queue = queue(Kind.MANY_TO_ONE);
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        final MessageQueueSender sender = queue.attachSender(other);
        final ForkedJvm dying = start("die claiming", Kind.MANY_TO_ONE, "after the tail", LENGTH, DYING);
        dying.expect("dying");
        final ForkedJvm stopped = start("die claiming", Kind.MANY_TO_ONE, "after the tail", LENGTH, DYING + 1);
        stopped.expect("dying");
        stopped.stop();
        stopped.awaitStopped();
        assertEquals(Result.SUCCESS, trySend(sender, 0, 0, 50));
        dying.kill();
        while (!queue.isBarred()) {
            assertEquals(Result.WOULD_BLOCK, receiver.tryReceive(this::checked));
        }
        final long head = queue.ring.consumerPosition();
        for (int i = 0; i < 1000; i++) {
            assertEquals(Result.WOULD_BLOCK, receiver.tryReceive(this::checked));
            assertEquals(Result.WOULD_BLOCK, trySend(sender, 0, 1, 50));
        }
        assertEquals(head, queue.ring.consumerPosition());
        stopped.kill();
        assertEquals(Result.SUCCESS, receiver.receive(this::checked));
        assertFalse(queue.isBarred());
        assertEquals(Result.SUCCESS, trySend(sender, 0, 1, 50));
        assertEquals(Result.SUCCESS, receiver.receive(this::checked));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theReceiverGetsWhatADeadSenderHadSent(final Kind kind) throws Exception {
        final MessageQueue queue = queue(kind);
        final ForkedJvm sender = start("send", kind, 0, 15, 200);
        sender.expect("attached");
        sender.send("go");
        sender.expect("sent");
        sender.kill();
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        for (int i = 0; i < 15; i++) {
            assertEquals(Result.SUCCESS, receiver.receive(this::checked));
        }
        assertEquals(Result.DETACHED, receiver.receive(this::checked));
    }

    @Test
    void theOnlySenderKilledAtRandomMoments() throws Exception {
        final SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 4; round++) {
            final MessageQueue queue = queue(Kind.ONE_TO_ONE);
            queue.reset();
            final ForkedJvm sender = start("send", Kind.ONE_TO_ONE, round, Integer.MAX_VALUE, 2000);
            sender.expect("attached");
            sender.send("go");
            final MessageQueueReceiver receiver = queue.attachReceiver(proc);
            final int when = random.nextInt(1000);
            for (int i = 0; i < when; i++) {
                assertEquals(Result.SUCCESS, receiver.receive(this::checked));
            }
            sender.kill();
            while (receiver.receive(this::checked) == Result.SUCCESS) {
                // What it had sent
            }
            receiver.close();
        }
    }

    @Test
    void someOfManySendersKilledAtRandomMoments() throws Exception {
        final SplittableRandom random = new SplittableRandom(4);
        final MessageQueue queue = queue(Kind.MANY_TO_ONE);
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        final int victims = 8;
        for (int i = 0; i < victims + 1; i++) {
            start("send", Kind.MANY_TO_ONE, i, i < victims ? Integer.MAX_VALUE : 1000, i % 3 == 0 ? 5000 : 300);
        }
        for (final ForkedJvm peer : peers) {
            peer.expect("attached");
            peer.send("go");
        }
        for (int i = 0; i < victims; i++) {
            final int when = random.nextInt(600);
            for (int received = 0; received < when; received++) {
                assertEquals(Result.SUCCESS, receiver.receive(this::checked));
            }
            peers.get(i).kill();
        }
        while (receiver.receive(this::checked) == Result.SUCCESS) {
            // Until the last one has sent all
        }
        assertEquals(1000, next[victims]);
        peers.get(victims).expect("sent");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSenderIsToldThatTheReceiverDied(final Kind kind) throws Exception {
        final MessageQueue queue = queue(kind);
        final ForkedJvm receiver = start("receive", kind);
        receiver.expect("attached");
        final MessageQueueSender sender = queue.attachSender(proc);
        assertEquals(Result.SUCCESS, sender.awaitAttach(-1));
        final UnsafeBuffer message = new UnsafeBuffer(new byte[LENGTH]);
        int sent = 0;
        while (sent < 2000) {
            assertEquals(Result.SUCCESS, sender.send(message, 0, IpcPeer.fill(message, 0, sent++)));
        }
        receiver.expect("first");
        receiver.stop();
        receiver.awaitStopped();
        // A stopped receiver is not a dead one, however often we look
        while (sender.trySend(message, 0, IpcPeer.fill(message, 0, sent)) == Result.SUCCESS) {
            sent++;
        }
        final long until = System.nanoTime() + 3 * ConditionVariable.LIVENESS_MILLIS * 1_000_000;
        final int length = IpcPeer.fill(message, 0, sent);
        while (System.nanoTime() < until) {
            assertEquals(Result.WOULD_BLOCK, sender.trySend(message, 0, length));
        }
        receiver.kill();
        assertEquals(Result.DETACHED, sender.send(message, 0, length));
        assertEquals(Result.DETACHED, sender.trySend(message, 0, length));
        assertEquals(Result.DETACHED, sender.awaitAttach(-1));
    }
}
