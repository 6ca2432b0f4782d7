package dev.wharf.core.copy;

import static dev.wharf.core.copy.TaskQueueLayout.AGAIN;
import static dev.wharf.core.copy.TaskQueueLayout.AHEAD;
import static dev.wharf.core.copy.TaskQueueLayout.CHAIN;
import static dev.wharf.core.copy.TaskQueueLayout.DONE;
import static dev.wharf.core.copy.TaskQueueLayout.FREE;
import static dev.wharf.core.copy.TaskQueueLayout.GAVE_UP;
import static dev.wharf.core.copy.TaskQueueLayout.IS_OPEN;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_PROC;
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

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
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
 * <p>Here is what leader and workers alike do with tasks. {@link LeaderTaskQueue} opens and ends a COPY and retires its
 * tasks, {@link WorkerTaskQueue} joins one.
 *
 * <p>An instance belongs to one process and one thread. Fields of tasks that are RUNNING are its owner's; others change
 * under the lock.
 */
abstract sealed class TaskQueue permits LeaderTaskQueue, WorkerTaskQueue {
    /** No task to be had now. */
    static final long NONE = -1;

    final UnsafeBuffer buffer;
    final LWLock lock;
    final Proc proc;
    /** Index of this process: 0 for the leader. */
    final int participant;

    TaskQueue(long address, LWLock lock, Proc proc, int participant) {
        buffer = new UnsafeBuffer(address, TaskQueueLayout.LENGTH);
        this.lock = lock;
        this.proc = proc;
        this.participant = participant;
    }

    /** Takes the next task to do, or {@link #NONE}: then wait for a wake-up. */
    final long claim() {
        return claimBefore(Long.MAX_VALUE);
    }

    /** As {@link #claim}, of the tasks before {@code bound}. */
    final long claimBefore(long bound) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            if (stopped()) {
                return NONE;
            }
            long retired = buffer.getLong(RETIRED);
            long tasks = tasks();
            long end = Math.min(Math.min(tasks, Math.min(bound, buffer.getLong(LIMIT))), retired + buffer.getInt(AHEAD));
            long next = buffer.getLong(NEXT);
            if (buffer.getInt(REDO) > 0) {
                for (long k = retired; k < Math.min(tasks, retired + WINDOW); k++) {
                    if (buffer.getInt(task(k) + T_STATE) == AGAIN) {
                        if (k >= bound) {
                            return NONE;
                        }
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

    /** Reports a task of this process as DONE; its fields were set before. */
    final void complete(long k, long rows, long bytes) {
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
    final void limit(long k) {
        locked(() -> buffer.putLong(LIMIT, Math.min(buffer.getLong(LIMIT), k)));
    }

    /** Gives a task of this process back, for whoever claims it next: it failed here, or an earlier one comes first. */
    final void giveUp(long k) {
        buffer.putIntRelease(GAVE_UP, 1);
        locked(() -> {
            buffer.putInt(task(k) + T_STATE, AGAIN);
            buffer.putInt(REDO, buffer.getInt(REDO) + 1);
            buffer.putLong(LIMIT, Long.MAX_VALUE);
        });
        wakeLeader();
    }

    final boolean stopped() {
        return buffer.getIntVolatile(STOP) != 0;
    }

    final boolean isOpen() {
        return buffer.getIntVolatile(IS_OPEN) != 0;
    }

    final long retired() {
        return buffer.getLongVolatile(RETIRED);
    }

    /** Tasks there are by now. */
    final long tasks() {
        return buffer.getLongVolatile(TASKS);
    }

    final int owner(long k) {
        return buffer.getInt(task(k) + T_OWNER);
    }

    final long get(long k, int field) {
        return buffer.getLong(task(k) + field);
    }

    final void set(long k, int field, long value) {
        buffer.putLong(task(k) + field, value);
    }

    /**
     * COPY TO: notes a task's size, gives every task whose predecessors have theirs its output offset, and wakes the
     * owners. An offset is the one of the task before plus its size, so that a successor of a dead process computes the
     * same again.
     */
    final void size(long k, long bytes) {
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
    final long outputOffset(long k) {
        return buffer.getLongVolatile(task(k) + T_KNOWN);
    }

    /** Whether a task before {@code k} waits for somebody to do it again. A moment's view. */
    final boolean redoBefore(long k) {
        for (long i = retired(); i < k; i++) {
            if (buffer.getIntVolatile(task(i) + T_STATE) == AGAIN) {
                return true;
            }
        }
        return false;
    }

    /** Nothing of this COPY is touched by this process any more. */
    final void leave() {
        buffer.putLongVolatile(participantAt(participant) + P_EPOCH, 0);
        wakeLeader();
    }

    /** Wakes every participant that has joined. */
    final void wakeOthers() {
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
            proc.segment().latch(participantProc(index)).set();
        }
    }

    final void wakeLeader() {
        proc.segment().latch(buffer.getInt(LEADER_PROC)).set();
    }

    /** Proc number of a participant that has attached, -1 if it has not. */
    private int participantProc(int index) {
        int p = participantAt(index);
        return buffer.getLongVolatile(p + P_PID) == 0 ? -1 : (int) buffer.getLong(p + P_PROC);
    }

    final void locked(Runnable change) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            change.run();
        } finally {
            lock.release(proc);
        }
    }

    static int task(long k) {
        return TASKS_OFFSET + (int) (k % WINDOW) * TASK_LENGTH;
    }

    static int participantAt(int index) {
        return PARTICIPANTS_OFFSET + index * PARTICIPANT_LENGTH;
    }
}
