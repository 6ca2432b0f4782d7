package dev.wharf.shmem;

import java.lang.invoke.VarHandle;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/**
 * Messages of any length from one sender, or many, to one receiver in another process, or the same: PostgreSQL's shm_mq over
 * agrona's ring buffers, in the segment.
 *
 * <p>What one sender sends arrives in its order, each message once and whole, or not at all if its sender died or left in the
 * middle of it. Everything a sender stored before {@code send} is visible to the receiver of that message.
 *
 * <p>Both ends block in the kernel, or answer {@link Result#WOULD_BLOCK}; if the other end has detached, or its process has
 * died, {@link Result#DETACHED}. The order in which the ends attach is free: a receiver waits for the first sender, a sender
 * fills the ring.
 *
 * <h2>When a process dies</h2>
 *
 * <p>An end that waits looks every 50 ms whether the others' processes live. Nothing is ever concluded from time: a
 * stopped process is alive.
 * <ul>
 * <li>The receiver: senders get DETACHED. What is in the ring is lost with it. The queue is finished: {@link #reset}.
 * <li>The sender of a {@link Kind#ONE_TO_ONE}: the receiver gets all it had sent, then DETACHED. The queue is finished.
 * <li>A sender of a {@link Kind#MANY_TO_ONE}: the receiver gets all it had sent. If it died between claiming room in the ring
 *     and committing its record, that record would stop the receiver for ever: the receiver bars new claims, waits until each
 *     live sender has been seen outside of one (a stopped one for as long as it is stopped: it may own the hole), and turns
 *     what is unfinished then, which nobody alive can finish, into padding. See {@link MessageQueueReceiver}.
 * </ul>
 *
 * <p>Safe for any threads; an end is for the one thread of its {@link Proc}.
 */
public final class MessageQueue {
    /** How many may send. */
    public enum Kind {
        /** One, ever: when it has left, so has the queue's purpose. */
        ONE_TO_ONE,
        /**
         * As many as the segment has procs, coming and going. The receiver gets {@link Result#DETACHED} when there was a
         * sender and there is none; like a pipe, the queue goes on if another one attaches.
         */
        MANY_TO_ONE
    }

    /** What became of a send or receive: PostgreSQL's shm_mq_result. */
    public enum Result {
        SUCCESS,
        /** The ring is full, or empty; only from the calls that do not wait. */
        WOULD_BLOCK,
        /** Nobody is at the other end any more, and nothing is left to receive. */
        DETACHED
    }

    /** Takes a received message. */
    @FunctionalInterface
    public interface MessageHandler {
        /**
         * The message is gone from the queue once this returns, or throws.
         *
         * @param buffer where the message is, in the ring itself if it can be; good until this returns. Not to be written to
         */
        void onMessage(DirectBuffer buffer, int offset, int length);
    }

    final Segment segment;
    final Kind kind;
    final UnsafeBuffer header;
    final RingBuffer ring;
    final Participant receiver;
    final Participant[] senders;
    final ConditionVariable filled;
    final ConditionVariable drained;

    private MessageQueue(final Segment segment, final UnsafeBuffer buffer, final Kind kind, final int capacity) {
        this.segment = segment;
        this.kind = kind;
        header = buffer;
        receiver = new Participant(segment, buffer, MessageQueueLayout.RECEIVER_OFFSET);
        senders = new Participant[places(segment, kind)];
        for (int i = 0; i < senders.length; i++) {
            senders[i] = new Participant(segment, buffer, MessageQueueLayout.sender(i));
        }
        filled = new ConditionVariable(buffer, MessageQueueLayout.FILLED_OFFSET);
        drained = new ConditionVariable(buffer, MessageQueueLayout.DRAINED_OFFSET);
        final UnsafeBuffer records = new UnsafeBuffer(buffer.addressOffset() + MessageQueueLayout.ring(senders.length),
            MessageQueueLayout.ringLength(capacity));
        ring = switch (kind) {
            case ONE_TO_ONE -> new OneToOneRingBuffer(records);
            case MANY_TO_ONE -> new ManyToOneRingBuffer(records);
        };
    }

