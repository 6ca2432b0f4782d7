package dev.wharf.shmem.bgworker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A supervisor's worker: its slot, its process while it has one, and when it may be started. By the supervisor's thread alone.
 *
 * <p>One that keeps crashing soon after its start is started less and less often, whatever its interval: 100 ms after the second
 * time in a row, then twice as long each time, up to a minute.
 */
final class ChildWorker {
    private static final long FIRST_BACK_OFF = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_BACK_OFF = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_DOUBLINGS = 10;
    /** Who has run for longer has not crashed soon after its start. */
    private static final long LONG_RUN = TimeUnit.SECONDS.toNanos(30);

    final int slot;
    final long generation;
    final BackgroundWorker worker;
    /** Null while there is none. */
    private Worker process;
    private long pid;
    private boolean started;
    private boolean signalled;
    private long startedAt;
    private int crashesInARow;
    /** When it may be started; any time if there is no delay. */
    private long mayStartAt;
    private boolean delayed;

    ChildWorker(final int slot, final long generation, final BackgroundWorker worker) {
        this.slot = slot;
        this.generation = generation;
        this.worker = worker;
    }

    WorkerSpec spec(final LaunchOptions options) {
        final List<String> args = new ArrayList<>();
        args.add(Integer.toString(slot));
        args.add(Long.toString(generation));
        args.add(options.bootstrap());
        args.addAll(options.bootstrapArgs());
        return new WorkerSpec(worker.type(), BackgroundWorkerProcess.class.getName(), args, options.jvmFlags(),
            options.logFile(), vectors());
    }

    /** Those of the class path, and those that may run what sessions do, may need them. */
    private boolean vectors() {
        return worker.library().isEmpty() || worker.flags().contains(BackgroundWorker.Flag.BACKEND_DATABASE_CONNECTION);
    }

    void started(final Worker newProcess) {
        process = newProcess;
        pid = newProcess.pid();
        started = true;
        signalled = false;
        startedAt = System.nanoTime();
    }

    /** Also when it has ended, until that has been taken note of. */
    boolean isRunning() {
        return process != null;
    }

    boolean hasEnded() {
        return process != null && !process.isAlive();
    }

    /** Of the latest process. */
    long pid() {
        return pid;
    }

    ExitStatus takeExit() {
        final int code = process.onExit().join();
        process = null;
        return new ExitStatus(code);
    }

    void awaitEnd() {
        if (process != null) {
            process.onExit().join();
        }
    }

    /** Once: it may take its time. */
    void terminate() {
        if (process != null && !signalled) {
            signalled = true;
            process.terminate();
        }
    }

    void kill() {
        if (process != null) {
            process.kill();
        }
    }

    void restartLater() {
        final long now = System.nanoTime();
        crashesInARow = started && now - startedAt > LONG_RUN ? 0 : crashesInARow + 1;
        final long backOff = crashesInARow < 2 ? 0
            : Math.min(LONGEST_BACK_OFF, FIRST_BACK_OFF << Math.min(crashesInARow - 2, MOST_DOUBLINGS));
        mayStartAt = now + Math.max(TimeUnit.SECONDS.toNanos(Math.max(0, worker.restartTime())), backOff);
        delayed = true;
    }

    void restartNow() {
        crashesInARow = 0;
        delayed = false;
    }

    /** Until it may be started; 0 or less if it may now. */
    long nanosToStart(final long now) {
        return delayed ? mayStartAt - now : 0;
    }
}
