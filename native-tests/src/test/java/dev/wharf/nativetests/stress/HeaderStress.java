package dev.wharf.nativetests.stress;

import static dev.wharf.nativetests.stress.HeaderConstants.of;

import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The order in which a segment's header is written and looked at: everything, then the state, with release. */
public class HeaderStress {
    private static final int READY = of("SEGMENT_READY");
    private static final int STATE = of("SEGMENT_STATE_OFFSET");
    private static final int VERSION = of("SEGMENT_VERSION_OFFSET");
    private static final int LENGTH = of("SEGMENT_LENGTH_OFFSET");
    private static final int HEAP = of("SECTION_HEAP_OFFSET_OFFSET");

    /** The length and a section far behind it; -1 for a header that is not ready. */
    @JCStressTest
    @State
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Still being created.")
    @Outcome(id = "8, 9", expect = Expect.ACCEPTABLE, desc = "Ready, and all of it is there.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Ready, and something is missing.")
    public static class Publish {
        private final UnsafeBuffer header = StressSegment.region();

        @Actor
        public void creator() {
            header.putInt(VERSION, 1);
            header.putLong(LENGTH, 8);
            header.putLong(HEAP, 9);
            header.putIntRelease(STATE, READY);
        }

        @Actor
        public void attacher(II_Result r) {
            boolean ready = header.getIntVolatile(STATE) == READY;
            r.r1 = ready ? (int)header.getLong(LENGTH) : -1;
            r.r2 = ready ? (int)header.getLong(HEAP) : -1;
        }
    }
}
