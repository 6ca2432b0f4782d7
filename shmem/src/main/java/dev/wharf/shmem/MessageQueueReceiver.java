package dev.wharf.shmem;

import static dev.wharf.shmem.MessageQueueLayout.FIRST;
import static dev.wharf.shmem.MessageQueueLayout.IDLE;
import static dev.wharf.shmem.MessageQueueLayout.LAST;
import static dev.wharf.shmem.MessageQueueLayout.LENGTH_PREFIX;
import static dev.wharf.shmem.MessageQueueLayout.SENDING;

import dev.wharf.shmem.MessageQueue.Kind;
import dev.wharf.shmem.MessageQueue.MessageHandler;
import dev.wharf.shmem.MessageQueue.Result;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The receiving end of a {@link MessageQueue}. For the thread of its proc.
 *
 * <h2>A sender that died in the middle of a send</h2>
 *
 * <p>agrona's many-to-one ring gives out room by one CAS on the tail; only then is the record's header written. Who dies in
 * between leaves a hole that starts at the record, and nothing in the ring says whose it is or how long. agrona's own
 * {@code unblock} takes it to reach to the next thing that is not zero: which may be beyond the room of a live sender that
 * has not written its header yet, whose message would be lost, and padding written over; and it cannot close a hole that reaches
 * to the end of the ring or to the tail. So this class closes holes itself, when nobody alive is between claim and commit:
 * <ol>
 * <li>A sender is SENDING from before its claim until after its commit. A dead one that is not has left no hole.
 * <li>If a dead one is SENDING: set "barred". A sender that has said SENDING looks at that first, and claims nothing.
 * <li>Wait until no live sender is SENDING: on the condition variable as for messages, receiving what comes meanwhile.
 * <li>All that is between head and tail now and not committed is the dead's: make padding of it. Then free the places
 *     of the dead, clear "barred", wake the senders.
 * </ol>
 * A receiver that dies in there leaves a queue without a receiver: nobody needs the ring.
 */
