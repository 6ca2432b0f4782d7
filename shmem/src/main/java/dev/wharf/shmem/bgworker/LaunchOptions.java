package dev.wharf.shmem.bgworker;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a supervisor starts its workers.
 *
 * @param bootstrap name of a {@link BackgroundWorkerBootstrap} on the class path; empty for none
 * @param bootstrapArgs handed to it
 * @param jvmFlags of the workers' JVMs; they win over the launcher's own
 * @param logFile the workers' standard error is appended there; null to drop it
 * @param log is told what happens, mostly by the supervisor's thread; what it throws is dropped
 */
public record LaunchOptions(String bootstrap, List<String> bootstrapArgs, List<String> jvmFlags, Path logFile,
                            Consumer<PostmasterMessage> log) {
    public LaunchOptions {
        bootstrapArgs = List.copyOf(bootstrapArgs);
        jvmFlags = List.copyOf(jvmFlags);
    }

    /** Code from the class path. */
    public LaunchOptions(final Path logFile, final Consumer<PostmasterMessage> log) {
        this("", List.of(), List.of(), logFile, log);
    }

    /** A message more or less must not end a supervisor. */
    void say(final PostmasterMessage message) {
        try {
            log.accept(message);
        } catch (final RuntimeException e) {
            System.getLogger(LaunchOptions.class.getName()).log(System.Logger.Level.WARNING, message.message(), e);
        }
    }

    public LaunchOptions withBootstrap(final String className, final List<String> args) {
        return new LaunchOptions(className, args, jvmFlags, logFile, log);
    }

    public LaunchOptions withJvmFlags(final List<String> flags) {
        return new LaunchOptions(bootstrap, bootstrapArgs, flags, logFile, log);
    }
}
