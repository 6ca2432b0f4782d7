package dev.wharf.cli;

import dev.wharf.core.copy.StatProgressCopy;
import dev.wharf.core.views.PgStatActivity;
import dev.wharf.shmem.CounterStatus;
import dev.wharf.shmem.DsmAllocation;
import dev.wharf.shmem.LWLockStatus;
import dev.wharf.shmem.ProcStatus;
import dev.wharf.shmem.SegmentHeader;
import dev.wharf.shmem.SegmentReader;
import dev.wharf.shmem.ShmemAllocation;
import java.util.List;
import java.util.Map;

/** All that {@code wharf stat} shows of a segment, read once. */
record StatSnapshot(SegmentHeader header, boolean live, List<Long> attachedPids, boolean supervisorAlive, List<ProcStatus> procs,
                    List<LWLockStatus> locks, List<ShmemAllocation> allocations, List<DsmAllocation> dsmAllocations,
                    List<CounterStatus> counters, List<StatProgressCopy> copies, List<Map<String, Object>> activity) {
    /** @param all also the locks that nobody has to do with */
    static StatSnapshot of(SegmentReader reader, boolean all) {
        List<ProcStatus> procs = reader.procs();
        SegmentHeader header = reader.header();
        return new StatSnapshot(header, reader.isLive(), reader.attachedPids(),
                header.isOfThisBoot() && header.supervisor().isAlive(), procs, reader.locks(procs, all), reader.allocations(),
                reader.dsmAllocations(), reader.counters(), StatProgressCopy.list(reader),
                StatTable.objects(new PgStatActivity(), reader));
    }
}
