package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A process's way to background workers: the postmaster's, if the segment has one, and else its own, which end with it.
 *
 * <p>Any thread may use it. To be closed before the segment is.
 */
public final class BackgroundWorkers implements AutoCloseable {
    private static final String BACKEND_TYPE = "worker supervisor";

    private final Segment segment;
    private final BackgroundWorkerArray array;
    private final LaunchOptions options;
    private Embedded embedded;

    /** @param options for workers of its own; a postmaster has its own options */
    public BackgroundWorkers(final Segment segment, final LaunchOptions options) {
        this.segment = segment;
        this.options = options;
        array = new BackgroundWorkerArray(segment);
    }

    /**
     * RegisterDynamicBackgroundWorker.
     *
     * @param proc the calling thread's
     * @return empty if there are as many as there may be, or the postmaster is shutting down
     * @throws ShmemException 22023 if something is wrong with it
     */
    public Optional<BackgroundWorkerHandle> registerDynamicBackgroundWorker(final Proc proc, final BackgroundWorker worker) {
        worker.sanityCheck();
        // Never in the lock: that starts a thread, which takes it
        Embedded own = array.supervisor() == null ? embedded() : null;
        for (;;) {
            final Embedded offered = own;
            final Optional<BackgroundWorkerHandle> handle = array.locked(proc, () -> register(worker, offered));
            if (handle != null) {
                handle.ifPresent(BackgroundWorkerHandle::wakeLauncher);
                return handle;
            }
            own = embedded();
        }
    }

    /** In the lock. Null if there is nobody to launch it: the postmaster has gone meanwhile. */
    private Optional<BackgroundWorkerHandle> register(final BackgroundWorker worker, final Embedded own) {
        final ProcessIdentity postmaster = array.supervisor();
        if (postmaster == null && own == null) {
            return null;
        }
        final int slot = postmaster == null ? array.take(worker, ProcessIdentity.current(), own.procNumber())
            : array.stage() == BackgroundWorkerArray.CLOSED ? BackgroundWorkerArray.NONE
            : array.take(worker, postmaster, array.supervisorProc());
        return slot == BackgroundWorkerArray.NONE ? Optional.empty()
            : Optional.of(new BackgroundWorkerHandle(segment, array, slot));
    }

    /** The live postmaster's pid, or 0. */
    public long postmasterPid() {
        return postmasterPid(array);
    }

    /** The live postmaster's pid of a segment, or 0. */
    public static long postmasterPid(final Segment segment) {
        return postmasterPid(new BackgroundWorkerArray(segment));
    }

    private static long postmasterPid(final BackgroundWorkerArray array) {
        final ProcessIdentity postmaster = array.supervisor();
        return postmaster == null ? 0 : postmaster.pid();
    }

    /** Whether the segment's postmaster lets new sessions in: to be asked once one has its proc. */
    public static Admission admission(final Segment segment) {
        return new BackgroundWorkerArray(segment).admission();
    }

    /** How many may be registered in a segment at once. */
    public static int maxWorkerProcesses(final Segment segment) {
        return new BackgroundWorkerArray(segment).slots();
    }

    /** All that are registered in the segment, by slot, as they are at this moment. */
    public List<BackgroundWorkerStatus> list() {
        return BackgroundWorkerStatus.list(array);
    }

    private synchronized Embedded embedded() {
        if (embedded == null || !embedded.thread.isAlive()) {
            embedded = new Embedded();
        }
        return embedded;
    }

    /** This process's own supervisor. */
    private final class Embedded {
        private final CompletableFuture<Integer> procNumber = new CompletableFuture<>();
        private final Thread thread = Thread.ofPlatform().daemon().name(BACKEND_TYPE).unstarted(this::supervise);
        private volatile WorkerSupervisor supervisor;

        Embedded() {
            thread.start();
            try {
                procNumber.join();
            } catch (final CompletionException e) {
                if (e.getCause() instanceof final RuntimeException cause) {
                    throw cause;
                }
                throw e;
            }
        }

        private void supervise() {
            try (Proc proc = segment.attachProc(BACKEND_TYPE)) {
                supervisor = new WorkerSupervisor(proc, array, options, CrashPolicy.OWNER_DEATH, null, null);
                supervisor.advance(StartTime.RECOVERY_FINISHED);
                procNumber.complete(proc.procNumber());
                try {
                    supervisor.run();
                } finally {
                    supervisor.killAll();
                    supervisor.forgetAll();
                }
            } catch (final RuntimeException | Error e) {
                if (!procNumber.completeExceptionally(e)) {
                    throw e;
                }
            }
        }

        int procNumber() {
            return procNumber.join();
        }

        void close() {
            supervisor.shutdown(ShutdownMode.IMMEDIATE);
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (final InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends this process's own workers, and waits for them; the postmaster's stay. */
    @Override
    public synchronized void close() {
        if (embedded != null) {
            embedded.close();
            embedded = null;
        }
    }
}
