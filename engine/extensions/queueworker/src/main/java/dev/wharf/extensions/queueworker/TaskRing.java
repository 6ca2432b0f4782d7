package dev.wharf.extensions.queueworker;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The queue: places for messages, in shared memory, all of it under one lock.
 *
 * <pre>
 *   0          8                      512
 *  +----------+----------------------+-------------------------------------------------------------+ ...
 *  | last id  | the workers' procs   | place 0: state, attempts, id, owner, lengths, message,result| ...
 *  +----------+----------------------+-------------------------------------------------------------+ ...
 * </pre>
 *
 * <p>A place goes FREE, READY, TAKEN, then DONE or FAILED, and may then be used again, oldest first. Each change is one store,
 * with all that belongs to it stored before: whoever is killed has made it, or has not, and the tranche is CONSISTENT. A place
 * that is TAKEN by a dead process can be taken again.
 */
final class TaskRing {
    /** Of the struct, and of the tranche. */
    static final String NAME = "queueworker";
    static final int TASKS = 64;
    /** Bytes of a message; its result has as many at most. */
    static final int MESSAGE_LENGTH = 464;
    /** Then it has failed. */
    static final int ATTEMPTS = 3;

    private static final int FREE = 0;
    private static final int READY = 1;
    private static final int TAKEN = 2;
    private static final int DONE = 3;
    private static final int FAILED = 4;
    private static final List<String> STATES = List.of("free", "ready", "taken", "done", "failed");

    private static final int LAST_ID_OFFSET = 0;
    private static final int WORKERS_OFFSET = 8;
    private static final int WORKERS = 64;
    private static final int PLACES_OFFSET = 512;

    private static final int STATE_OFFSET = 0;
    private static final int ATTEMPTS_OFFSET = 4;
    private static final int ID_OFFSET = 8;
    private static final int OWNER_OFFSET = 16;
    private static final int LENGTH_OFFSET = 24;
    private static final int RESULT_LENGTH_OFFSET = 28;
    private static final int MESSAGE_OFFSET = 32;
    private static final int RESULT_OFFSET = MESSAGE_OFFSET + MESSAGE_LENGTH;
    private static final int PLACE_LENGTH = RESULT_OFFSET + MESSAGE_LENGTH;

    static final int SIZE = PLACES_OFFSET + TASKS * PLACE_LENGTH;

    private final Segment segment;
    private final Proc proc;
    private final UnsafeBuffer struct;
    private final LWLock lock;

    /**
     * A message that this process has taken.
     *
     * @param at      its place
     * @param attempt 1 for the first
     */
    record Task(int at, long id, int attempt, String message) {
    }

    /** Finds it, or makes it: a struct of zeros is a good beginning. */
    TaskRing(Segment segment, Proc proc) {
        this.segment = segment;
        this.proc = proc;
        struct = segment.buffer(segment.shmemInitStruct(proc, NAME, SIZE));
        lock = segment.getNamedLWLockTranche(NAME)[0];
    }

