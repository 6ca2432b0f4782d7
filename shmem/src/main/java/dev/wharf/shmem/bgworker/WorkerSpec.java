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
 * @param vectors whether it has the vector module. With an incubating module the JVM can take neither its modules nor linked
 *     classes nor lambdas from an AOT cache, so a worker that does not need it starts sooner without
 */
public record WorkerSpec(String type, String mainClass, List<String> args, List<String> extraJvmFlags, Path logFile,
                         boolean vectors) {
    public WorkerSpec {
        args = List.copyOf(args);
        extraJvmFlags = List.copyOf(extraJvmFlags);
    }

    /** With vectors. */
    public WorkerSpec(final String type, final String mainClass, final List<String> args, final List<String> extraJvmFlags,
                      final Path logFile) {
        this(type, mainClass, args, extraJvmFlags, logFile, true);
    }
}
