package dev.wharf.core.catalog;

import dev.wharf.core.types.PgType;

/**
 * A sequence as the catalog knows it: PostgreSQL's {@code pg_sequence}. Its state is a file of its own.
 *
 * @param cache       kept, and without effect: numbers are given out exactly, a COPY's at once
 * @param owner       oid of the table whose column it goes with; 0 for none
 * @param ownerColumn null for none
 */
public record Sequence(int oid, String name, PgType.Kind type, long start, long increment, long min, long max, long cache,
                       boolean cycle, int owner, String ownerColumn) {

    /**
     * How far a sequence is.
     *
     * @param last   the number given out last; if {@code called} is false, the one that comes first
     * @param called whether any has been given out
     */
    public record State(long last, boolean called) {
    }

    public State initial() {
        return new State(start, false);
    }

    public Sequence withIdentity(int newOid, String newName, int newOwner, String newOwnerColumn) {
        return new Sequence(newOid, newName, type, start, increment, min, max, cache, cycle, newOwner, newOwnerColumn);
    }

    /** Steps that can be made from a number before the range ends, unsigned. */
    private long room(long from, long least, long most) {
        return increment > 0 ? Long.divideUnsigned(most - from, increment) : Long.divideUnsigned(from - least, -increment);
    }

    /** How many numbers there are after {@code state}; {@link Long#MAX_VALUE} if they do not end, or are more. */
    private long left(State state) {
        return cycle ? Long.MAX_VALUE : count(room(state.last, min, max), state.called ? 0 : 1);
    }

    private static long count(long unsignedSteps, int more) {
        return unsignedSteps < 0 || unsignedSteps + more < 0 ? Long.MAX_VALUE : unsignedSteps + more;
    }

    /** How many numbers after {@code state} there are, up to the first that is not within {@code least} and {@code most}. */
    public long leftWithin(State state, long least, long most) {
        long left = left(state);
        if (left == 0 || min >= least && max <= most) {
            return left;
        }
        long first = number(state, 0);
        if (first < least || first > most) {
            return 0;
        }
        // round a cycle there is one beyond, whichever way
        return count(room(first, Math.max(min, least), Math.min(max, most)), 1);
    }

    /** The number that {@code nextval} gives after {@code state} and {@code n} calls before; there must be so many. */
    public long number(State state, long n) {
        long steps = n + (state.called ? 1 : 0);
        long room = room(state.last, min, max);
        if (Long.compareUnsigned(steps, room) <= 0) {
            return state.last + steps * increment;
        }
        long beyond = steps - room - 1;
        long lastOfCycle = room(increment > 0 ? min : max, min, max);
        long inCycle = lastOfCycle == -1 ? beyond : Long.remainderUnsigned(beyond, lastOfCycle + 1);
        return (increment > 0 ? min : max) + inCycle * increment;
    }

    /** The state after {@code n} calls. */
    public State after(State state, long n) {
        return n == 0 ? state : new State(number(state, n - 1), true);
    }
}
