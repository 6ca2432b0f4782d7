package dev.wharf.core.copy;

import static dev.wharf.core.copy.TaskQueueLayout.AGAIN;
import static dev.wharf.core.copy.TaskQueueLayout.AHEAD;
import static dev.wharf.core.copy.TaskQueueLayout.CHAIN;
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
import static dev.wharf.core.copy.TaskQueueLayout.PARTICIPANTS_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.PARTICIPANT_LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.P_BYTES;
import static dev.wharf.core.copy.TaskQueueLayout.P_EPOCH;
import static dev.wharf.core.copy.TaskQueueLayout.P_PID;
import static dev.wharf.core.copy.TaskQueueLayout.P_PROC;
import static dev.wharf.core.copy.TaskQueueLayout.P_ROWS;
import static dev.wharf.core.copy.TaskQueueLayout.P_START_TIME;
import static dev.wharf.core.copy.TaskQueueLayout.P_TASKS;
import static dev.wharf.core.copy.TaskQueueLayout.REDO;
import static dev.wharf.core.copy.TaskQueueLayout.RETIRED;
import static dev.wharf.core.copy.TaskQueueLayout.RUNNING;
import static dev.wharf.core.copy.TaskQueueLayout.SIZED;
import static dev.wharf.core.copy.TaskQueueLayout.STOP;
import static dev.wharf.core.copy.TaskQueueLayout.TASKS;
import static dev.wharf.core.copy.TaskQueueLayout.TASKS_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.TASK_LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.T_KNOWN;
import static dev.wharf.core.copy.TaskQueueLayout.T_OWNER;
import static dev.wharf.core.copy.TaskQueueLayout.T_SIZE;
import static dev.wharf.core.copy.TaskQueueLayout.T_SIZED;
import static dev.wharf.core.copy.TaskQueueLayout.T_STATE;
import static dev.wharf.core.copy.TaskQueueLayout.WINDOW;
import static dev.wharf.core.copy.TaskQueueLayout.WORKERS;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.os.ProcessIdentity;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The tasks of one COPY, in the segment, under one LWLock: claimed in order, done in any order by any process, retired in
 * order by the leader.
 *
 * <pre>
 *   FREE --claim--> RUNNING --complete--> DONE --retire--> FREE (the entry now stands for task k + WINDOW)
 *                      |                    |
 *                      | owner died         | its first row is not the next row of the task before
 *                      +------> AGAIN <-----+
 *                                 | claim
 *                                 +-----> RUNNING
 * </pre>
 *
 * A claim writes owner and state before it moves NEXT on; who dies between leaves a RUNNING task of a dead owner at NEXT, which
 * the leader turns to AGAIN, and the next claim finds that entry not FREE and moves on. So a task is never lost and
 * never given out twice at a time.
 *
 * <p>An instance belongs to one process and one thread. Fields of tasks that are RUNNING are its owner's; others change
 * under the lock.
 */
final class TaskQueue {
    /** No task to be had now. */
    static final long NONE = -1;

    private final UnsafeBuffer buffer;
    private final LWLock lock;
    private final Proc proc;
    private final int participant;

    /** @param participant index of this process: 0 for the leader */
    TaskQueue(long address, LWLock lock, Proc proc, int participant) {
        buffer = new UnsafeBuffer(address, TaskQueueLayout.LENGTH);
        this.lock = lock;
        this.proc = proc;
        this.participant = participant;
    }

    // ---- the slot's life

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

