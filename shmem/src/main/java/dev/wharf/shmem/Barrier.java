package dev.wharf.shmem;

import static dev.wharf.shmem.BarrierLayout.CONTROL_OFFSET;
import static dev.wharf.shmem.BarrierLayout.PARTY_OFFSET;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A point that all participants must reach before any goes on; then the next phase begins, and one of them is elected, for
 * work that one is to do. PostgreSQL's Barrier.
 *
 * <p>Static: the number of participants is fixed at {@link #init}. Dynamic (number 0): they {@link #attach} and {@link #detach},
 * and who attaches learns the phase that the others are in. What a participant stored before it arrived is visible to all
 * once the phase has begun. A participant is a {@link Proc}, used by its one thread.
 *
 * <h2>When a participant dies</h2>
 *
 * <p>It counts as detached: the others go on without it, at most about 50 ms after its death if they were waiting for it.
 * So does a proc that is closed. A process that is stopped, however long, is waited for.
 * <ul>
 * <li>Dynamic: as {@link #detach}.
 * <li>Static: the number of participants is one less from then on, for good. A process is a participant from its first arrival
 *     or its {@link #attach}: if it dies before, nobody can know that it was one. So participants that may die call
 *     {@code attach} first.
 * <li>Whoever dies after it was elected for a phase: nobody else is elected for that phase.
 * </ul>
 *
 * <p>The state changes under one of {@link #LOCKS} locks of the tranche {@value #TRANCHE}, chosen by the barrier's place in the
 * segment, held for a few stores. A process that dies in there leaves a lock that is recovered, and a state
 * that is right: a participant that arrived and died before it began the next phase leaves it to the first waiter that looks.
 */
public final class Barrier {
    static final String TRANCHE = "Barrier";
    static final int LOCKS = 16;

    private static final int NONE = -1;

    private final LWLock lock;
    private final UnsafeBuffer buffer;
    private final ConditionVariable conditionVariable;
    private final boolean isStatic;
    private final Participant[] places;

    private Barrier(final Segment segment, final UnsafeBuffer buffer, final int participants, final int places) {
        this.buffer = buffer;
        isStatic = participants > 0;
        conditionVariable = new ConditionVariable(buffer, BarrierLayout.CONDITION_VARIABLE_OFFSET);
        lock = segment.lwLock(TRANCHE,
            (int)((buffer.addressOffset() - segment.address()) / SegmentLayout.ALIGNMENT % LOCKS));
        this.places = new Participant[places];
        for (int i = 0; i < places; i++) {
            this.places[i] = new Participant(segment, buffer, BarrierLayout.place(i));
        }
    }

    /**
     * Bytes of a barrier.
     *
     * @param participants as for {@link #init}
     */
    public static int size(final Segment segment, final int participants) {
        return BarrierLayout.length(places(segment, participants));
    }

    private static int places(final Segment segment, final int participants) {
        if (participants < 0 || participants > segment.maxProcs()) {
            throw new IllegalArgumentException("participants must be 0 to maxProcs: participants=" + participants
                + ", maxProcs=" + segment.maxProcs());
        }
        return participants == 0 ? segment.maxProcs() : participants;
    }

    /**
     * Makes a barrier of {@link #size} bytes of zeros at {@code offset} of {@code struct}, or finds the one that is there: every
     * process calls this, and no order among them is needed.
     *
     * @param struct in {@code segment}; 128-byte aligned at {@code offset}
     * @param participants how many must arrive for each phase; 0 for as many as are attached
     * @throws ShmemException if it was initialised with another number
     */
    public static Barrier init(final Segment segment, final UnsafeBuffer struct, final int offset,
                               final int participants) {
        final int places = places(segment, participants);
        final int length = BarrierLayout.length(places);
        struct.boundsCheck(offset, length);
        final UnsafeBuffer buffer = new UnsafeBuffer(struct.addressOffset() + offset, length);
        if (buffer.addressOffset() % SegmentLayout.ALIGNMENT != 0) {
            throw new IllegalArgumentException("a barrier must be 128-byte aligned: offset=" + offset);
        }
        final int party = participants + 1;
        if (!buffer.compareAndSetInt(PARTY_OFFSET, 0, party) && buffer.getIntVolatile(PARTY_OFFSET) != party) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR, "barrier was initialised for "
                + (buffer.getIntVolatile(PARTY_OFFSET) - 1) + " participants, not " + participants);
        }
        return new Barrier(segment, buffer, participants, places);
    }

    /**
     * Takes part from now on: nobody goes on without {@code proc}. In a static barrier it takes one of the places, which else
     * its first arrival does. Does nothing if it takes part already.
     *
     * @return the current phase
     * @throws ShmemException if all places are taken
     */
    public int attach(final Proc proc) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            take(proc);
            return phase();
        } finally {
            lock.release(proc);
        }
    }

    /**
     * Arrives, and waits until all others have.
     *
     * @param event what other processes see it wait for: {@link WaitEvent#BARRIER} if it has no better name
     * @return true in one participant, the last to arrive unless somebody left or died, and false in all others
     * @throws ShmemException if {@code proc} is not attached to a dynamic barrier; if all places of a static one are taken
     */
    public boolean arriveAndWait(final Proc proc, final WaitEvent event) {
        final int start;
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            final Participant place = places[isStatic ? take(proc) : find(proc)];
            start = phase();
            place.stateRelease(start + 1);
            if (isComplete()) {
                begin(start + 1);
                conditionVariable.broadcast();
                return true;
            }
        } finally {
            lock.release(proc);
        }
        conditionVariable.prepareToSleep(proc);
        try {
            for (;;) {
                final long control = buffer.getLongVolatile(CONTROL_OFFSET);
                if (BarrierLayout.phase(control) != start) {
                    return elect(control);
                }
                if (conditionVariable.timedSleep(proc, ConditionVariable.LIVENESS_MILLIS, event)) {
                    look(proc, start);
                }
            }
        } finally {
            ConditionVariable.cancelSleep(proc);
        }
    }

    /**
     * Arrives, and takes no part any more.
     *
     * @return true if nobody does
     * @throws ShmemException if {@code proc} is not attached, or the barrier is static
     */
    public boolean arriveAndDetach(final Proc proc) {
        return detach(proc, true);
    }

    /**
     * Arrives, and takes no part any more unless it is the last: then the next phase begins, with it.
     *
     * @return true if it was the last, and is still attached
     * @throws ShmemException as {@link #arriveAndDetach}
     */
    public boolean arriveAndDetachExceptLast(final Proc proc) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            final Participant place = places[findDynamic(proc)];
            dropTheDead(true);
            if (participants() > 1) {
                leave(place);
                proc.onClose.remove(this);
                beginIfComplete();
                return false;
            }
            begin(phase() + 1);
            return true;
        } finally {
            lock.release(proc);
        }
    }

    /**
     * Takes no part any more. If all others have arrived, they go on.
     *
     * @return true if it was the last that took part
     * @throws ShmemException as {@link #arriveAndDetach}
     */
    public boolean detach(final Proc proc) {
        return detach(proc, false);
    }

    private boolean detach(final Proc proc, final boolean arrive) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            leave(places[findDynamic(proc)]);
            proc.onClose.remove(this);
            dropTheDead(true);
            final boolean last = participants() == 0;
            if (last && arrive) {
                advance();
            } else {
                beginIfComplete();
            }
            return last;
        } finally {
            lock.release(proc);
        }
    }

    /** The current phase, from 0. It cannot change while a participant that has not arrived looks at it. */
    public int phase() {
        return BarrierLayout.phase(buffer.getLongVolatile(CONTROL_OFFSET));
    }

    /**
     * How many take part now, the dead that nobody has noticed among them. In a static barrier: how many are to arrive, whether
     * they have ever been seen or not.
     */
    public int participants() {
        int present = 0;
        int left = 0;
        for (final Participant place : places) {
            final long owner = place.owner();
            if (Participant.isPresent(owner)) {
                present++;
            } else if (Participant.hasLeft(owner)) {
                left++;
            }
        }
        return isStatic ? places.length - left : present;
    }

    private boolean isComplete() {
        final int next = phase() + 1;
        int arrived = 0;
        for (final Participant place : places) {
            if (place.isPresent() && place.state() == next) {
                arrived++;
            }
        }
        return arrived > 0 && arrived == participants();
    }

    /** With the caller, who gets on, elected. */
    private void begin(final int next) {
        long old;
        do {
            old = buffer.getLongVolatile(CONTROL_OFFSET);
        } while (!buffer.compareAndSetLong(CONTROL_OFFSET, old, BarrierLayout.control(next, next)));
    }

    /** With nobody elected: the first of the waiters that wakes will be. */
    private void advance() {
        long old;
        do {
            old = buffer.getLongVolatile(CONTROL_OFFSET);
        } while (!buffer.compareAndSetLong(CONTROL_OFFSET, old,
            BarrierLayout.control(BarrierLayout.phase(old) + 1, BarrierLayout.elected(old))));
        conditionVariable.broadcast();
    }

    private void beginIfComplete() {
        if (isComplete()) {
            advance();
        }
    }

    /** True for the one who is first to say so in this phase. */
    private boolean elect(final long seen) {
        long control = seen;
        while (BarrierLayout.elected(control) != BarrierLayout.phase(control)) {
            final int phase = BarrierLayout.phase(control);
            if (buffer.compareAndSetLong(CONTROL_OFFSET, control, BarrierLayout.control(phase, phase))) {
                return true;
            }
            control = buffer.getLongVolatile(CONTROL_OFFSET);
        }
        return false;
    }

    /** A waiter's: whether somebody that it waits for has died, or died having arrived as the last. */
    private void look(final Proc proc, final int start) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            if (phase() == start) {
                dropTheDead(false);
                beginIfComplete();
            }
        } finally {
            lock.release(proc);
        }
    }

    /**
     * Those that have not arrived; the others hold nobody up until the next phase, and need a look only where the question is
     * who is left.
     */
    private void dropTheDead(final boolean arrivedToo) {
        final int next = phase() + 1;
        for (final Participant place : places) {
            final long owner = place.owner();
            if (Participant.isPresent(owner) && (arrivedToo || place.state() != next) && place.isGone(owner)) {
                leave(place);
            }
        }
    }

    private void leave(final Participant place) {
        final long owner = place.owner();
        if (isStatic) {
            place.leave(owner);
        } else {
            place.free(owner);
        }
    }

    private int indexOf(final Proc proc) {
        for (int i = 0; i < places.length; i++) {
            if (places[i].is(proc)) {
                return i;
            }
        }
        return NONE;
    }

    private int find(final Proc proc) {
        final int index = indexOf(proc);
        if (index == NONE) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR,
                "proc " + proc.procNumber() + " is not attached to the barrier");
        }
        return index;
    }

    private int findDynamic(final Proc proc) {
        if (isStatic) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR, "cannot detach from a static barrier");
        }
        return find(proc);
    }

    /** The index of the proc's place, a free one if it has none. */
    private int take(final Proc proc) {
        int index = indexOf(proc);
        if (index != NONE) {
            return index;
        }
        index = takeFree(proc);
        if (index == NONE) {
            dropTheDead(true);
            index = takeFree(proc);
        }
        if (index == NONE) {
            throw new ShmemException(ShmemException.TOO_MANY_CONNECTIONS,
                "too many participants: all " + places.length + " places of the barrier are taken");
        }
        proc.onClose.put(this, () -> forget(proc));
        return index;
    }

    private int takeFree(final Proc proc) {
        for (int i = 0; i < places.length; i++) {
            // Not arrived
            if (places[i].isFree() && places[i].claim(proc, phase())) {
                return i;
            }
        }
        return NONE;
    }

    /** When the proc is closed: as if it had died. */
    private void forget(final Proc proc) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            final int index = indexOf(proc);
            if (index != NONE) {
                leave(places[index]);
                beginIfComplete();
            }
        } finally {
            lock.release(proc);
        }
    }
}
