package dev.wharf.core.copy;

import static dev.wharf.core.copy.TaskQueueLayout.AGAIN;
import static dev.wharf.core.copy.TaskQueueLayout.AHEAD;
import static dev.wharf.core.copy.TaskQueueLayout.BYTES_TOTAL;
import static dev.wharf.core.copy.TaskQueueLayout.CHAIN;
import static dev.wharf.core.copy.TaskQueueLayout.COMMAND;
import static dev.wharf.core.copy.TaskQueueLayout.DONE;
import static dev.wharf.core.copy.TaskQueueLayout.EPOCH;
import static dev.wharf.core.copy.TaskQueueLayout.FREE;
import static dev.wharf.core.copy.TaskQueueLayout.GAVE_UP;
import static dev.wharf.core.copy.TaskQueueLayout.IS_OPEN;
import static dev.wharf.core.copy.TaskQueueLayout.JOB_LENGTH_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.JOB_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_PID;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_PROC;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_START_TIME;
import static dev.wharf.core.copy.TaskQueueLayout.LIMIT;
import static dev.wharf.core.copy.TaskQueueLayout.NEXT;
import static dev.wharf.core.copy.TaskQueueLayout.PARTICIPANTS;
import static dev.wharf.core.copy.TaskQueueLayout.PARTICIPANT_LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.P_BYTES;
import static dev.wharf.core.copy.TaskQueueLayout.P_EPOCH;
import static dev.wharf.core.copy.TaskQueueLayout.P_PID;
import static dev.wharf.core.copy.TaskQueueLayout.P_ROWS;
import static dev.wharf.core.copy.TaskQueueLayout.P_START_TIME;
import static dev.wharf.core.copy.TaskQueueLayout.P_TASKS;
import static dev.wharf.core.copy.TaskQueueLayout.REDO;
import static dev.wharf.core.copy.TaskQueueLayout.RELID;
import static dev.wharf.core.copy.TaskQueueLayout.RELNAME;
import static dev.wharf.core.copy.TaskQueueLayout.RELNAME_LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.RETIRED;
import static dev.wharf.core.copy.TaskQueueLayout.RUNNING;
import static dev.wharf.core.copy.TaskQueueLayout.SIZED;
import static dev.wharf.core.copy.TaskQueueLayout.STOP;
import static dev.wharf.core.copy.TaskQueueLayout.TASKS;
import static dev.wharf.core.copy.TaskQueueLayout.TASKS_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.TASK_LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.TYPE;
import static dev.wharf.core.copy.TaskQueueLayout.T_END;
import static dev.wharf.core.copy.TaskQueueLayout.T_KNOWN;
import static dev.wharf.core.copy.TaskQueueLayout.T_LINE;
import static dev.wharf.core.copy.TaskQueueLayout.T_START;
import static dev.wharf.core.copy.TaskQueueLayout.T_STATE;
import static dev.wharf.core.copy.TaskQueueLayout.WINDOW;
import static dev.wharf.core.copy.TaskQueueLayout.WORKERS;

import dev.wharf.core.copy.StatProgressCopy.Command;
import dev.wharf.core.copy.StatProgressCopy.Type;
import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.charset.StandardCharsets;

/** The leader's side of a {@link TaskQueue}: has the slot, opens and shuts COPYs, retires tasks, frees those of the dead. */
final class LeaderTaskQueue extends TaskQueue {
    LeaderTaskQueue(long address, LWLock lock, Proc proc) {
        super(address, lock, proc, 0);
    }