public final class MessageQueueReceiver implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(ConditionVariable.LIVENESS_MILLIS);

    private final MessageQueue queue;
    private final Proc proc;
    private final int wakeBelow;
    /** The messages in parts, by sender place: null if none is under way. */
    private final byte[][] partial;
    private final int[] partialLength;
    private final UnsafeBuffer whole = new UnsafeBuffer(0, 0);
    private final org.agrona.concurrent.MessageHandler onRecord = this::onRecord;
    /** The places of senders that died SENDING. */
    private final BitSet deadSending = new BitSet();
    private final long[] deadOwners;
    private MessageHandler handler;
    private boolean delivered;
    private long lastLook = System.nanoTime();
    private int changesSeen;
    private boolean anySender;
    private boolean closed;

    MessageQueueReceiver(final MessageQueue queue, final Proc proc) {
        this.queue = queue;
        this.proc = proc;
        // Who found no room for the largest record left less than this free
        wakeBelow = queue.ring.capacity() / 2;
        partial = new byte[queue.senders.length][];
        partialLength = new int[queue.senders.length];
        deadOwners = new long[queue.senders.length];
        proc.onClose.put(this, this::close);
    }

    /**
     * Receives one message, waiting for it as long as it must.
     *
     * @return SUCCESS after {@code messageHandler} got it, or DETACHED
     */
    public Result receive(final MessageHandler messageHandler) {
        Result result = tryReceive(messageHandler);
        if (result != Result.WOULD_BLOCK) {
            return result;
        }
        queue.filled.prepareToSleep(proc);
        try {
            while ((result = tryReceive(messageHandler)) == Result.WOULD_BLOCK) {
                queue.filled.timedSleep(proc, ConditionVariable.LIVENESS_MILLIS, WaitEvent.MESSAGE_QUEUE_RECEIVE);
            }
            return result;
        } finally {
            ConditionVariable.cancelSleep(proc);
        }
    }

    /**
     * Receives one message if there is one.
     *
     * @return also WOULD_BLOCK
     */
    public Result tryReceive(final MessageHandler messageHandler) {
        if (closed) {
            throw new IllegalStateException("this receiver has detached from its message queue");
        }
        if (read(messageHandler)) {
            return Result.SUCCESS;
        }
        final boolean due = System.nanoTime() - lastLook >= LOOK_NANOS;
        if (due || queue.senderChanges() != changesSeen) {
            look(due);
        }
        if (!deadSending.isEmpty()) {
            repair();
        }
        // The last things that a sender did before it left, and what a hole stood before
        if (read(messageHandler)) {
            return Result.SUCCESS;
        }
        if (changesSeen == 0 || anySender) {
            return Result.WOULD_BLOCK;
        }
        // What is half there stays so
        Arrays.fill(partial, null);
        return Result.DETACHED;
    }

    private boolean read(final MessageHandler messageHandler) {
        handler = messageHandler;
        delivered = false;
        try {
            long position;
            do {
                // One record, which may be a part of a message; or padding to the ring's end, which is not counted
                position = queue.ring.consumerPosition();
                queue.ring.read(onRecord, 1);
            } while (!delivered && queue.ring.consumerPosition() != position);
        } finally {
            handler = null;
            if (queue.ring.size() <= wakeBelow) {
                queue.drained.broadcast();
            }
        }
        return delivered;
    }

    private void onRecord(final int type, final MutableDirectBuffer buffer, final int offset, final int length) {
        final int place = MessageQueueLayout.place(type);
        switch (type & (FIRST | LAST)) {
            case FIRST | LAST -> {
                partial[place] = null;
                delivered = true;
                handler.onMessage(buffer, offset, length);
            }
            case FIRST -> {
                partial[place] = new byte[buffer.getInt(offset)];
                partialLength[place] = 0;
                append(place, buffer, offset + LENGTH_PREFIX, length - LENGTH_PREFIX);
            }
            case LAST -> {
                append(place, buffer, offset, length);
                if (partial[place] == null) {
                    return;
                }
                whole.wrap(partial[place], 0, partialLength[place]);
                partial[place] = null;
                delivered = true;
                handler.onMessage(whole, 0, whole.capacity());
            }
            default -> append(place, buffer, offset, length);
        }
    }

    private void append(final int place, final MutableDirectBuffer buffer, final int offset, final int length) {
        if (partial[place] == null) {
            // The heap had no room for it, which its first part's receiver was told
            return;
        }
        buffer.getBytes(offset, partial[place], partialLength[place], length);
        partialLength[place] += length;
    }

    /**
     * Who sends.
     *
     * @param deaths whether to look for the dead among them
     */
    private void look(final boolean deaths) {
        if (deaths) {
            lastLook = System.nanoTime();
        }
        changesSeen = queue.senderChanges();
        boolean any = false;
        for (int place = 0; place < queue.senders.length; place++) {
            final Participant sender = queue.senders[place];
            final long owner = sender.owner();
            if (Participant.isPresent(owner)) {
                if (!deaths || !sender.isGone(owner)) {
                    any = true;
                } else if (queue.kind == Kind.ONE_TO_ONE) {
                    sender.leave(owner);
                    queue.senderChanged();
                } else if (sender.state() == SENDING) {
                    // It may still be in the way of somebody's message
                    any = true;
                    deadSending.set(place);
                    deadOwners[place] = owner;
                } else {
                    sender.free(owner);
                    queue.senderChanged();
                }
            }
        }
        anySender = any;
    }

    /** Closes the holes that dead senders left, if no live one is in the middle of a send now. */
    private void repair() {
        queue.bar(true);
        for (int place = 0; place < queue.senders.length; place++) {
            if (!deadSending.get(place) && queue.senders[place].state() == SENDING) {
                return;
            }
        }
        RingRepair.padUncommitted(queue.ring);
        for (int place = deadSending.nextSetBit(0); place >= 0; place = deadSending.nextSetBit(place + 1)) {
            final Participant sender = queue.senders[place];
            // From here on it is like any that died, and a new sender may take the place
            sender.stateRelease(IDLE);
            sender.free(deadOwners[place]);
            queue.senderChanged();
        }
        deadSending.clear();
        look(false);
        queue.bar(false);
        queue.drained.broadcast();
    }

    /**
     * Waits until there is a sender: PostgreSQL's shm_mq_wait_for_attach.
     *
     * @param timeoutMillis how long at most; -1 for without end
     * @return SUCCESS, DETACHED if there was one and there is none, WOULD_BLOCK if the time ran out
     */
    public Result awaitAttach(final long timeoutMillis) {
        final long start = System.nanoTime();
        queue.filled.prepareToSleep(proc);
        try {
            for (;;) {
                look(true);
                if (anySender || changesSeen != 0) {
                    return anySender ? Result.SUCCESS : Result.DETACHED;
                }
                final long left = timeoutMillis < 0 ? -1
                    : Math.max(0, timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                if (queue.filled.timedSleep(proc, left, WaitEvent.MESSAGE_QUEUE_RECEIVE)) {
                    return Result.WOULD_BLOCK;
                }
            }
        } finally {
            ConditionVariable.cancelSleep(proc);
        }
    }

    /** Detaches: senders get DETACHED from now on, and what is in the ring is lost. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            proc.onClose.remove(this);
            queue.receiver.leave(queue.receiver.owner());
            queue.drained.broadcast();
        }
    }
}