    /** False if there is no room, or the message is too long: then nothing was put. */
    boolean put(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MESSAGE_LENGTH) {
            return false;
        }
        boolean put = locked(() -> {
            long id = lastId() + 1;
            int at = room();
            if (at > 0) {
                // Whatever was there has ended
                setState(at, FREE);
                struct.putLong(at + ID_OFFSET, id);
                struct.putInt(at + ATTEMPTS_OFFSET, 0);
                struct.putInt(at + LENGTH_OFFSET, bytes.length);
                struct.putInt(at + RESULT_LENGTH_OFFSET, 0);
                struct.putBytes(at + MESSAGE_OFFSET, bytes);
                setState(at, READY);
                struct.putLongVolatile(LAST_ID_OFFSET, id);
            }
            return at > 0;
        });
        if (put) {
            wakeWorkers();
        }
        return put;
    }

    /** One who was killed may have put a message, and not come to say so; its place is there until its id is told here. */
    private long lastId() {
        long last = struct.getLong(LAST_ID_OFFSET);
        for (int at : places()) {
            if (state(at) != FREE) {
                last = Math.max(last, struct.getLong(at + ID_OFFSET));
            }
        }
        struct.putLongVolatile(LAST_ID_OFFSET, last);
        return last;
    }

    /** A free place, else that which has ended first; 0 for none. */
    private int room() {
        int found = 0;
        for (int at : places()) {
            if (state(at) == FREE) {
                return at;
            }
            if (hasEnded(at) && (found == 0 || id(at) < id(found))) {
                found = at;
            }
        }
        return found;
    }

    /** The oldest that waits, or whose worker has died; null if there is none. */
    Task take() {
        return locked(() -> {
            int found = 0;
            for (int at : places()) {
                boolean lost = state(at) == TAKEN && !ProcessIdentity.unpacked(struct.getLong(at + OWNER_OFFSET)).isAlive();
                if (lost && struct.getInt(at + ATTEMPTS_OFFSET) >= ATTEMPTS) {
                    setState(at, FAILED);
                } else if ((lost || state(at) == READY) && (found == 0 || id(at) < id(found))) {
                    found = at;
                }
            }
            if (found == 0) {
                return null;
            }
            int attempt = struct.getInt(found + ATTEMPTS_OFFSET) + 1;
            // In this order a process that is killed in between has used up an attempt, no more
            struct.putIntVolatile(found + ATTEMPTS_OFFSET, attempt);
            struct.putLongVolatile(found + OWNER_OFFSET, ProcessIdentity.current().packed());
            setState(found, TAKEN);
            return new Task(found, id(found), attempt, text(found + MESSAGE_OFFSET, struct.getInt(found + LENGTH_OFFSET)));
        });
    }

    /** With the result, cut at the length of a message. */
    void done(Task task, String result) {
        byte[] bytes = result.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MESSAGE_LENGTH);
        locked(() -> {
            struct.putBytes(task.at() + RESULT_OFFSET, bytes, 0, length);
            struct.putInt(task.at() + RESULT_LENGTH_OFFSET, length);
            setState(task.at(), DONE);
            return null;
        });
    }

    // Who is to be woken

    /** This process is the worker of that number, and looks when its latch is set. */
    void listen(int worker) {
        struct.putIntVolatile(WORKERS_OFFSET + worker % WORKERS * Integer.BYTES, proc.procNumber() + 1);
    }

    /** One that has ended may have left its number to another, who is woken for nothing then. */
    private void wakeWorkers() {
        for (int worker = 0; worker < WORKERS; worker++) {
            int number = struct.getIntVolatile(WORKERS_OFFSET + worker * Integer.BYTES);
            if (number > 0) {
                segment.latch(number - 1).set();
            }
        }
    }

    // To be seen

    /** All messages that are there, by id: id, message, state, attempts, result. */
    List<List<String>> rows() {
        return locked(() -> {
            List<Integer> used = new ArrayList<>(places());
            used.removeIf(at -> state(at) == FREE);
            used.sort((a, b) -> Long.compare(id(a), id(b)));
            List<List<String>> rows = new ArrayList<>();
            for (int at : used) {
                rows.add(List.of(Long.toString(id(at)), text(at + MESSAGE_OFFSET, struct.getInt(at + LENGTH_OFFSET)),
                        STATES.get(state(at)), Integer.toString(struct.getInt(at + ATTEMPTS_OFFSET)),
                        text(at + RESULT_OFFSET, struct.getInt(at + RESULT_LENGTH_OFFSET))));
            }
            return rows;
        });
    }

    /** Messages put ever, waiting, taken, and ended: they add up. */
    List<String> counts() {
        return locked(() -> {
            long put = lastId();
            long waiting = places().stream().filter(at -> state(at) == READY).count();
            long taken = places().stream().filter(at -> state(at) == TAKEN).count();
            return List.of(Long.toString(put), Long.toString(waiting), Long.toString(taken),
                    Long.toString(put - waiting - taken));
        });
    }

    private static List<Integer> places() {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            places.add(PLACES_OFFSET + i * PLACE_LENGTH);
        }
        return places;
    }

    private int state(int at) {
        return struct.getIntVolatile(at + STATE_OFFSET);
    }

    private void setState(int at, int state) {
        struct.putIntVolatile(at + STATE_OFFSET, state);
    }

    private boolean hasEnded(int at) {
        return state(at) == DONE || state(at) == FAILED;
    }

    private long id(int at) {
        return struct.getLong(at + ID_OFFSET);
    }

    private String text(int offset, int length) {
        byte[] bytes = new byte[length];
        struct.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
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
