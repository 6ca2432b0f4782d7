package dev.wharf.shmem;

import dev.wharf.shmem.MessageQueue.Kind;
import dev.wharf.shmem.MessageQueue.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** What the forked JVMs of the tests of condition variables, barriers and queues do. Arguments: command, file, its own. */
final class IpcPeer {
    static final SegmentConfig CONFIG = new SegmentConfig(4 << 20, List.of(), 32);

    static final int CV = 0;
    static final int TOKENS = 128;
    static final int STOP = 256;
    static final int ELECTIONS = 384;
    static final int STRUCT_SIZE = 4096;
    /** A long a participant: the phase it works in. */
    static final int WORK = 1024;

    private static final int MESSAGE_HEADER = 3 * Integer.BYTES;
    private static final int CRC = 2 * Integer.BYTES;

    private final Segment segment;
    private final Proc proc;
    private final String[] args;
    private final UnsafeBuffer shared;
    private final ConditionVariable cv;

    private IpcPeer(final String[] args) {
        this.args = args;
        segment = Segment.attach(Path.of(args[1]));
        proc = segment.attachProc(args[0]);
        shared = shared(segment, proc);
        cv = new ConditionVariable(shared, CV);
    }

    static UnsafeBuffer shared(final Segment segment, final Proc proc) {
        return segment.buffer(segment.shmemInitStruct(proc, "shared", STRUCT_SIZE));
    }

    static Barrier barrier(final Segment segment, final Proc proc, final int participants) {
        final UnsafeBuffer struct = segment.buffer(segment.shmemInitStruct(
            proc, "barrier " + participants, Barrier.size(segment, participants)));
        return Barrier.init(segment, struct, 0, participants);
    }

    static MessageQueue queue(final Segment segment, final Proc proc, final String name, final Kind kind,
                              final int capacity) {
        final UnsafeBuffer struct = segment.buffer(segment.shmemInitStruct(
            proc, name, MessageQueue.size(segment, kind, capacity)));
        return MessageQueue.create(segment, struct, 0, kind, capacity);
    }

    private MessageQueue queue(final String name) {
        return queue(segment, proc, name, Kind.valueOf(args[2]), number(3));
    }

    private int number(final int arg) {
        return Integer.parseInt(args[arg]);
    }

    public static void main(final String[] args) throws Exception {
        final IpcPeer peer = new IpcPeer(args);
        switch (args[0]) {
            case "consume" -> peer.consume();
            case "await broadcast" -> peer.awaitBroadcast();
            case "half a signal" -> peer.halfASignal();
            case "phases" -> peer.phases();
            case "attach and arrive" -> peer.attachAndArrive();
            case "send" -> peer.send();
            case "receive" -> peer.receive();
            case "echo" -> peer.echo();
            case "die claiming" -> peer.dieClaiming();
            default -> throw new IllegalArgumentException(args[0]);
        }
        peer.proc.close();
    }

    private void stay() throws IOException {
        if (System.in.read() < 0) {
            System.exit(1);
        }
    }

    /** Takes a token if there is one. */
    static boolean take(final UnsafeBuffer shared) {
        for (;;) {
            final int tokens = shared.getIntVolatile(TOKENS);
            if (tokens == 0) {
                return false;
            }
            if (shared.compareAndSetInt(TOKENS, tokens, tokens - 1)) {
                return true;
            }
        }
    }

    private void consume() {
        System.out.println(proc.procNumber());
        for (;;) {
            cv.prepareToSleep(proc);
            while (!take(shared)) {
                if (shared.getIntVolatile(STOP) != 0) {
                    return;
                }
                cv.sleep(proc, WaitEvent.CONDITION_VARIABLE);
            }
            ConditionVariable.cancelSleep(proc);
            System.out.println("took");
        }
    }

    private void awaitBroadcast() {
        System.out.println(proc.procNumber());
        while (shared.getIntVolatile(STOP) == 0) {
            cv.sleep(proc, WaitEvent.CONDITION_VARIABLE);
        }
        ConditionVariable.cancelSleep(proc);
        System.out.println("woken");
    }

    /** As if stopped between the store and the wake-up. */
    private void halfASignal() throws IOException {
        shared.getAndAddInt(TOKENS, 1);
        shared.putLongVolatile(CV, ConditionVariableLayout.next(shared.getLongVolatile(CV)));
        System.out.println("half");
        stay();
    }

    /** Participants, phases, own number: says so if anybody is in another phase. */
    private void phases() throws IOException {
        final int participants = number(2);
        final int self = number(4);
        final int others = number(5);
        final Barrier barrier = barrier(segment, proc, participants);
        final int first = barrier.attach(proc);
        System.out.println("attached");
        stay();
        for (int phase = first; phase - first < number(3); phase++) {
            shared.putLongRelease(WORK + self * Long.BYTES, phase + 1);
            if (barrier.arriveAndWait(proc, WaitEvent.BARRIER)) {
                shared.getAndAddInt(ELECTIONS, 1);
            }
            for (int i = 0; i < others; i++) {
                final long work = shared.getLongVolatile(WORK + i * Long.BYTES);
                if (work != phase + 1 && work != phase + 2) {
                    System.out.println("participant " + i + " is in phase " + work + " after phase " + (phase + 1));
                }
            }
        }
        System.out.println("done");
    }