    /**
     * Takes the slot for this process if nobody, or a dead process, has it. Under the lock that guards the slots.
     *
     * <p>A slot whose leader is dead is not free while a worker of it lives: one that was stopped in the middle of a task
     * would go on in the next leader's COPY. One that has not attached yet will find another leader here.
     */
    boolean take(ProcessIdentity self) {
        if (!lock.conditionalAcquire(proc, LWLockMode.EXCLUSIVE)) {
            return false;
        }
        try {
            if (isAlive(LEADER_PID, LEADER_START_TIME)) {
                return false;
            }
            for (int i = 1; i < PARTICIPANTS; i++) {
                if (isAlive(participantAt(i) + P_PID, participantAt(i) + P_START_TIME)) {
                    return false;
                }
            }
            clear(self);
            return true;
        } finally {
            lock.release(proc);
        }
    }

    private void clear(ProcessIdentity self) {
        buffer.putLongRelease(LEADER_PID, 0);
        buffer.putInt(IS_OPEN, 0);
        buffer.putInt(LEADER_PROC, proc.procNumber());
        for (int i = 0; i < PARTICIPANTS; i++) {
            buffer.setMemory(participantAt(i), PARTICIPANT_LENGTH, (byte) 0);
        }
        buffer.putLong(LEADER_START_TIME, self.startTime());
        buffer.putLongRelease(LEADER_PID, self.pid());
    }

    void giveBack() {
        buffer.putLongRelease(LEADER_PID, 0);
    }