    /**
     * Bytes of a queue.
     *
     * @param capacity of the ring in bytes: a power of two, 1 KiB to 1 GiB. A message of more than an eighth of it is sent in
     *     parts, and put together in the receiver's heap
     */
    public static int size(final Segment segment, final Kind kind, final int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < MessageQueueLayout.MIN_CAPACITY
            || capacity > MessageQueueLayout.MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be a power of two from " + MessageQueueLayout.MIN_CAPACITY
                + " to " + MessageQueueLayout.MAX_CAPACITY + ": capacity=" + capacity);
        }
        return MessageQueueLayout.length(places(segment, kind), capacity);
    }

    private static int places(final Segment segment, final Kind kind) {
        return kind == Kind.ONE_TO_ONE ? 1 : segment.maxProcs();
    }

    /**
     * Makes a queue of {@link #size} bytes of zeros at {@code offset} of {@code struct}, or finds the one that is there: every
     * process calls this, and no order among them is needed.
     *
     * @param struct in {@code segment}; 128-byte aligned at {@code offset}
     * @throws ShmemException if it was created with another kind or capacity
     */
    public static MessageQueue create(final Segment segment, final UnsafeBuffer struct, final int offset, final Kind kind,
                                      final int capacity) {
        final int length = size(segment, kind, capacity);
        struct.boundsCheck(offset, length);
        final UnsafeBuffer buffer = new UnsafeBuffer(struct.addressOffset() + offset, length);
        if (buffer.addressOffset() % SegmentLayout.ALIGNMENT != 0) {
            throw new IllegalArgumentException("a message queue must be 128-byte aligned: offset=" + offset);
        }
        final long wanted = MessageQueueLayout.configuration(kind, places(segment, kind), capacity);
        if (!buffer.compareAndSetLong(MessageQueueLayout.CONFIGURATION_OFFSET, 0, wanted)) {
            final long actual = buffer.getLongVolatile(MessageQueueLayout.CONFIGURATION_OFFSET);
            if (actual != wanted) {
                throw new ShmemException(ShmemException.INTERNAL_ERROR, "message queue was created with another kind or "
                    + "capacity: expected 0x" + Long.toHexString(wanted) + ", actual 0x" + Long.toHexString(actual));
            }
        }
        return new MessageQueue(segment, buffer, kind, capacity);
    }

    /**
     * Makes {@code proc} the receiver. Closing the proc detaches it.
     *
     * @throws ShmemException if there is, or was, another
     */
    public MessageQueueReceiver attachReceiver(final Proc proc) {
        if (!receiver.claim(proc, MessageQueueLayout.IDLE)) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE,
                "message queue has a receiver already, or had one");
        }
        // Senders may wait for it
        drained.broadcast();
        return new MessageQueueReceiver(this, proc);
    }

    /**
     * Makes {@code proc} a sender. Closing the proc detaches it.
     *
     * @throws ShmemException if the queue is for one sender and there is, or was, another; if there are too many
     */
    public MessageQueueSender attachSender(final Proc proc) {
        int place = 0;
        while (place < senders.length && !senders[place].claim(proc, MessageQueueLayout.IDLE)) {
            place++;
        }
        if (place == senders.length && kind == Kind.ONE_TO_ONE) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE,
                "message queue has a sender already, or had one");
        }
        if (place == senders.length) {
            place = takeFromTheDead(proc);
        }
        senderChanged();
        filled.broadcast();
        return new MessageQueueSender(this, proc, place);
    }

    /** Of one that died outside of a send: the receiver has nothing to repair. */
    private int takeFromTheDead(final Proc proc) {
        for (int place = 0; place < senders.length; place++) {
            final Participant sender = senders[place];
            final long owner = sender.owner();
            if (Participant.isPresent(owner) && sender.isGone(owner) && sender.state() == MessageQueueLayout.IDLE
                && sender.claim(owner, proc, MessageQueueLayout.IDLE)) {
                return place;
            }
        }
        throw new ShmemException(ShmemException.TOO_MANY_CONNECTIONS,
            "too many senders: all " + senders.length + " places of the message queue are taken");
    }

    /**
     * Makes a finished queue, all of whose ends have left or died, as good as new. For who knows that nobody attaches meanwhile.
     *
     * @throws ShmemException if somebody is attached; a stopped process is
     */
    public void reset() {
        checkGone(receiver, "receiver");
        for (final Participant sender : senders) {
            checkGone(sender, "sender");
        }
        // Not the configuration before it
        header.setMemory(MessageQueueLayout.BARRED_OFFSET, MessageQueueLayout.FILLED_OFFSET
            - MessageQueueLayout.BARRED_OFFSET, (byte)0);
        header.setMemory(MessageQueueLayout.SENDERS_OFFSET, header.capacity() - MessageQueueLayout.SENDERS_OFFSET, (byte)0);
        VarHandle.fullFence();
    }

    private static void checkGone(final Participant participant, final String role) {
        final long owner = participant.owner();
        if (Participant.isPresent(owner) && !participant.isGone(owner)) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "message queue is in use: process "
                + ProcLayout.process(owner).pid() + " is attached as its " + role);
        }
    }

    void senderChanged() {
        header.getAndAddInt(MessageQueueLayout.SENDER_CHANGES_OFFSET, 1);
    }

    int senderChanges() {
        return header.getIntVolatile(MessageQueueLayout.SENDER_CHANGES_OFFSET);
    }

    boolean isBarred() {
        return header.getIntVolatile(MessageQueueLayout.BARRED_OFFSET) != 0;
    }

    void bar(final boolean barred) {
        header.putIntVolatile(MessageQueueLayout.BARRED_OFFSET, barred ? 1 : 0);
    }
}
