package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.List;

/**
 * What a worker starts with.
 *
 * @param proc of the thread that runs it
 * @param supervisor the process that launched it; this one ends at once when that one does
 * @param args as in {@link WorkerSpec}
 * @param startNanos {@link System#nanoTime}, which all processes share, as its JVM ran the first line of Java
 * @param attachedNanos the same, as it had attached
 */
public record WorkerContext(Segment segment, Proc proc, ProcessIdentity supervisor, List<String> args, long startNanos,
                            long attachedNanos) {
    public WorkerContext {
        args = List.copyOf(args);
    }

    public long supervisorPid() {
        return supervisor.pid();
    }
}
