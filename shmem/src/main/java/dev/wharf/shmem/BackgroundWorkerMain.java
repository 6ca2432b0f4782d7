package dev.wharf.shmem;

import dev.wharf.shmem.os.ProcessDeath;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;

/**
 * The main class of a worker's JVM. {@link WorkerLauncher} passes: segment file, its generation, the supervisor's pid and
 * start time, the worker's type, the {@link BackgroundWorker} class, then the worker's own arguments.
 */
public final class BackgroundWorkerMain {
    private static final int EXIT_DONE = 0;
    private static final int EXIT_ERROR = 1;
    private static final int OWN_ARGS = 6;

    private BackgroundWorkerMain() {
    }

    public static void main(final String[] args) {
        int exitCode = EXIT_ERROR;
        try {
            final Path file = Path.of(args[0]);
            final long generation = Long.parseLong(args[1]);
            final ProcessIdentity supervisor =
                new ProcessIdentity(Long.parseLong(args[2]), Long.parseLong(args[3]));
            // Before all else: a worker whose supervisor is dead must not take part in what comes after it
            if (!supervisor.isAlive()) {
                System.exit(EXIT_ERROR);
            }
            ProcessDeath.watch(supervisor.pid(), supervisor.startTime(), () -> Runtime.getRuntime().halt(EXIT_ERROR));
            final Segment segment = Segment.attach(file);
            if (segment.generation() == generation) {
                try (Proc proc = segment.attachProc(args[4])) {
                    final BackgroundWorker worker =
                        (BackgroundWorker)Class.forName(args[5]).getConstructor().newInstance();
                    worker.run(new WorkerContext(segment, proc, supervisor.pid(),
                        List.of(args).subList(OWN_ARGS, args.length)));
                }
            }
            exitCode = EXIT_DONE;
        } catch (final Throwable e) {
            e.printStackTrace();
        }
        System.exit(exitCode);
    }
}
