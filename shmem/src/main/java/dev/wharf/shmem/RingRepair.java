package dev.wharf.shmem;

import org.agrona.BitUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/** Mends agrona's many-to-one ring after the death of producers. */
final class RingRepair {
    private RingRepair() {
    }

    /**
     * Makes padding of every record that was claimed and not committed. The caller is the consumer's thread, and no producer that
     * lives is between claim and commit.
     *
     * <p>Room that nobody has claimed, or of which no header was written, is zero: the consumer zeroes what it has read before
     * it gives it back. A header is one length, negative until the commit.
     */
    static void padUncommitted(final RingBuffer ring) {
        final AtomicBuffer buffer = ring.buffer();
        final long tail = ring.producerPosition();
        final int capacity = ring.capacity();
        long position = ring.consumerPosition();
        while (position < tail) {
            final int index = (int)position & capacity - 1;
            final int length = buffer.getIntVolatile(RecordDescriptor.lengthOffset(index));
            final int whole;
            if (length == 0) {
                whole = zeros(buffer, index, (int)Math.min(tail - position, capacity - index));
                pad(buffer, index, whole);
            } else if (length < 0) {
                whole = -length;
                pad(buffer, index, whole);
            } else {
                whole = length;
            }
            position += BitUtil.align(whole, RecordDescriptor.ALIGNMENT);
        }
    }

    /** How many of the {@code limit} bytes from {@code index} are before the next record's header. */
    private static int zeros(final AtomicBuffer buffer, final int index, final int limit) {
        int length = RecordDescriptor.ALIGNMENT;
        while (length < limit && buffer.getIntVolatile(RecordDescriptor.lengthOffset(index + length)) == 0) {
            length += RecordDescriptor.ALIGNMENT;
        }
        return length;
    }

    private static void pad(final AtomicBuffer buffer, final int index, final int length) {
        buffer.putInt(RecordDescriptor.typeOffset(index), RingBuffer.PADDING_MSG_TYPE_ID);
        buffer.putIntRelease(RecordDescriptor.lengthOffset(index), length);
    }
}
