package dev.wharf.extensions.factorial;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.MessageQueue;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the processes share: counters, and places in which a process asks the worker.
 *
 * <pre>
 *   0         8          16                128
 *  +---------+----------+-----------------+--------------------------------------------------+ ...
 *  | asked   | answered | worker's proc   | place 0: state, n, owner, owner's proc | queue   |
 *  +---------+----------+-----------------+--------------------------------------------------+ ...
 * </pre>
 *
 * <p>A place is free when its owner is nobody, or dead, and the worker is not at it. The owner makes it ASKED; the worker
 * COMPUTING, then ANSWERED, and SENT once it has left the queue; a worker that begins makes LOST what another one has left
 * unfinished, and the owner asks again then. All that changes under the lock, each by a last store: so the tranche is CONSISTENT.
 */
final class FactorialRequests {
    /** Of the struct, and of the tranche. */
    static final String NAME = "factorial";
    static final int IDLE = 0;
    static final int ASKED = 1;
    static final int COMPUTING = 2;
    static final int ANSWERED = 3;
    static final int SENT = 4;
    static final int LOST = 5;
    static final int NONE = -1;

    private static final int PLACES = 16;
    /** A longer number goes through it in pieces. */
    private static final int QUEUE_CAPACITY = 1 << 14;
    /** Room for a queue with what it has beside its ring. */
    private static final int PLACE_LENGTH = QUEUE_CAPACITY + (1 << 12);

    private static final int ASKED_OFFSET = 0;
    private static final int ANSWERED_OFFSET = 8;
    private static final int WORKER_OFFSET = 16;
    private static final int PLACES_OFFSET = 128;

    private static final int STATE_OFFSET = 0;
    private static final int N_OFFSET = 4;
    private static final int OWNER_OFFSET = 8;
    private static final int OWNER_PROC_OFFSET = 16;
    private static final int QUEUE_OFFSET = 128;

    static final int SIZE = PLACES_OFFSET + PLACES * PLACE_LENGTH;

    private final Segment segment;
    private final Proc proc;
    private final UnsafeBuffer struct;
    private final LWLock lock;

    /** Finds them, or makes them: a struct of zeros is a good beginning. */
    FactorialRequests(Segment segment, Proc proc) {
        this.segment = segment;
        this.proc = proc;
        struct = segment.buffer(segment.shmemInitStruct(proc, NAME, SIZE));
        lock = segment.getNamedLWLockTranche(NAME)[0];
    }

    Segment segment() {
        return segment;
    }

    Proc proc() {
        return proc;
    }

    long asked() {
        return struct.getLongVolatile(ASKED_OFFSET);
    }

    long answered() {
        return struct.getLongVolatile(ANSWERED_OFFSET);
    }

    int state(int place) {
        return struct.getIntVolatile(at(place) + STATE_OFFSET);
    }

    int n(int place) {
        return struct.getInt(at(place) + N_OFFSET);
    }

    MessageQueue queue(int place) {
        return MessageQueue.create(segment, struct, at(place) + QUEUE_OFFSET, MessageQueue.Kind.ONE_TO_ONE, QUEUE_CAPACITY);
    }

    // The process that asks

    /** A place for this process; {@link #NONE} if others have them all. */
    int take() {
        return locked(() -> {
            for (int place = 0; place < PLACES; place++) {
                if (!isOwned(place) && !isWorkersOwn(place)) {
                    setState(place, IDLE);
                    struct.putInt(at(place) + OWNER_PROC_OFFSET, proc.procNumber());
                    struct.putLongRelease(at(place) + OWNER_OFFSET, ProcessIdentity.current().packed());
                    return place;
                }
            }
            return NONE;
        });
    }

    /** The owner is attached to the queue, and will look. */
    void ask(int place, int n) {
        locked(() -> {
            struct.putInt(at(place) + N_OFFSET, n);
            setState(place, ASKED);
            return struct.getAndAddLong(ASKED_OFFSET, 1);
        });
        int worker = struct.getIntVolatile(WORKER_OFFSET);
        if (worker != 0) {
            segment.latch(worker - 1).set();
        }
    }

    /** What the worker is at it will find that nobody wants. */
    void giveBack(int place) {
        locked(() -> {
            if (!isWorkersOwn(place)) {
                setState(place, IDLE);
            }
            struct.putLongRelease(at(place) + OWNER_OFFSET, 0);
            return place;
        });
    }

    // The worker

    /** This process is the worker from now on. */
    void begin() {
        locked(() -> {
            struct.putIntVolatile(WORKER_OFFSET, proc.procNumber() + 1);
            for (int place = 0; place < PLACES; place++) {
                if (isWorkersOwn(place)) {
                    setState(place, LOST);
                    wakeOwner(place);
                }
            }
            return null;
        });
    }

    /** A place that asks, COMPUTING from now on; {@link #NONE} if there is none. */
    int next() {
        return locked(() -> {
            for (int place = 0; place < PLACES; place++) {
                if (state(place) == ASKED && isOwned(place)) {
                    setState(place, COMPUTING);
                    return place;
                }
            }
            return NONE;
        });
    }

    /** The worker is attached to the queue, and will send. */
    void answer(int place) {
        locked(() -> {
            setState(place, ANSWERED);
            return struct.getAndAddLong(ANSWERED_OFFSET, 1);
        });
        wakeOwner(place);
    }

    /** The worker has left the queue. */
    void finish(int place) {
        locked(() -> {
            setState(place, SENT);
            return place;
        });
    }

    private boolean isWorkersOwn(int place) {
        return state(place) == COMPUTING || state(place) == ANSWERED;
    }

    private void wakeOwner(int place) {
        segment.latch(struct.getInt(at(place) + OWNER_PROC_OFFSET)).set();
    }

    private boolean isOwned(int place) {
        long owner = struct.getLongVolatile(at(place) + OWNER_OFFSET);
        return owner != 0 && ProcessIdentity.unpacked(owner).isAlive();
    }

    private void setState(int place, int state) {
        struct.putIntVolatile(at(place) + STATE_OFFSET, state);
    }

    private static int at(int place) {
        return PLACES_OFFSET + place * PLACE_LENGTH;
    }

    private <T> T locked(Supplier<T> action) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            return action.get();
        } finally {
            lock.release(proc);
        }
    }
}
