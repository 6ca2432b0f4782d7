package dev.wharf.core;

import dev.wharf.core.copy.TaskQueues;
import dev.wharf.core.error.PgError;
import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig;
import java.util.List;

/** What the engine keeps in the segment, and under which locks. */
public final class SegmentStructs {
    private static final String CATALOG = "Catalog";
    private static final String RELATION = "Relation";
    private static final String MANIFEST = "Manifest";
    private static final String PARALLEL_COPY = "ParallelCopy";
    private static final int RELATION_LOCKS = 1024;
    private static final int MANIFEST_LOCKS = 64;
    private static final int MAX_PROCS = 512;

    private final Segment segment;

    private SegmentStructs(Segment segment) {
        this.segment = segment;
    }

    /**
     * What a data directory's segment is created with. All tranches are CONSISTENT: what they guard is replaced by a rename, or
     * changes store by store so that a successor goes on from any of them.
     */
    public static SegmentConfig config() {
        return new SegmentConfig(TaskQueues.structSize() + (4L << 20), List.of(
                consistent(CATALOG, 1), consistent(RELATION, RELATION_LOCKS), consistent(MANIFEST, MANIFEST_LOCKS),
                consistent(PARALLEL_COPY, TaskQueues.SLOTS + 1)), MAX_PROCS);
    }

    private static SegmentConfig.Tranche consistent(String name, int locks) {
        return new SegmentConfig.Tranche(name, locks, SegmentConfig.OwnerDeath.CONSISTENT);
    }

    public static SegmentStructs of(Segment segment) {
        return new SegmentStructs(segment);
    }

    /** Guards the catalog file. */
    public LWLock catalogLock() {
        return segment.lwLock(CATALOG, 0);
    }

    /**
     * Held shared by a COPY of the table, exclusive by DROP and TRUNCATE. Tables whose numbers are {@value #RELATION_LOCKS}
     * apart share one: they may wait for each other, no more.
     */
    public LWLock relationLock(int oid) {
        return segment.lwLock(RELATION, oid & RELATION_LOCKS - 1);
    }

    /** Guards a table's manifest while it is read and replaced. */
    public LWLock manifestLock(int oid) {
        return segment.lwLock(MANIFEST, oid & MANIFEST_LOCKS - 1);
    }

    /**
     * The queues of parallel COPYs.
     *
     * @throws PgError 53200 if the segment has no room for them
     */
    public TaskQueues taskQueues(Proc proc) {
        LWLock[] locks = new LWLock[TaskQueues.SLOTS + 1];
        for (int i = 0; i < locks.length; i++) {
            locks[i] = segment.lwLock(PARALLEL_COPY, i);
        }
        return new TaskQueues(segment.shmemInitStruct(proc, "Parallel COPY", TaskQueues.structSize()).address(), locks, proc);
    }
}
