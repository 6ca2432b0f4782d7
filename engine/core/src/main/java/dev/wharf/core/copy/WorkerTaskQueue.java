package dev.wharf.core.copy;

import static dev.wharf.core.copy.TaskQueueLayout.EPOCH;
import static dev.wharf.core.copy.TaskQueueLayout.IS_OPEN;
import static dev.wharf.core.copy.TaskQueueLayout.JOB_LENGTH_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.JOB_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_PID;
import static dev.wharf.core.copy.TaskQueueLayout.P_EPOCH;
import static dev.wharf.core.copy.TaskQueueLayout.P_PID;
import static dev.wharf.core.copy.TaskQueueLayout.P_PROC;
import static dev.wharf.core.copy.TaskQueueLayout.P_START_TIME;
import static dev.wharf.core.copy.TaskQueueLayout.WORKERS;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.os.ProcessIdentity;

/** A worker's side of a {@link TaskQueue}: makes itself known to its leader, and joins each COPY once. */
final class WorkerTaskQueue extends TaskQueue {
    /** @param participant the worker's index, from 1 on */
    WorkerTaskQueue(long address, LWLock lock, Proc proc, int participant) {
        super(address, lock, proc, participant);
    }

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

    long epoch() {
        return buffer.getLong(EPOCH);
    }
}