    private void attachAndArrive() throws IOException {
        final Barrier barrier = barrier(segment, proc, number(2));
        barrier.attach(proc);
        System.out.println(proc.procNumber());
        stay();
        barrier.arriveAndWait(proc, WaitEvent.BARRIER);
        System.out.println("through");
    }

    /** Kind, capacity, sender, messages, longest. */
    private void send() throws IOException {
        final MessageQueueSender sender = queue("queue").attachSender(proc);
        System.out.println("attached");
        stay();
        final int from = number(4);
        final UnsafeBuffer message = new UnsafeBuffer(new byte[number(6)]);
        for (int i = 0; i < number(5); i++) {
            final int length = fill(message, from, i);
            if (sender.send(message, 0, length) != Result.SUCCESS) {
                System.out.println("detached");
                return;
            }
        }
        System.out.println("sent");
    }

    private void receive() {
        final MessageQueueReceiver receiver = queue("queue").attachReceiver(proc);
        System.out.println("attached");
        final int[] next = new int[segment.maxProcs()];
        final int[] count = new int[1];
        while (receiver.receive((buffer, offset, length) -> {
            check(buffer, offset, length, next);
            count[0]++;
        }) == Result.SUCCESS) {
            if (count[0] == 1) {
                System.out.println("first");
            }
        }
        System.out.println("received " + count[0]);
    }

    private void echo() {
        final MessageQueueReceiver receiver = queue("there").attachReceiver(proc);
        final MessageQueueSender sender = queue("back").attachSender(proc);
        while (receiver.receive(sender::send) == Result.SUCCESS) {
            // Sent back
        }
    }

    /** A message whose bytes say who sent it, as which, and whether it is whole; its length. */
    static int fill(final UnsafeBuffer message, final int from, final int number) {
        final SplittableRandom random = new SplittableRandom((long)from << Integer.SIZE | number);
        final int body = message.capacity() == MESSAGE_HEADER ? 0 : random.nextInt(message.capacity() - MESSAGE_HEADER);
        message.putInt(0, from);
        message.putInt(Integer.BYTES, number);
        final byte[] bytes = new byte[body];
        random.nextBytes(bytes);
        message.putBytes(MESSAGE_HEADER, bytes);
        message.putInt(CRC, crc(message, 0, MESSAGE_HEADER + body));
        return MESSAGE_HEADER + body;
    }

    /** @param next by sender, the number of its next message */
    static int check(final DirectBuffer buffer, final int offset, final int length, final int[] next) {
        if (length < MESSAGE_HEADER || buffer.getInt(offset + CRC) != crc(buffer, offset, length)) {
            throw new IllegalStateException("a message of " + length + " bytes is broken");
        }
        final int from = buffer.getInt(offset);
        final int number = buffer.getInt(offset + Integer.BYTES);
        if (number != next[from]) {
            throw new IllegalStateException("message " + number + " of sender " + from + " instead of " + next[from]);
        }
        next[from]++;
        return from;
    }

    private static int crc(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC);
        crc.update(bytes, MESSAGE_HEADER, length - MESSAGE_HEADER);
        return (int)crc.getValue();
    }

    /** Kind, capacity, where, length of the message: agrona's steps up to there. */
    private void dieClaiming() throws IOException {
        final MessageQueue queue = queue("queue");
        final MessageQueueSender sender = queue.attachSender(proc);
        int place = 0;
        while (!queue.senders[place].is(proc)) {
            place++;
        }
        final int length = number(5);
        final UnsafeBuffer message = new UnsafeBuffer(new byte[length]);
        fill(message, number(6), 0);
        if (args[4].equals("between parts")) {
            if (sender.trySend(message, 0, length) == Result.SUCCESS) {
                throw new IllegalStateException("the message is in the ring as a whole");
            }
        } else {
            queue.senders[place].stateVolatile(MessageQueueLayout.SENDING);
            final UnsafeBuffer ring = (UnsafeBuffer)queue.ring.buffer();
            final int tail = queue.ring.capacity() + RingBufferDescriptor.TAIL_POSITION_OFFSET;
            final int record = BitUtil.align(length + 2 * Integer.BYTES, Long.BYTES);
            switch (args[4]) {
                case "before the claim" -> { }
                case "after the tail" -> ring.getAndAddLong(tail, record);
                case "after the tail, at the end" -> {
                    final int index = (int)ring.getLong(tail) & queue.ring.capacity() - 1;
                    final int padding = queue.ring.capacity() - index;
                    if (padding >= record) {
                        throw new IllegalStateException("there is room for it before the end");
                    }
                    ring.getAndAddLong(tail, padding + record);
                }
                case "after the header" -> queue.ring.tryClaim(
                    MessageQueueLayout.type(place, MessageQueueLayout.FIRST | MessageQueueLayout.LAST), length);
                case "half the bytes" -> {
                    final int index = queue.ring.tryClaim(
                        MessageQueueLayout.type(place, MessageQueueLayout.FIRST | MessageQueueLayout.LAST), length);
                    ring.putBytes(index, message, 0, length / 2);
                }
                default -> throw new IllegalArgumentException(args[4]);
            }
        }
        System.out.println("dying");
        stay();
    }
}
