package dev.wharf.shmem.bgworker;

import java.nio.file.Path;
import java.util.List;

/**
 * A worker to launch.
 *
 * @param type its backend type
 * @param mainClass name of a {@link WorkerMain} on this process's class path
 * @param args handed to it as they are
 * @param extraJvmFlags come last, so they win over the launcher's
 * @param logFile its stderr is appended there; null to drop it
 */
public record WorkerSpec(String type, String mainClass, List<String> args, List<String> extraJvmFlags, Path logFile) {
    public WorkerSpec {
        args = List.copyOf(args);
        extraJvmFlags = List.copyOf(extraJvmFlags);
    }
}
