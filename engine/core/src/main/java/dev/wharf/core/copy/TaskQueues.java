package dev.wharf.core.copy;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import dev.wharf.shmem.os.ProcessIdentity;

/**
 * The struct "Parallel COPY": a task queue for each process that leads parallel COPYs; and beside it "Parallel COPY Workers".
 */
public final class TaskQueues {
    /** Processes that may lead parallel COPYs at once. */
    private static final int SLOTS = TaskQueueLayout.SLOTS;

    static final String STRUCT = "Parallel COPY";
    private static final String TRANCHE = "ParallelCopy";

    private final long address;
    /** One a slot, and the last for handing out the slots, and the workers. */
    private final LWLock[] locks = new LWLock[SLOTS + 1];
    private final Proc proc;
    private final ParallelWorkers workers;

    /**
     * Finds them, or makes them.
     *
     * @param segment created with {@link #tranche} and {@link #structSize}
     * @param proc    who will use them
     * @throws dev.wharf.shmem.ShmemException 53200 if the segment has no room for them
     */
    public TaskQueues(Segment segment, Proc proc) {
        this.proc = proc;
        for (int i = 0; i < locks.length; i++) {
            locks[i] = segment.lwLock(TRANCHE, i);
        }
        address = segment.shmemInitStruct(proc, STRUCT, structSize()).address();
        int maxWorkers = BackgroundWorkers.maxWorkerProcesses(segment);
        workers = new ParallelWorkers(segment.buffer(segment.shmemInitStruct(proc, ParallelWorkers.STRUCT,
                ParallelWorkers.structSize(maxWorkers))), locks[SLOTS], proc);
    }

    /** CONSISTENT: a queue changes store by store, so that a successor goes on from any of them. */
    public static SegmentConfig.Tranche tranche() {
        return new SegmentConfig.Tranche(TRANCHE, SLOTS + 1, SegmentConfig.OwnerDeath.CONSISTENT);
    }

    public static long structSize() {
        return (long) SLOTS * TaskQueueLayout.LENGTH;
    }

    /** Of all structs. */
    public static long size(int maxWorkerProcesses) {
        return structSize() + ParallelWorkers.structSize(maxWorkerProcesses);
    }

    ParallelWorkers workers() {
        return workers;
    }

    /** By the postmaster: after how many milliseconds its idle workers end; 0 for never. */
    public void setWorkerIdleTimeout(int millis) {
        workers.setIdleTimeout(millis);
    }

    /**
     * Takes a slot for this process, until it gives it back or dies.
     *
     * @throws PgError 53400 if other processes have all of them
     */
    int take() {
        LWLock handOut = locks[SLOTS];
        handOut.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            for (int attempt = 0; attempt < 2; attempt++) {
                for (int i = 0; i < SLOTS; i++) {
                    if (leader(i).take(ProcessIdentity.current())) {
                        return i;
                    }
                }
                // A process that died may have left a slot's lock held.
                proc.segment().reapDeadProcs();
            }
        } finally {
            handOut.release(proc);
        }
        throw new PgError(SqlState.CONFIGURATION_LIMIT_EXCEEDED, "too many COPYs at once in this data directory")
                .withDetail("At most " + SLOTS + " processes can run COPY at a time.")
                .withHint("Try again when one of them has ended.");
    }

    /** The queue as its leader has it. */
    LeaderTaskQueue leader(int slot) {
        return new LeaderTaskQueue(address(slot), locks[slot], proc);
    }

    /** The queue as a worker has it. @param participant the worker's index, from 1 on */
    WorkerTaskQueue worker(int slot, int participant) {
        return new WorkerTaskQueue(address(slot), locks[slot], proc, participant);
    }

    private long address(int slot) {
        return address + (long) slot * TaskQueueLayout.LENGTH;
    }
}
