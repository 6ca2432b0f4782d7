package dev.wharf.shmem;

import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A message queue, 128-byte aligned. All zero is one that has not been created; creating it stores one word.
 *
 * <pre>
 *    0                        8        12                16     128
 *   +------------------------+--------+-----------------+------+
 *   | configuration (64)     | barred | sender changes  | zero |
 *   +------------------------+--------+-----------------+------+ 128
 *   | receiver: owner (64), proc (32), zero             | zero |  {@link ParticipantLayout}
 *   +---------------------------------------------------+------+ 256
 *   | filled: condition variable (64)                   | zero |  the receiver sleeps on it
 *   +---------------------------------------------------+------+ 384
 *   | drained: condition variable (64)                  | zero |  senders sleep on it
 *   +---------------------------------------------------+------+ 512
 *   | sender 0: owner (64), proc (32), state (32)       | zero |  64 bytes each, {@link ParticipantLayout}
 *   | sender 1 ...                                             |
 *   +----------------------------------------------------------+ 512 + senders * 64, to the next 128
 *   | ring: capacity bytes of records                          |  agrona's OneToOneRingBuffer or ManyToOneRingBuffer
 *   +----------------------------------------------------------+
 *   | its positions                                            |  RingBufferDescriptor.TRAILER_LENGTH bytes
 *   +----------------------------------------------------------+
 *
 *   configuration:  63      48 47              32 31                            0
 *                  +----------+------------------+-------------------------------+
 *                  | kind + 1 | sender places    | capacity, a power of two      |
 *                  +----------+------------------+-------------------------------+
 *
 *   type of a record:  31   30                2  1      0
 *                     +----+-------------------+------+-------+
 *                     | 0  | sender place + 1  | last | first |   part of its message
 *                     +----+-------------------+------+-------+
 * </pre>
 *
 * A message that fits a record (an eighth of the capacity) is one, first and last. A longer one is several, in order,
 * between which other senders' may stand; the first then begins with the whole message's length (32).
 */
final class MessageQueueLayout {
    static final int CONFIGURATION_OFFSET = 0;
    /** Set while the receiver repairs the ring: senders claim nothing. */
    static final int BARRED_OFFSET = CONFIGURATION_OFFSET + Long.BYTES;
    /** One more when a sender attached, detached, or was found dead. */
    static final int SENDER_CHANGES_OFFSET = BARRED_OFFSET + Integer.BYTES;
    static final int RECEIVER_OFFSET = SegmentLayout.ALIGNMENT;
    static final int FILLED_OFFSET = RECEIVER_OFFSET + SegmentLayout.ALIGNMENT;
    static final int DRAINED_OFFSET = FILLED_OFFSET + SegmentLayout.ALIGNMENT;
    static final int SENDERS_OFFSET = DRAINED_OFFSET + SegmentLayout.ALIGNMENT;
    /** A cache line: each sender stores to its own with every message. */
    static final int SENDER_LENGTH = 64;

    static final int MIN_CAPACITY = 1 << 10;
    static final int MAX_CAPACITY = 1 << 30;
    /** Of a message in several records. */
    static final int LENGTH_PREFIX = Integer.BYTES;

    /** Sender states. */
    static final int IDLE = 0;
    /** Between before its claim and after its commit: may or may not own an unfinished record. */
    static final int SENDING = 1;

    static final int FIRST = 1;
    static final int LAST = 2;
    private static final int PLACE_SHIFT = 2;

    private static final int KIND_SHIFT = 48;

    private MessageQueueLayout() {
    }

    static int sender(final int place) {
        return SENDERS_OFFSET + place * SENDER_LENGTH;
    }

    static int ring(final int places) {
        return (int)SegmentLayout.align(sender(places));
    }

    static int ringLength(final int capacity) {
        return capacity + RingBufferDescriptor.TRAILER_LENGTH;
    }

    static int length(final int places, final int capacity) {
        return ring(places) + ringLength(capacity);
    }

    static long configuration(final MessageQueue.Kind kind, final int places, final int capacity) {
        return (long)(kind.ordinal() + 1) << KIND_SHIFT | (long)places << Integer.SIZE | capacity;
    }

    static int type(final int place, final int flags) {
        return place + 1 << PLACE_SHIFT | flags;
    }

    static int place(final int type) {
        return (type >>> PLACE_SHIFT) - 1;
    }
}