    /** Publishes a job and joins it; workers 1 to {@code workers} find it when they are woken. */
    void open(CopyJob job, Type type, long tasks, long chain, int ahead, int workers) {
        byte[] bytes = job.encode();
        byte[] name = job.relation().name().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TaskQueueLayout.MAX_JOB) {
            throw new IllegalArgumentException("job of " + bytes.length + " bytes");
        }
        locked(() -> {
            buffer.putBytes(JOB_OFFSET, bytes);
            buffer.putInt(JOB_LENGTH_OFFSET, bytes.length);
            buffer.putInt(COMMAND, (job.isFrom() ? Command.COPY_FROM : Command.COPY_TO).ordinal());
            buffer.putInt(RELID, job.relation().oid());
            buffer.putInt(TYPE, type.ordinal());
            buffer.putLong(BYTES_TOTAL, job.isFrom() && job.file() != null ? job.size() - job.start() : 0);
            buffer.setMemory(RELNAME, RELNAME_LENGTH, (byte) 0);
            buffer.putBytes(RELNAME, name, 0, Math.min(name.length, RELNAME_LENGTH));
            buffer.putLong(TASKS, tasks);
            buffer.putLong(NEXT, 0);
            buffer.putLong(RETIRED, 0);
            buffer.putLong(LIMIT, Long.MAX_VALUE);
            buffer.putLong(CHAIN, chain);
            buffer.putLong(SIZED, 0);
            buffer.putInt(REDO, 0);
            buffer.putInt(AHEAD, Math.min(ahead, WINDOW));
            buffer.putInt(WORKERS, workers);
            buffer.putInt(GAVE_UP, 0);
            buffer.putInt(STOP, 0);
            for (int i = 0; i < WINDOW; i++) {
                buffer.putInt(TASKS_OFFSET + i * TASK_LENGTH + T_STATE, FREE);
            }
            for (int i = 0; i < PARTICIPANTS; i++) {
                int p = participantAt(i);
                buffer.putLong(p + P_TASKS, 0);
                buffer.putLong(p + P_ROWS, 0);
                buffer.putLong(p + P_BYTES, 0);
            }
            buffer.putLong(EPOCH, buffer.getLong(EPOCH) + 1);
            buffer.putIntRelease(IS_OPEN, 1);
        });
        buffer.putLongRelease(participantAt(participant) + P_EPOCH, buffer.getLong(EPOCH));
    }

    /**
     * COPY FROM a stream: adds the next task. By one thread, which may be another than the leader's; the task that had this
     * entry before must have been retired.
     */
    void add(long start, long end, long line) {
        long k = tasks();
        set(k, T_START, start);
        set(k, T_END, end);
        set(k, T_LINE, line);
        buffer.putLongVolatile(TASKS, k + 1);
        wakeLeader();
        wakeOthers();
    }

    /** No process joins from now on. */
    void shut() {
        locked(() -> buffer.putIntRelease(IS_OPEN, 0));
    }

    /** Tells every process to drop what it is doing. */
    void stop() {
        buffer.putIntVolatile(STOP, 1);
    }

    /** Takes the first task out of the window, and wakes who may have waited for that. */
    void retire(long chain) {
        boolean awaited;
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            long k = buffer.getLong(RETIRED);
            buffer.putLong(CHAIN, chain);
            boolean limited = buffer.getLong(LIMIT) <= k + 1;
            awaited = limited || buffer.getLong(NEXT) >= k + buffer.getInt(AHEAD);
            if (limited) {
                // Whatever set it has turned out to be no error
                buffer.putLong(LIMIT, Long.MAX_VALUE);
            }
            buffer.putInt(task(k) + T_STATE, FREE);
            buffer.putLongRelease(RETIRED, k + 1);
        } finally {
            lock.release(proc);
        }
        if (awaited) {
            wakeOthers();
        }
    }

    /** Has a task done again, beginning with {@code known}. */
    void again(long k, long known) {
        locked(() -> {
            buffer.putLong(task(k) + T_KNOWN, known);
            buffer.putInt(task(k) + T_STATE, AGAIN);
            buffer.putInt(REDO, buffer.getInt(REDO) + 1);
            buffer.putLong(LIMIT, Long.MAX_VALUE);
        });
    }

    /** Whether a task is DONE and its fields may be read. */
    boolean isDone(long k) {
        return buffer.getIntVolatile(task(k) + T_STATE) == DONE;
    }

    /** Whether there are tasks that the leader has to do even if it was not to take part: workers failed at them. */
    boolean gaveUp() {
        return buffer.getIntVolatile(GAVE_UP) != 0;
    }

    /** Frees what a dead participant was working on. */
    void bury(int dead) {
        locked(() -> {
            for (long k = buffer.getLong(RETIRED); k < buffer.getLong(RETIRED) + WINDOW; k++) {
                if (buffer.getInt(task(k) + T_STATE) == RUNNING && owner(k) == dead) {
                    buffer.putInt(task(k) + T_STATE, AGAIN);
                    buffer.putInt(REDO, buffer.getInt(REDO) + 1);
                }
            }
            buffer.putLongRelease(participantAt(dead) + P_EPOCH, 0);
            buffer.putLongRelease(participantAt(dead) + P_PID, 0);
        });
    }

    /** Whether a participant other than the leader is still in this COPY. */
    boolean othersActive() {
        for (int i = 1; i < PARTICIPANTS; i++) {
            if (buffer.getLongVolatile(participantAt(i) + P_EPOCH) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Forgets the workers, which have all left and been given back. */
    void dismiss() {
        locked(() -> {
            for (int i = 1; i < PARTICIPANTS; i++) {
                buffer.putLongRelease(participantAt(i) + P_PID, 0);
            }
        });
    }

    long epoch() {
        return buffer.getLong(EPOCH);
    }

    private boolean isAlive(int pidOffset, int startTimeOffset) {
        long pid = buffer.getLongVolatile(pidOffset);
        return pid != 0 && new ProcessIdentity(pid, buffer.getLong(startTimeOffset)).isAlive();
    }

    CopyResult.ProcessShare share(int index) {
        int p = participantAt(index);
        return new CopyResult.ProcessShare(buffer.getLongVolatile(p + P_PID), index == 0, (int) buffer.getLong(p + P_TASKS),
                buffer.getLong(p + P_ROWS), buffer.getLong(p + P_BYTES));
    }

    /** Bytes or rows that all participants have reported. */
    long progress(int field) {
        long sum = 0;
        for (int i = 0; i < PARTICIPANTS; i++) {
            sum += buffer.getLongVolatile(participantAt(i) + field);
        }
        return sum;
    }
}
