package dev.wharf.core;

import dev.wharf.core.activity.BackendStatus;
import dev.wharf.core.catalog.CatalogLocks;
import dev.wharf.core.copy.TaskQueues;
import dev.wharf.shmem.SegmentConfig;
import dev.wharf.shmem.ShmemRequest;
import java.util.ArrayList;
import java.util.List;

/** What the engine keeps in the segment: a sum over the packages that keep something there. */
public final class SegmentStructs {
    private static final int MAX_PROCS = 512;
    /** For what is made later by name. */
    private static final long SLACK = 4L << 20;

    private SegmentStructs() {
    }

    /** What a data directory's segment is created with, but for what extensions add. */
    public static ShmemRequest request(int maxWorkerProcesses) {
        ShmemRequest request = new ShmemRequest().maxProcs(MAX_PROCS).maxWorkerProcesses(maxWorkerProcesses)
                .requestAddinShmemSpace(TaskQueues.size(maxWorkerProcesses)
                        + BackendStatus.structSize(MAX_PROCS) + SLACK);
        List<SegmentConfig.Tranche> tranches = new ArrayList<>(CatalogLocks.tranches());
        tranches.add(TaskQueues.tranche());
        for (SegmentConfig.Tranche tranche : tranches) {
            request.requestNamedLWLockTranche(tranche.name(), tranche.locks(), tranche.ownerDeath(), tranche.algorithm());
        }
        return request;
    }
}
