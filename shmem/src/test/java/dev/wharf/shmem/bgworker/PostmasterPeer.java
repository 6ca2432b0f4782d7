package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.os.ProcessSignal;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;

/** What the forked JVMs of these tests do. Arguments: command, segment file, and what the command needs. */
final class PostmasterPeer {
    private PostmasterPeer() {
    }

    public static void main(final String[] args) throws Exception {
        final Path file = Path.of(args[1]);
        final BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        final LaunchOptions options =
            new LaunchOptions("", List.of(), Supervised.QUICK, file.resolveSibling("log"), message -> { });
        final Segment segment = Segment.open(file, Supervised.request());
        switch (args[0]) {
            case "serve" -> serve(segment, options, Integer.parseInt(args[2]));
            case "signals" -> signals(segment, options, Integer.parseInt(args[2]));
            case "attach" -> {
                segment.attachProc("session");
                System.out.println("attached");
            }
            case "listen" -> listen(segment, Boolean.parseBoolean(args[2]));
            case "register" -> register(segment, options, Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
        input.readLine();
    }

    /** As a session: says what it is told, and leaves the segment if it is to. */
    private static void listen(final Segment segment, final boolean leaves) {
        final Proc proc = segment.attachProc("session");
        proc.interrupts().listen(interrupt -> {
            System.out.println(interrupt);
            if (leaves) {
                proc.close();
                segment.close();
            }
        });
        System.out.println("listening");
    }

    /** As the supervisor, with so many workers; says when they have all begun. */
    private static void serve(final Segment segment, final LaunchOptions options, final int workers) {
        final Postmaster postmaster = new Postmaster(workers, options, CrashPolicy.OWNER_DEATH);
        for (int i = 0; i < workers; i++) {
            postmaster.registerBackgroundWorker(new BackgroundWorker("static", WorkerSpi.Sleeper.class.getName()));
        }
        try {
            postmaster.start(segment);
        } catch (final ShmemException e) {
            System.out.println(e.sqlState() + " " + e.getMessage());
            System.exit(1);
        }
        final Proc proc = segment.attachProc("test");
        final long before = WorkerSpi.get(proc, WorkerSpi.READY);
        postmaster.advance(StartTime.RECOVERY_FINISHED);
        WorkerSpi.awaitReady(proc, before + workers);
        System.out.println("serving");
    }

    /** As {@link #serve}, with workers that end in good order if they may, until a signal ends it. */
    private static void signals(final Segment segment, final LaunchOptions options, final int workers) {
        final Postmaster postmaster = new Postmaster(workers, options, CrashPolicy.OWNER_DEATH);
        ProcessSignal.TERM.handleAlways(() -> postmaster.shutdown(ShutdownMode.SMART));
        ProcessSignal.INT.handleAlways(() -> postmaster.shutdown(ShutdownMode.FAST));
        ProcessSignal.letQuitKill();
        for (int i = 0; i < workers; i++) {
            postmaster.registerBackgroundWorker(new BackgroundWorker("static", WorkerSpi.Handler.class.getName()));
        }
        postmaster.start(segment);
        postmaster.advance(StartTime.RECOVERY_FINISHED);
        try (Proc proc = segment.attachProc("test")) {
            WorkerSpi.awaitReady(proc, workers);
        }
        System.out.println("serving");
        postmaster.awaitEnd();
        System.exit(0);
    }

    /** Registers so many, and says so. */
    private static void register(final Segment segment, final LaunchOptions options, final int workers) {
        final Proc proc = segment.attachProc("session");
        final BackgroundWorkers own = new BackgroundWorkers(segment, options);
        for (int i = 0; i < workers; i++) {
            System.out.println(own.registerDynamicBackgroundWorker(proc,
                new BackgroundWorker("dynamic", WorkerSpi.Sleeper.class.getName())).isPresent());
        }
    }
}
