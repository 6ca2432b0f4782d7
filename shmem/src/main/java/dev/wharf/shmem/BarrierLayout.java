package dev.wharf.shmem;

/**
 * A barrier, 128-byte aligned. All zero is one that has not been initialised.
 *
 * <pre>
 *    0         4         8                         12       128
 *   +---------+---------+-------------------------+--------+
 *   | phase   | elected | party: participants + 1 | zero   |
 *   +---------+---------+-------------------------+--------+ 128
 *   | condition variable (64)                     | zero   |
 *   +---------------------------------------------+--------+ 256
 *   | place 0: owner (64), proc (32), arrived (32)         |  {@link ParticipantLayout}
 *   | place 1 ...                                          |
 *   +------------------------------------------------------+ 256 + places * 16, to the next 128
 * </pre>
 *
 * Phase and elected (the last phase that somebody was elected for) are one 64-bit word, replaced by CAS. Arrived: the phase
 * that the participant has arrived to begin; it has arrived if that is the phase after this one. All else changes
 * under the barrier's lock, and each single store leaves a state to go on from: the numbers of participants and of
 * those that have arrived are not stored, but counted.
 *
 * <p>Places: the participants of a static barrier, as many as there may be procs in a dynamic one. In a static one the place of
 * a dead participant keeps its owner, marked as left.
 */
final class BarrierLayout {
    static final int CONTROL_OFFSET = 0;
    static final int PHASE_OFFSET = CONTROL_OFFSET;
    static final int ELECTED_OFFSET = PHASE_OFFSET + Integer.BYTES;
    static final int PARTY_OFFSET = ELECTED_OFFSET + Integer.BYTES;
    static final int CONDITION_VARIABLE_OFFSET = SegmentLayout.ALIGNMENT;
    static final int PLACES_OFFSET = CONDITION_VARIABLE_OFFSET + SegmentLayout.ALIGNMENT;

    private BarrierLayout() {
    }

    static int place(final int index) {
        return PLACES_OFFSET + index * ParticipantLayout.LENGTH;
    }

    static int length(final int places) {
        return Math.toIntExact(SegmentLayout.align(place(places)));
    }

    static int phase(final long control) {
        return (int)control;
    }

    static int elected(final long control) {
        return (int)(control >>> Integer.SIZE);
    }

    static long control(final int phase, final int elected) {
        return (long)elected << Integer.SIZE | Integer.toUnsignedLong(phase);
    }
}
