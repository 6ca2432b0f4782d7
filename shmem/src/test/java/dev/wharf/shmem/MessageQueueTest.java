package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.MessageQueue.Kind;
import dev.wharf.shmem.MessageQueue.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MessageQueueTest {
    private static final int CAPACITY = 1024;

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private Proc other;
    private final int[] next = new int[IpcPeer.CONFIG.maxProcs()];

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), IpcPeer.CONFIG);
        proc = segment.attachProc("test");
        other = segment.attachProc("other");
    }

    @AfterEach
    void close() {
        other.close();
        proc.close();
        segment.close();
    }

    private MessageQueue queue(final Kind kind, final int capacity) {
        return IpcPeer.queue(segment, proc, "queue", kind, capacity);
    }

    private static Result send(final MessageQueueSender sender, final UnsafeBuffer message) {
        return sender.send(message, 0, message.capacity());
    }

    private static Result trySend(final MessageQueueSender sender, final UnsafeBuffer message) {
        return sender.trySend(message, 0, message.capacity());
    }

    private void checked(final DirectBuffer buffer, final int offset, final int length) {
        IpcPeer.check(buffer, offset, length, next);
    }

    private static UnsafeBuffer message(final int from, final int number, final int longest) {
        final UnsafeBuffer message = new UnsafeBuffer(new byte[longest]);
        return new UnsafeBuffer(message, 0, IpcPeer.fill(message, from, number));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void messagesOfAllLengthsComeWholeAndInOrder(final Kind kind) throws Exception {
        final MessageQueue queue = queue(kind, CAPACITY);
        final int messages = 3000;
        final Thread thread = Thread.ofPlatform().start(() -> {
            final MessageQueueSender sender = queue.attachSender(other);
            for (int i = 0; i < messages; i++) {
                send(sender, message(0, i, 12 + i % 1000));
            }
            // Ten rings long
            send(sender, message(0, messages, 10 * CAPACITY));
            send(sender, new UnsafeBuffer(new byte[0]));
            sender.close();
        });
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        for (int i = 0; i <= messages; i++) {
            assertEquals(Result.SUCCESS, receiver.receive(this::checked));
        }
        assertEquals(Result.SUCCESS, receiver.receive((_, _, length) -> assertEquals(0, length)));
        assertEquals(Result.DETACHED, receiver.receive(this::checked));
        assertEquals(messages + 1, next[0]);
        thread.join();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoDoesNotWaitIsTold(final Kind kind) {
        final MessageQueue queue = queue(kind, CAPACITY);
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        assertEquals(Result.WOULD_BLOCK, receiver.tryReceive(this::checked));
        assertEquals(Result.WOULD_BLOCK, receiver.awaitAttach(1));
        final MessageQueueSender sender = queue.attachSender(other);
        assertEquals(Result.SUCCESS, sender.awaitAttach(-1));
        assertEquals(Result.SUCCESS, receiver.awaitAttach(-1));
        assertEquals(Result.WOULD_BLOCK, receiver.tryReceive(this::checked));
        int sent = 0;
        while (trySend(sender, message(0, sent, 100)) == Result.SUCCESS) {
            sent++;
        }
        assertTrue(sent > 5, "sent " + sent);
        final UnsafeBuffer refused = message(0, sent, 100);
        assertEquals(Result.WOULD_BLOCK, trySend(sender, refused));
        assertEquals(Result.SUCCESS, receiver.tryReceive(this::checked));
        while (trySend(sender, refused) == Result.WOULD_BLOCK) {
            assertEquals(Result.SUCCESS, receiver.tryReceive(this::checked));
        }
        while (next[0] <= sent) {
            assertEquals(Result.SUCCESS, receiver.tryReceive(this::checked));
        }
        assertEquals(Result.WOULD_BLOCK, receiver.tryReceive(this::checked));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aMessageSentInPartIsFinishedByTheNextCalls(final Kind kind) {
        final MessageQueue queue = queue(kind, CAPACITY);
        final MessageQueueSender sender = queue.attachSender(other);
        final UnsafeBuffer large = message(0, 0, 8000);
        assertEquals(Result.WOULD_BLOCK, trySend(sender, large));
        assertThrows(IllegalStateException.class, () -> trySend(sender, new UnsafeBuffer(new byte[10])));
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        while (trySend(sender, large) == Result.WOULD_BLOCK) {
            assertEquals(Result.WOULD_BLOCK, receiver.tryReceive(this::checked));
        }
        assertEquals(Result.SUCCESS, receiver.tryReceive(this::checked));
        assertEquals(1, next[0]);
        assertEquals(Result.SUCCESS, trySend(sender, message(0, 1, 100)));
        assertEquals(Result.SUCCESS, receiver.tryReceive(this::checked));
        // Half a message is none
        assertEquals(Result.WOULD_BLOCK, trySend(sender, message(0, 2, 8000)));
        sender.close();
        assertEquals(Result.DETACHED, receiver.receive(this::checked));
        assertEquals(2, next[0]);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void leavingIsSeenByTheOtherEnd(final Kind kind) {
        final MessageQueue queue = queue(kind, CAPACITY);
        final MessageQueueSender sender = queue.attachSender(other);
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        send(sender, message(0, 0, 100));
        // By closing the proc
        other.close();
        assertThrows(IllegalStateException.class, () -> send(sender, message(0, 1, 100)));
        assertEquals(Result.SUCCESS, receiver.receive(this::checked));
        assertEquals(Result.DETACHED, receiver.receive(this::checked));
        assertEquals(Result.DETACHED, receiver.awaitAttach(-1));
        other = segment.attachProc("other");
        if (kind == Kind.MANY_TO_ONE) {
            // As with a pipe
            final MessageQueueSender second = queue.attachSender(other);
            send(second, message(1, 0, 100));
            assertEquals(Result.SUCCESS, receiver.receive(this::checked));
            receiver.close();
            assertEquals(Result.DETACHED, send(second, message(1, 1, 100)));
            assertEquals(Result.DETACHED, second.awaitAttach(-1));
        } else {
            assertEquals("message queue has a sender already, or had one",
                assertThrows(ShmemException.class, () -> queue.attachSender(other)).getMessage());
            receiver.close();
        }
        assertEquals("message queue has a receiver already, or had one",
            assertThrows(ShmemException.class, () -> queue.attachReceiver(proc)).getMessage());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFinishedQueueCanBeMadeNew(final Kind kind) {
        final MessageQueue queue = queue(kind, CAPACITY);
        final MessageQueueSender sender = queue.attachSender(other);
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        for (int i = 0; i < 7; i++) {
            assertEquals(Result.SUCCESS, trySend(sender, message(0, i, 100)));
        }
        sender.close();
        assertTrue(assertThrows(ShmemException.class, queue::reset).getMessage().endsWith("is attached as its receiver"));
        receiver.close();
        queue.reset();
        final MessageQueueReceiver second = queue.attachReceiver(other);
        assertTrue(assertThrows(ShmemException.class, queue::reset).getMessage().startsWith("message queue is in use"));
        assertEquals(Result.WOULD_BLOCK, second.tryReceive(this::checked));
        assertEquals(Result.SUCCESS, trySend(queue.attachSender(proc), message(0, 0, 100)));
        assertEquals(Result.SUCCESS, second.tryReceive(this::checked));
    }

    @Test
    void aReceiverThatLeavesEndsTheWaitOfASender() throws Exception {
        final MessageQueue queue = queue(Kind.ONE_TO_ONE, CAPACITY);
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        final MessageQueueSender sender = queue.attachSender(other);
        final List<Result> result = new ArrayList<>();
        final Thread thread = Thread.ofPlatform().start(() -> result.add(send(sender, message(0, 0, 100_000))));
        ConditionVariableTest.awaitEvent(segment, other.procNumber(), WaitEvent.MESSAGE_QUEUE_SEND);
        receiver.close();
        thread.join();
        assertEquals(List.of(Result.DETACHED), result);
    }

    @Test
    void mistakesHaveNames() {
        for (final int capacity : new int[] {0, 512, 1025, 3000, Integer.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> MessageQueue.size(segment, Kind.ONE_TO_ONE, capacity));
        }
        final UnsafeBuffer struct = segment.buffer(segment.shmemInitStruct(proc, "struct", 8192));
        MessageQueue.create(segment, struct, 128, Kind.ONE_TO_ONE, 1024);
        assertTrue(assertThrows(ShmemException.class,
            () -> MessageQueue.create(segment, struct, 128, Kind.ONE_TO_ONE, 2048)).getMessage()
            .startsWith("message queue was created with another kind or capacity"));
        assertThrows(IllegalArgumentException.class,
            () -> MessageQueue.create(segment, struct, 64, Kind.ONE_TO_ONE, 1024));
        assertThrows(IndexOutOfBoundsException.class,
            () -> MessageQueue.create(segment, struct, 0, Kind.ONE_TO_ONE, 8192));
    }

    @Test
    void asManySendersAsThereArePlaces() {
        final MessageQueue queue = queue(Kind.MANY_TO_ONE, CAPACITY);
        final List<MessageQueueSender> senders = new ArrayList<>();
        for (int i = 0; i < segment.maxProcs(); i++) {
            senders.add(queue.attachSender(proc));
        }
        assertEquals("too many senders: all 32 places of the message queue are taken",
            assertThrows(ShmemException.class, () -> queue.attachSender(proc)).getMessage());
        senders.get(17).close();
        queue.attachSender(proc);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void pingPongBetweenProcesses(final Kind kind) throws Exception {
        final MessageQueue there = IpcPeer.queue(segment, proc, "there", kind, CAPACITY);
        final MessageQueue back = IpcPeer.queue(segment, proc, "back", kind, CAPACITY);
        final MessageQueueSender sender = there.attachSender(proc);
        final MessageQueueReceiver receiver = back.attachReceiver(proc);
        try (ForkedJvm echo = ForkedJvm.start(IpcPeer.class, "echo", segment.file().toString(), kind.name(),
            Integer.toString(CAPACITY))) {
            for (int i = 0; i < 1000; i++) {
                final UnsafeBuffer message = message(0, i, i % 100 == 0 ? 20_000 : 200);
                assertEquals(Result.SUCCESS, send(sender, message));
                assertEquals(Result.SUCCESS, receiver.receive((buffer, offset, length) -> {
                    checked(buffer, offset, length);
                    assertEquals(message, new UnsafeBuffer(buffer, offset, length));
                }));
            }
            sender.close();
            assertEquals(Result.DETACHED, receiver.receive(this::checked));
            assertEquals(0, echo.await());
        }
        assertEquals(1000, next[0]);
    }

    @Test
    void fourProcessesToOne() throws Exception {
        final int messages = 2000;
        final MessageQueue queue = queue(Kind.MANY_TO_ONE, 16384);
        final MessageQueueReceiver receiver = queue.attachReceiver(proc);
        final List<ForkedJvm> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                // The last one's messages are in parts
                peers.add(ForkedJvm.start(IpcPeer.class, "send", segment.file().toString(), "MANY_TO_ONE", "16384",
                    Integer.toString(i), Integer.toString(messages), i == 3 ? "9000" : "300"));
            }
            for (final ForkedJvm peer : peers) {
                peer.expect("attached");
            }
            for (final ForkedJvm peer : peers) {
                peer.send("go");
            }
            while (receiver.receive(this::checked) == Result.SUCCESS) {
                // Checked
            }
            for (int i = 0; i < peers.size(); i++) {
                assertEquals(messages, next[i]);
                peers.get(i).expect("sent");
                assertEquals(0, peers.get(i).await());
            }
        } finally {
            peers.forEach(ForkedJvm::close);
        }
    }
}
