package dev.wharf.shmem;

import static dev.wharf.shmem.ParticipantLayout.LEFT;
import static dev.wharf.shmem.ParticipantLayout.OWNER_OFFSET;
import static dev.wharf.shmem.ParticipantLayout.PROC_OFFSET;
import static dev.wharf.shmem.ParticipantLayout.STATE_MASK;
import static dev.wharf.shmem.ParticipantLayout.STATE_OFFSET;

import org.agrona.concurrent.UnsafeBuffer;

/** A view of one {@link ParticipantLayout}. */
final class Participant {
    private static final long NOBODY = 0;

    private final Segment segment;
    private final UnsafeBuffer buffer;
    private final int offset;

    Participant(final Segment segment, final UnsafeBuffer buffer, final int offset) {
        this.segment = segment;
        this.buffer = buffer;
        this.offset = offset;
    }

    /** Takes the place if it is free, in one step that names the process, and then fills it in; false if it is not. */
    boolean claim(final Proc proc, final int state) {
        return claim(NOBODY, proc, state);
    }

    /** Takes the place from one that is gone. */
    boolean claim(final long oldOwner, final Proc proc, final int state) {
        final long owner = proc.slot.getLong(ProcLayout.OWNER_OFFSET);
        if (!buffer.compareAndSetLong(offset + OWNER_OFFSET, oldOwner, owner & ~STATE_MASK | ProcLayout.CLAIMED)) {
            return false;
        }
        buffer.putInt(offset + PROC_OFFSET, proc.procNumber());
        buffer.putInt(offset + STATE_OFFSET, state);
        buffer.putLongVolatile(offset + OWNER_OFFSET, owner);
        return true;
    }

    long owner() {
        return buffer.getLongVolatile(offset + OWNER_OFFSET);
    }

    boolean isFree() {
        return owner() == NOBODY;
    }

    static boolean isPresent(final long owner) {
        return owner != NOBODY && !hasLeft(owner);
    }

    boolean isPresent() {
        return isPresent(owner());
    }

    static boolean hasLeft(final long owner) {
        return (owner & STATE_MASK) == LEFT;
    }

    boolean is(final Proc proc) {
        return owner() == proc.slot.getLong(ProcLayout.OWNER_OFFSET)
            && buffer.getInt(offset + PROC_OFFSET) == proc.procNumber();
    }

    /** Frees the place for the next; false if it is no longer {@code owner}'s. */
    boolean free(final long owner) {
        return buffer.compareAndSetLong(offset + OWNER_OFFSET, owner, NOBODY);
    }

    /** Leaves it marked for ever; false if it is no longer {@code owner}'s. */
    boolean leave(final long owner) {
        return buffer.compareAndSetLong(offset + OWNER_OFFSET, owner, owner | LEFT);
    }

    int state() {
        return buffer.getIntVolatile(offset + STATE_OFFSET);
    }

    void stateVolatile(final int state) {
        buffer.putIntVolatile(offset + STATE_OFFSET, state);
    }

    void stateRelease(final int state) {
        buffer.putIntRelease(offset + STATE_OFFSET, state);
    }

    /**
     * True if {@code owner}, who is or was here, will never do anything more: its process has ended, or its proc was closed.
     * Reads from {@code /proc}. A stopped process is not gone.
     */
    boolean isGone(final long owner) {
        if (hasLeft(owner)) {
            return true;
        }
        if ((owner & STATE_MASK) == ProcLayout.ACTIVE && segment.slot(buffer.getInt(offset + PROC_OFFSET))
            .getLongVolatile(ProcLayout.OWNER_OFFSET) != owner) {
            return true;
        }
        return !ProcLayout.process(owner).isAlive();
    }
}
