package dev.wharf.shmem;

import java.util.Objects;
import java.util.function.IntFunction;

/**
 * What a proc sleeps for, as other processes see it: a word in its slot with the class in the top byte and a number below, 0
 * while it does not sleep. PostgreSQL's classes, in its encoding.
 *
 * <p>For an LWLock the number is the tranche's, and the name is the tranche's name. For all else it is a constant here. Numbers
 * are part of the segment's layout: add at the end of a class.
 */
public enum WaitEvent {
    MESSAGE_QUEUE_RECEIVE(Type.IPC, 0, "MessageQueueReceive", "Waiting to receive bytes from a shared message queue."),
    MESSAGE_QUEUE_SEND(Type.IPC, 1, "MessageQueueSend", "Waiting to send bytes to a shared message queue."),
    BARRIER(Type.IPC, 2, "Barrier", "Waiting for the other participants of a barrier."),
    CONDITION_VARIABLE(Type.IPC, 3, "ConditionVariable", "Waiting for a condition variable."),
    OWNER_DEATH_RECOVERY(Type.IPC, 4, "OwnerDeathRecovery", "Waiting for the recovery of a dead process's locks."),
    BGWORKER_STARTUP(Type.IPC, 5, "BgworkerStartup", "Waiting for a background worker to start up."),
    BGWORKER_SHUTDOWN(Type.IPC, 6, "BgworkerShutdown", "Waiting for a background worker to shut down."),
    PARALLEL_FINISH(Type.IPC, 7, "ParallelFinish", "Waiting for parallel workers to finish."),
    PARALLEL_TASK(Type.IPC, 8, "ParallelTask", "Waiting in a parallel worker for something to do."),
    POSTMASTER_MAIN(Type.ACTIVITY, 0, "PostmasterMain", "Waiting in the main loop of a supervisor of workers."),
    PARALLEL_WORKER_MAIN(Type.ACTIVITY, 1, "ParallelWorkerMain", "Waiting in an idle parallel worker for a leader."),
    LATCH(Type.EXTENSION, 0, "Latch", "Waiting for a latch, for a reason that the waiter does not tell.");

    /** PostgreSQL's classes of wait events, those that there are here. */
    public enum Type {
        LWLOCK(0x01, "LWLock"), ACTIVITY(0x05, "Activity"), EXTENSION(0x07, "Extension"), IPC(0x08, "IPC"),
        TIMEOUT(0x09, "Timeout");

        private final int code;
        private final String label;

        Type(final int code, final String label) {
            this.code = code;
            this.label = label;
        }

        /** As in {@code pg_stat_activity.wait_event_type}. */
        public String label() {
            return label;
        }
    }

    private static final int TYPE_SHIFT = 24;
    private static final int NUMBER_MASK = (1 << TYPE_SHIFT) - 1;

    private static final String UNKNOWN = "???";

    private final int word;
    private final Type type;
    private final String label;
    private final String description;

    WaitEvent(final Type type, final int number, final String label, final String description) {
        word = type.code << TYPE_SHIFT | number;
        this.type = type;
        this.label = label;
        this.description = description;
    }

    public Type type() {
        return type;
    }

    /** As in {@code pg_wait_events.description}. */
    public String description() {
        return description;
    }

    /** As in {@code pg_stat_activity.wait_event}. */
    public String label() {
        return label;
    }

    int word() {
        return word;
    }

    static int lwLock(final int tranche) {
        return Type.LWLOCK.code << TYPE_SHIFT | tranche;
    }

    static boolean isLWLock(final int word) {
        return word >>> TYPE_SHIFT == Type.LWLOCK.code;
    }

    /** The tranche that a proc with this wait event waits for. */
    static int tranche(final int word) {
        return word & NUMBER_MASK;
    }

    /**
     * Type and name of the event in a slot's word, both null for none; {@code "???"} for what this program does not know.
     *
     * @param trancheName by number; null if there is no such tranche
     */
    static String[] describe(final int word, final IntFunction<String> trancheName) {
        if (word == 0) {
            return new String[] {null, null};
        }
        if (isLWLock(word)) {
            return new String[] {
                Type.LWLOCK.label, Objects.requireNonNullElse(trancheName.apply(tranche(word)), UNKNOWN)};
        }
        String type = UNKNOWN;
        for (final Type candidate : Type.values()) {
            if (candidate.code == word >>> TYPE_SHIFT) {
                type = candidate.label;
            }
        }
        for (final WaitEvent event : values()) {
            if (event.word == word) {
                return new String[] {type, event.label};
            }
        }
        return new String[] {type, UNKNOWN};
    }
}
