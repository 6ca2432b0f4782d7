package dev.wharf.core.copy;

import static dev.wharf.core.copy.TaskQueueLayout.EPOCH;
import static dev.wharf.core.copy.TaskQueueLayout.IS_OPEN;
import static dev.wharf.core.copy.TaskQueueLayout.JOB_LENGTH_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.JOB_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_PID;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_START_TIME;
import static dev.wharf.core.copy.TaskQueueLayout.P_EPOCH;
import static dev.wharf.core.copy.TaskQueueLayout.P_PID;
import static dev.wharf.core.copy.TaskQueueLayout.P_PROC;
import static dev.wharf.core.copy.TaskQueueLayout.P_START_TIME;
import static dev.wharf.core.copy.TaskQueueLayout.WORKERS;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.function.BooleanSupplier;

/** A worker's side of a {@link TaskQueue}: makes itself known to its leader, and joins each COPY once. */
final class WorkerTaskQueue extends TaskQueue {
    /** @param participant the worker's index, from 1 on */
    WorkerTaskQueue(long address, LWLock lock, Proc proc, int participant) {
        super(address, lock, proc, participant);
    }

    /** Whether that COPY of that leader goes on: without the lock, a moment's view. */
    boolean isOpen(ProcessIdentity leader, long epoch) {
        return isOpen() && epoch() == epoch && isLedBy(leader);
    }

    private boolean isLedBy(ProcessIdentity leader) {
        return buffer.getLongVolatile(LEADER_PID) == leader.pid() && buffer.getLong(LEADER_START_TIME) == leader.startTime();
    }

    /**
     * Makes this worker known to its leader; false if the slot has another leader by now.
     *
     * @param stillLent looked at under the lock, under which a leader dismisses its workers when it has given them back
     */
    boolean attach(ProcessIdentity leader, BooleanSupplier stillLent) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            if (!isLedBy(leader) || !stillLent.getAsBoolean()) {
                return false;
            }
            ProcessIdentity self = ProcessIdentity.current();
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

    /** This worker has been given back. Its leader sees to it as well, but may have died before. */
    void detach() {
        locked(() -> {
            if (isAttached()) {
                buffer.putLongRelease(participantAt(participant) + P_PID, 0);
            }
        });
    }

    private boolean isAttached() {
        int p = participantAt(participant);
        ProcessIdentity self = ProcessIdentity.current();
        return buffer.getLong(p + P_PID) == self.pid() && buffer.getLong(p + P_START_TIME) == self.startTime();
    }

    /** The job of a COPY that is open and later than {@code after}, which this process has then joined; or null. */
    CopyJob joinNext(long after) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            if (!isAttached() || buffer.getInt(IS_OPEN) == 0
                    || buffer.getLong(EPOCH) <= after || participant > buffer.getInt(WORKERS)) {
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
