package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.os.ProcessDeath;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * The main class of a worker's JVM. {@link WorkerLauncher} passes: segment file, its generation, the supervisor's pid and
 * start time, the worker's type, the {@link WorkerMain} class, then the worker's own arguments.
 */
public final class WorkerProcess {
    private static final int EXIT_DONE = 0;
    private static final int EXIT_ERROR = 1;
    private static final int OWN_ARGS = 6;
    private static final AtomicBoolean ENDING = new AtomicBoolean();

    private WorkerProcess() {
    }

    public static void main(final String[] args) {
        final long startNanos = System.nanoTime();
        try {
            final Path file = Path.of(args[0]);
            final long generation = Long.parseLong(args[1]);
            final ProcessIdentity supervisor =
                new ProcessIdentity(Long.parseLong(args[2]), Long.parseLong(args[3]));
            // Before all else: a worker whose supervisor is dead must not take part in what comes after it
            if (!supervisor.isAlive()) {
                System.exit(EXIT_ERROR);
            }
            ProcessDeath.watch(supervisor, new FileInputStream(FileDescriptor.in), () -> Runtime.getRuntime().halt(EXIT_ERROR));
            System.setIn(InputStream.nullInputStream());
            final Segment segment = Segment.attach(file);
            if (segment.generation() == generation) {
                try (Proc proc = segment.attachProc(args[4])) {
                    instance(args[5], WorkerMain.class).run(new WorkerContext(segment, proc, supervisor,
                        List.of(args).subList(OWN_ARGS, args.length), startNanos, System.nanoTime()));
                }
            }
            System.exit(EXIT_DONE);
        } catch (final Throwable e) {
            end(e);
        }
    }

    /** Ends the process as that exception in its main thread would. By any thread; the first one's reason is told. */
    static void end(final Throwable e) {
        if (!ENDING.getAndSet(true)) {
            e.printStackTrace();
        }
        System.exit(EXIT_ERROR);
    }

    /** Ends the process at once when that one does, if {@code asked} is true then. */
    static void endWith(final ProcessIdentity process, final BooleanSupplier asked, final Runnable otherwise) {
        ProcessDeath.watch(process.pid(), process.startTime(), () -> {
            if (asked.getAsBoolean()) {
                Runtime.getRuntime().halt(EXIT_DONE);
            }
            otherwise.run();
        });
    }

    static <T> T instance(final String className, final Class<T> type) throws ReflectiveOperationException {
        return type.cast(Class.forName(className).getConstructor().newInstance());
    }
}
