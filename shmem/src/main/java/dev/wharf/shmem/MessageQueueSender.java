package dev.wharf.shmem;

import static dev.wharf.shmem.MessageQueueLayout.FIRST;
import static dev.wharf.shmem.MessageQueueLayout.IDLE;
import static dev.wharf.shmem.MessageQueueLayout.LAST;
import static dev.wharf.shmem.MessageQueueLayout.LENGTH_PREFIX;
import static dev.wharf.shmem.MessageQueueLayout.SENDING;

import dev.wharf.shmem.MessageQueue.Kind;
import dev.wharf.shmem.MessageQueue.Result;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The sending end of a {@link MessageQueue}. For the thread of its proc. */
public final class MessageQueueSender implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(ConditionVariable.LIVENESS_MILLIS);

    private final MessageQueue queue;
    private final Proc proc;
    private final int place;
    private final Participant self;
    private final int maxPart;
    /** Where the first part of a message in parts is put together with its length. */
    private final UnsafeBuffer firstPart;
    /** Of a message in parts: bytes sent so far, 0 if none is under way; and its length. */
    private int sent;
    private int partialLength;
    private long lastLook = System.nanoTime();
    private boolean closed;

    MessageQueueSender(final MessageQueue queue, final Proc proc, final int place) {
        this.queue = queue;
        this.proc = proc;
        this.place = place;
        self = queue.senders[place];
        maxPart = queue.ring.maxMsgLength();
        firstPart = new UnsafeBuffer(new byte[maxPart]);
        proc.onClose.put(this, this::close);
    }

    /**
     * Sends a message, waiting for room as long as it must.
     *
     * @return SUCCESS once it is in the ring, or DETACHED: the receiver gets none of it, if it is in parts
     */
    public Result send(final DirectBuffer message, final int offset, final int length) {
        Result result = trySend(message, offset, length);
        if (result != Result.WOULD_BLOCK) {
            return result;
        }
        queue.drained.prepareToSleep(proc);
        try {
            while ((result = trySend(message, offset, length)) == Result.WOULD_BLOCK) {
                queue.drained.timedSleep(proc, ConditionVariable.LIVENESS_MILLIS, WaitEvent.MESSAGE_QUEUE_SEND);
            }
            return result;
        } finally {
            ConditionVariable.cancelSleep(proc);
        }
    }

    /**
     * Sends a message if there is room now.
     *
     * @return also WOULD_BLOCK. As in PostgreSQL, some parts of it may be in the ring then: the next call must be with the same
     *     message
     * @throws IllegalStateException if it is not, as far as its length tells
     */
    public Result trySend(final DirectBuffer message, final int offset, final int length) {
        checkOpen();
        message.boundsCheck(offset, length);
        if (sent > 0 && length != partialLength) {
            throw new IllegalStateException("a message of " + partialLength + " bytes is sent in part: finish it first");
        }
        if (Participant.hasLeft(queue.receiver.owner())) {
            return Result.DETACHED;
        }
        final boolean done = length <= maxPart
            ? write(FIRST | LAST, message, offset, length) : writeParts(message, offset, length);
        if (done) {
            return Result.SUCCESS;
        }
        if (System.nanoTime() - lastLook >= LOOK_NANOS) {
            look();
        }
        return Participant.hasLeft(queue.receiver.owner()) ? Result.DETACHED : Result.WOULD_BLOCK;
    }

    private boolean writeParts(final DirectBuffer message, final int offset, final int length) {
        partialLength = length;
        if (sent == 0) {
            firstPart.putInt(0, length);
            firstPart.putBytes(LENGTH_PREFIX, message, offset, maxPart - LENGTH_PREFIX);
            if (!write(FIRST, firstPart, 0, maxPart)) {
                return false;
            }
            sent = maxPart - LENGTH_PREFIX;
        }
        while (sent < length) {
            final int part = Math.min(maxPart, length - sent);
            if (!write(sent + part == length ? LAST : 0, message, offset + sent, part)) {
                return false;
            }
            sent += part;
        }
        sent = 0;
        return true;
    }

    /** One record, if there is room and the receiver is not repairing the ring. */
    private boolean write(final int flags, final DirectBuffer source, final int offset, final int length) {
        final int type = MessageQueueLayout.type(place, flags);
        final boolean written;
        if (queue.kind == Kind.ONE_TO_ONE) {
            written = queue.ring.write(type, source, offset, length);
        } else {
            // Either we see the bar, or the receiver sees us
            self.stateVolatile(SENDING);
            written = !queue.isBarred() && queue.ring.write(type, source, offset, length);
            self.stateRelease(IDLE);
        }
        if (written) {
            queue.filled.broadcast();
        }
        return written;
    }

    private void look() {
        lastLook = System.nanoTime();
        final long owner = queue.receiver.owner();
        if (Participant.isPresent(owner) && queue.receiver.isGone(owner)) {
            queue.receiver.leave(owner);
            queue.drained.broadcast();
        }
    }

    /**
     * Waits until there is a receiver: PostgreSQL's shm_mq_wait_for_attach.
     *
     * @param timeoutMillis how long at most; -1 for without end
     * @return SUCCESS, DETACHED if there was one, WOULD_BLOCK if the time ran out
     */
    public Result awaitAttach(final long timeoutMillis) {
        checkOpen();
        final long start = System.nanoTime();
        queue.drained.prepareToSleep(proc);
        try {
            for (;;) {
                final long owner = queue.receiver.owner();
                if (owner != 0) {
                    look();
                    return Participant.hasLeft(queue.receiver.owner()) ? Result.DETACHED : Result.SUCCESS;
                }
                final long left = timeoutMillis < 0 ? -1
                    : Math.max(0, timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                if (queue.drained.timedSleep(proc, left, WaitEvent.MESSAGE_QUEUE_SEND)) {
                    return Result.WOULD_BLOCK;
                }
            }
        } finally {
            ConditionVariable.cancelSleep(proc);
        }
    }

    /** Detaches: the receiver gets all that was sent, without a message of which only a part was, and then DETACHED. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        proc.onClose.remove(this);
        final long owner = self.owner();
        if (queue.kind == Kind.ONE_TO_ONE) {
            self.leave(owner);
        } else {
            self.free(owner);
        }
        queue.senderChanged();
        queue.filled.broadcast();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this sender has detached from its message queue");
        }
    }
}
