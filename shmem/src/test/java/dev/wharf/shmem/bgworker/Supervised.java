package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.LWLockAlgorithm;
import dev.wharf.shmem.ShmemRequest;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A segment, a supervisor for it in this process, and a session of this process beside it. */
final class Supervised implements AutoCloseable {
    static final int MAX_WORKERS = 4;
    static final long PID = ProcessHandle.current().pid();
    static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1");

    final Path file;
    final Path logFile;
    final MessageLog messages = new MessageLog();
    final Segment segment;
    final Proc proc;
    final Postmaster postmaster;
    final BackgroundWorkers workers;

    Supervised(final Path directory, final CrashPolicy policy) {
        this(directory, policy, new LaunchOptions("", List.of(), QUICK, directory.resolve("log"), message -> { }));
    }

    Supervised(final Path directory, final CrashPolicy policy, final LaunchOptions options) {
        file = directory.resolve("segment");
        logFile = directory.resolve("log");
        segment = Segment.open(file, request());
        proc = segment.attachProc("test");
        final LaunchOptions logging = new LaunchOptions(options.bootstrap(), options.bootstrapArgs(), options.jvmFlags(),
            options.logFile(), messages);
        postmaster = new Postmaster(MAX_WORKERS, logging, policy);
        workers = new BackgroundWorkers(segment, logging);
    }

    static ShmemRequest request() {
        return new ShmemRequest().maxWorkerProcesses(MAX_WORKERS)
            .requestNamedLWLockTranche("Safe", 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.DEFAULT)
            .requestNamedLWLockTranche("Fragile", 1);
    }

    /** Up to the last stage. */
    Supervised start() {
        postmaster.start(segment);
        postmaster.advance(StartTime.RECOVERY_FINISHED);
        return this;
    }

    static BackgroundWorker worker(final String name, final Class<? extends BackgroundWorkerMain> main) {
        return new BackgroundWorker(name, main.getName()).withNotifyPid(PID);
    }

    BackgroundWorkerHandle register(final BackgroundWorker worker) {
        return workers.registerDynamicBackgroundWorker(proc, worker).orElseThrow();
    }

    /** Registers it, and waits until it has begun, as the {@code n}-th of all. */
    BackgroundWorkerHandle begin(final BackgroundWorker worker, final int n) {
        final BackgroundWorkerHandle handle = register(worker);
        WorkerSpi.awaitReady(proc, n);
        return handle;
    }

    void awaitEnd(final ShutdownMode mode) {
        postmaster.shutdown(mode);
        postmaster.awaitEnd();
    }

    void awaitNoneRegistered() {
        WorkerSpi.await(proc, () -> workers.list().isEmpty());
    }

    String log() throws IOException {
        return Files.exists(logFile) ? Files.readString(logFile) : "";
    }

    List<Long> processes() {
        return processes(file);
    }

    /** The workers' JVMs of a segment, by the operating system's list of processes. */
    static List<Long> processes(final Path file) {
        final List<Long> pids = new ArrayList<>();
        for (final String pid : Path.of("/proc").toFile().list((_, name) -> name.matches("\\d+"))) {
            try {
                final String command = Files.readString(Path.of("/proc", pid, "cmdline"));
                if (command.contains(WorkerProcess.class.getName() + "\0" + file)) {
                    pids.add(Long.parseLong(pid));
                }
            } catch (final IOException _) {
                // Gone, or not ours
            }
        }
        return pids;
    }

    @Override
    public void close() {
        workers.close();
        postmaster.close();
        proc.close();
        segment.close();
    }
}
