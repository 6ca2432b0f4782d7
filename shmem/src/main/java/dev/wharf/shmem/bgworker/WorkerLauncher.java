package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Starts workers: JVMs like this one, small, attached to the same segment. */
public final class WorkerLauncher {
    /** System property: an archive of classes for workers that have the vector module; not used if there is no such file. */
    public static final String CLASS_ARCHIVE_PROPERTY = "wharf.class.archive";
    /** An AOT cache for those that do not, in the same way. */
    public static final String AOT_CACHE_PROPERTY = "wharf.aot.cache";

    private static final List<String> JVM_FLAGS = List.of(
        "--enable-native-access=ALL-UNNAMED",
        "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
        "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xms16m", "-Xmx128m");

    private static final List<String> VECTOR_FLAGS = List.of("--add-modules", "jdk.incubator.vector");

    /** A process that nothing refers to would have its pipe closed. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    private WorkerLauncher() {
    }

    /**
     * Starts a worker, and does not wait for it. It ends when this process does.
     *
     * @throws ShmemException if no process could be started
     */
    public static Worker launch(final Segment segment, final WorkerSpec spec) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        if (spec.vectors()) {
            command.addAll(VECTOR_FLAGS);
        }
        final String classes = System.getProperty(spec.vectors() ? CLASS_ARCHIVE_PROPERTY : AOT_CACHE_PROPERTY);
        if (classes != null && Files.isRegularFile(Path.of(classes))) {
            command.add((spec.vectors() ? "-XX:SharedArchiveFile=" : "-XX:AOTCache=") + classes);
        }
        command.addAll(spec.extraJvmFlags());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(WorkerProcess.class.getName());
        command.add(segment.file().toString());
        command.add(Long.toString(segment.generation()));
        command.add(Long.toString(ProcessIdentity.current().pid()));
        command.add(Long.toString(ProcessIdentity.current().startTime()));
        command.add(spec.type());
        command.add(spec.mainClass());
        command.addAll(spec.args());
        // The JVM announces the vector module on its output, which may not be the user's terminal. Its input is a pipe, for its
        // end alone: that tells a worker that this process is dead.
        final ProcessBuilder builder = new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(spec.logFile() == null ? ProcessBuilder.Redirect.DISCARD
                : ProcessBuilder.Redirect.appendTo(spec.logFile().toFile()));
        // The flags are all on the command line: these would change them, and be announced
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        try {
            final Process process = builder.start();
            RUNNING.add(process);
            process.onExit().thenAccept(RUNNING::remove);
            return new Worker(process);
        } catch (final IOException e) {
            throw new ShmemException(ShmemException.IO_ERROR,
                "could not start a " + spec.type() + " process: " + e.getMessage(), e);
        }
    }
}
