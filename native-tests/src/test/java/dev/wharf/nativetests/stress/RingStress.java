package dev.wharf.nativetests.stress;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Agrona's ring buffers in a segment. */
public class RingStress {
    private static final int CAPACITY = 256;
    private static final int TYPE = 1;

    private static UnsafeBuffer ring() {
        return new UnsafeBuffer(StressSegment.region(), 0, CAPACITY + RingBufferDescriptor.TRAILER_LENGTH);
    }

    private static UnsafeBuffer message(int first, int second) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[2 * Integer.BYTES]);
        message.putInt(0, first);
        message.putInt(Integer.BYTES, second);
        return message;
    }

    /** One message of two words. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "Nothing there yet.")
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "The message, whole.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "A message that was not written in full.")
    public static class OneProducer {
        private final OneToOneRingBuffer ring = new OneToOneRingBuffer(ring());

        @Actor
        public void producer() {
            ring.write(TYPE, message(1, 2), 0, 2 * Integer.BYTES);
        }

        @Actor
        public void consumer(II_Result r) {
            ring.read((_, buffer, index, _) -> {
                r.r1 = buffer.getInt(index);
                r.r2 = buffer.getInt(index + Integer.BYTES);
            }, 1);
        }
    }

    /** One message of each of two producers; what is read first, and second. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "Nothing there yet, or the first to claim has not finished.")
    @Outcome(id = {"11, 0", "22, 0"}, expect = Expect.ACCEPTABLE, desc = "One, whole.")
    @Outcome(id = {"11, 22", "22, 11"}, expect = Expect.ACCEPTABLE, desc = "Both, in the order in which they claimed.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "A torn message, one twice, or a second without a first.")
    public static class TwoProducers {
        private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(ring());

        @Actor
        public void one() {
            ring.write(TYPE, message(1, 10), 0, 2 * Integer.BYTES);
        }

        @Actor
        public void other() {
            ring.write(TYPE, message(2, 20), 0, 2 * Integer.BYTES);
        }

        @Actor
        public void consumer(II_Result r) {
            ring.read((_, buffer, index, _) -> {
                int sum = buffer.getInt(index) + buffer.getInt(index + Integer.BYTES);
                if (r.r1 == 0) {
                    r.r1 = sum;
                } else {
                    r.r2 = sum;
                }
            }, 2);
        }
    }
}
