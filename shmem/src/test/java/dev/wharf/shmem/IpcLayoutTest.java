package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.junit.jupiter.api.Test;

/** The shapes of condition variables, barriers and message queues. A change here is a new layout version. */
class IpcLayoutTest {
    @Test
    void conditionVariable() {
        assertEquals(0, ConditionVariableLayout.WORD_OFFSET);
        assertEquals(0, ConditionVariableLayout.SEQUENCE_OFFSET);
        assertEquals(8, ConditionVariableLayout.LENGTH);
        assertEquals(0x0000_0001_0000_0000L, ConditionVariableLayout.SOME);
        assertEquals(0x0000_0002_0000_0000L, ConditionVariableLayout.PREPARATION);
        assertEquals(0xFFFF_FFFF_0000_0000L, ConditionVariableLayout.next(0xFFFF_FFFF_FFFF_FFFFL));
        assertEquals(0x0000_0003_0000_0008L, ConditionVariableLayout.next(0x0000_0003_0000_0007L));
        assertEquals(0x0000_0001_0000_0007L, ConditionVariableLayout.prepared(0xFFFF_FFFF_0000_0007L));
        assertEquals(0x0000_0003_0000_0007L, ConditionVariableLayout.prepared(7));
    }

    @Test
    void participant() {
        assertEquals(0, ParticipantLayout.OWNER_OFFSET);
        assertEquals(8, ParticipantLayout.PROC_OFFSET);
        assertEquals(12, ParticipantLayout.STATE_OFFSET);
        assertEquals(16, ParticipantLayout.LENGTH);
        assertEquals(3, ParticipantLayout.LEFT);
    }

    @Test
    void barrier() {
        assertEquals(0, BarrierLayout.PHASE_OFFSET);
        assertEquals(4, BarrierLayout.ELECTED_OFFSET);
        assertEquals(8, BarrierLayout.PARTY_OFFSET);
        assertEquals(128, BarrierLayout.CONDITION_VARIABLE_OFFSET);
        assertEquals(256, BarrierLayout.place(0));
        assertEquals(272, BarrierLayout.place(1));
        assertEquals(384, BarrierLayout.length(1));
        assertEquals(384, BarrierLayout.length(8));
        assertEquals(512, BarrierLayout.length(9));
        final long control = BarrierLayout.control(-2, 5);
        assertEquals(0x0000_0005_FFFF_FFFEL, control);
        assertEquals(-2, BarrierLayout.phase(control));
        assertEquals(5, BarrierLayout.elected(control));
    }

    @Test
    void messageQueue() {
        assertEquals(0, MessageQueueLayout.CONFIGURATION_OFFSET);
        assertEquals(8, MessageQueueLayout.BARRED_OFFSET);
        assertEquals(12, MessageQueueLayout.SENDER_CHANGES_OFFSET);
        assertEquals(128, MessageQueueLayout.RECEIVER_OFFSET);
        assertEquals(256, MessageQueueLayout.FILLED_OFFSET);
        assertEquals(384, MessageQueueLayout.DRAINED_OFFSET);
        assertEquals(512, MessageQueueLayout.sender(0));
        assertEquals(576, MessageQueueLayout.sender(1));
        assertEquals(640, MessageQueueLayout.ring(1));
        assertEquals(640, MessageQueueLayout.ring(2));
        assertEquals(768, MessageQueueLayout.ring(3));
        assertEquals(640 + 1024 + 768, MessageQueueLayout.length(1, 1024));
        assertEquals(0x0001_0001_0000_0400L,
            MessageQueueLayout.configuration(MessageQueue.Kind.ONE_TO_ONE, 1, 1024));
        assertEquals(0x0002_1000_4000_0000L,
            MessageQueueLayout.configuration(MessageQueue.Kind.MANY_TO_ONE, 4096, 1 << 30));
        final int type = MessageQueueLayout.type(4095, MessageQueueLayout.FIRST | MessageQueueLayout.LAST);
        assertEquals(0x4003, type);
        assertEquals(4095, MessageQueueLayout.place(type));
    }

    /** Agrona's, which is in the segment: another version of it may not change it unnoticed. */
    @Test
    void agronasTrailer() {
        assertEquals(128, RingBufferDescriptor.TAIL_POSITION_OFFSET);
        assertEquals(256, RingBufferDescriptor.HEAD_CACHE_POSITION_OFFSET);
        assertEquals(384, RingBufferDescriptor.HEAD_POSITION_OFFSET);
        assertEquals(768, RingBufferDescriptor.TRAILER_LENGTH);
    }
}
