package dev.wharf.shmem;

import java.util.List;

/**
 * What a worker starts with.
 *
 * @param proc of the thread that runs it
 * @param supervisorPid the process that launched it; this one ends at once when that one does
 * @param args as in {@link WorkerSpec}
 */
public record WorkerContext(Segment segment, Proc proc, long supervisorPid, List<String> args) {
    public WorkerContext {
        args = List.copyOf(args);
    }
}