    private boolean isAlive(int pidOffset, int startTimeOffset) {
        long pid = buffer.getLongVolatile(pidOffset);
        return pid != 0 && new ProcessIdentity(pid, buffer.getLong(startTimeOffset)).isAlive();
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

    // ---- the leader's side

    /** Publishes a job; workers 1 to {@code workers} find it when they are woken. */
    void open(CopyJob job, long tasks, long chain, int ahead, int workers) {
        byte[] bytes = job.encode();
        if (bytes.length > TaskQueueLayout.MAX_JOB) {
            throw new IllegalArgumentException("job of " + bytes.length + " bytes");
        }
        locked(() -> {
            buffer.putBytes(JOB_OFFSET, bytes);
            buffer.putInt(JOB_LENGTH_OFFSET, bytes.length);
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
        join();
    }

    /** No process joins from now on. */
    void shut() {
        locked(() -> buffer.putIntRelease(IS_OPEN, 0));
    }

    /** Tells every process to drop what it is doing. */
    void stop() {
        buffer.putIntVolatile(STOP, 1);
    }

    boolean stopped() {
        return buffer.getIntVolatile(STOP) != 0;
    }

    long tasks() {
        return buffer.getLong(TASKS);
    }

    long retired() {
        return buffer.getLongVolatile(RETIRED);
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

    int owner(long k) {
        return buffer.getInt(task(k) + T_OWNER);
    }

    /** Gives a task of this process back, for whoever claims it next: it failed here, or an earlier one comes first. */
    void giveUp(long k) {
        buffer.putIntRelease(GAVE_UP, 1);
        locked(() -> {
            buffer.putInt(task(k) + T_STATE, AGAIN);
            buffer.putInt(REDO, buffer.getInt(REDO) + 1);
            buffer.putLong(LIMIT, Long.MAX_VALUE);
        });
        wakeLeader();
    }

    /** Whether there are tasks that the leader has to do even if it was not to take part: workers failed at them. */
    boolean gaveUp() {
        return buffer.getIntVolatile(GAVE_UP) != 0;
    }

    /** Whether a task before {@code k} waits for somebody to do it again. A moment's view. */
    boolean redoBefore(long k) {
        for (long i = retired(); i < k; i++) {
            if (buffer.getIntVolatile(task(i) + T_STATE) == AGAIN) {
                return true;
            }
        }
        return false;
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

    /** How many of the first {@code count} workers have attached and, as the operating system has it, live. */
    int liveParticipants(int count) {
        int n = 0;
        for (int i = 1; i <= count; i++) {
            n += isAlive(participantAt(i) + P_PID, participantAt(i) + P_START_TIME) ? 1 : 0;
        }
        return n;
    }

    /** Proc number of a participant that has attached, -1 if it has not. */
    int participantProc(int index) {
        int p = participantAt(index);
        return buffer.getLongVolatile(p + P_PID) == 0 ? -1 : (int) buffer.getLong(p + P_PROC);
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

    // ---- a worker's side

    /** Makes this worker known to its leader; false if the slot has another leader by now. */
    boolean attach(ProcessIdentity self, long leaderPid) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            if (buffer.getLong(LEADER_PID) != leaderPid) {
                return false;
            }
            int p = participantAt(participant);
            buffer.putLong(p + P_PROC, proc.procNumber());
            buffer.putLong(p + P_EPOCH, 0);
            buffer.putLong(p + P_START_TIME, self.startTime());
            buffer.putLongRelease(p + P_PID, self.pid());
        } finally {
            lock.release(proc);
        }
        wakeLeader();
        return true;
    }

    /** The job of a COPY that is open and later than {@code after}, which this process has then joined; or null. */
    CopyJob joinNext(long after) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            if (buffer.getInt(IS_OPEN) == 0 || buffer.getLong(EPOCH) <= after || participant > buffer.getInt(WORKERS)) {
                return null;
            }
            byte[] bytes = new byte[buffer.getInt(JOB_LENGTH_OFFSET)];
            buffer.getBytes(JOB_OFFSET, bytes);
            CopyJob job = CopyJob.decode(bytes);
            buffer.putLongRelease(participantAt(participant) + P_EPOCH, buffer.getLong(EPOCH));
            return job;
        } finally {
            lock.release(proc);
        }
    }

    private void join() {
        buffer.putLongRelease(participantAt(participant) + P_EPOCH, buffer.getLong(EPOCH));
    }

    long epoch() {
        return buffer.getLong(EPOCH);
    }

    /** Nothing of this COPY is touched by this process any more. */
    void leave() {
        buffer.putLongVolatile(participantAt(participant) + P_EPOCH, 0);
        wakeLeader();
    }

    boolean isOpen() {
        return buffer.getIntVolatile(IS_OPEN) != 0;
    }

    // ---- both sides

    /** Takes the next task to do, or {@link #NONE}: then see {@link #allClaimed}, and wait for a wake-up. */
    long claim() {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            if (stopped()) {
                return NONE;
            }
            long retired = buffer.getLong(RETIRED);
            long end = Math.min(Math.min(buffer.getLong(TASKS), buffer.getLong(LIMIT)), retired + buffer.getInt(AHEAD));
            long next = buffer.getLong(NEXT);
            if (buffer.getInt(REDO) > 0) {
                for (long k = retired; k < Math.min(buffer.getLong(TASKS), retired + WINDOW); k++) {
                    if (buffer.getInt(task(k) + T_STATE) == AGAIN) {
                        buffer.putInt(task(k) + T_OWNER, participant);
                        buffer.putInt(task(k) + T_STATE, RUNNING);
                        buffer.putInt(REDO, buffer.getInt(REDO) - 1);
                        return k;
                    }
                }
                // A process died between turning a task to RUNNING and counting it
                buffer.putInt(REDO, 0);
            }
            while (next < end && buffer.getInt(task(next) + T_STATE) != FREE) {
                next++;
            }
            if (next >= end) {
                return NONE;
            }
            int t = task(next);
            buffer.putLong(t + T_KNOWN, next == retired ? buffer.getLong(CHAIN) : NONE);
            buffer.putLong(t + T_SIZED, 0);
            buffer.putInt(t + T_OWNER, participant);
            buffer.putInt(t + T_STATE, RUNNING);
            buffer.putLong(NEXT, next + 1);
            return next;
        } finally {
            lock.release(proc);
        }
    }

    /** Whether there is nothing left to claim unless a task has to be done again. */
    boolean allClaimed() {
        return buffer.getLongVolatile(NEXT) >= buffer.getLong(TASKS);
    }

    /** Reports a task of this process as DONE; its fields were set before. */
    void complete(long k, long rows, long bytes) {
        locked(() -> {
            buffer.putIntRelease(task(k) + T_STATE, DONE);
            int p = participantAt(participant);
            buffer.putLong(p + P_TASKS, buffer.getLong(p + P_TASKS) + 1);
            buffer.putLong(p + P_ROWS, buffer.getLong(p + P_ROWS) + rows);
            buffer.putLongRelease(p + P_BYTES, buffer.getLong(p + P_BYTES) + bytes);
        });
        if (participant != 0) {
            wakeLeader();
        }
    }

    /** Keeps tasks from {@code k} on from being claimed: this one met an error. */
    void limit(long k) {
        locked(() -> buffer.putLong(LIMIT, Math.min(buffer.getLong(LIMIT), k)));
    }

    long get(long k, int field) {
        return buffer.getLong(task(k) + field);
    }

    void set(long k, int field, long value) {
        buffer.putLong(task(k) + field, value);
    }

    /**
     * COPY TO: notes a task's size, gives every task whose predecessors have theirs its output offset, and wakes the
     * owners. An offset is the one of the task before plus its size, so that a successor of a dead process computes the
     * same again.
     */
    void size(long k, long bytes) {
        locked(() -> {
            set(k, T_SIZE, bytes);
            set(k, T_SIZED, 1);
            long sized = buffer.getLong(SIZED);
            while (sized < buffer.getLong(NEXT) && get(sized, T_SIZED) == 1) {
                set(sized, T_KNOWN, sized == 0 ? 0 : get(sized - 1, T_KNOWN) + get(sized - 1, T_SIZE));
                wake(owner(sized));
                sized++;
                buffer.putLong(SIZED, sized);
            }
        });
    }

    /** COPY TO: where a task's text goes in the output, {@link #NONE} while that is not known. */
    long outputOffset(long k) {
        return buffer.getLongVolatile(task(k) + T_KNOWN);
    }

    /** Wakes every participant that has joined. */
    void wakeOthers() {
        for (int i = 1; i < PARTICIPANTS; i++) {
            if (i != participant) {
                wake(i);
            }
        }
    }

    private void wake(int index) {
        if (index == 0) {
            wakeLeader();
        } else if (participantProc(index) >= 0) {
            segment().latch(participantProc(index)).set();
        }
    }

    private void wakeLeader() {
        segment().latch(buffer.getInt(LEADER_PROC)).set();
    }

    private Segment segment() {
        return proc.segment();
    }

    private void locked(Runnable change) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            change.run();
        } finally {
            lock.release(proc);
        }
    }

    private static int task(long k) {
        return TASKS_OFFSET + (int) (k % WINDOW) * TASK_LENGTH;
    }

    private static int participantAt(int index) {
        return PARTICIPANTS_OFFSET + index * PARTICIPANT_LENGTH;
    }
}
