package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.FailPoint;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The supervisor of a segment's background workers, for all processes that are attached: there is one at a time.
 *
 * <p>Its owner makes one, registers the static workers and the shared memory start-up callbacks, opens the segment, calls
 * {@link #start}, and {@link #advance} as it comes to the next stage; at the end {@link #shutdown} and {@link #awaitEnd}. All of
 * it is done by a thread of its own.
 *
 * <p>If its process dies, its workers end by themselves, at once, and the next one to start frees their slots.
 *
 * <p>Any thread may use it once it is started; before that, one.
 */
public final class Postmaster implements AutoCloseable {
    private static final String BACKEND_TYPE = "postmaster";
    /** So long a worker of a dead supervisor may take to notice. */
    private static final long ORPHAN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final int maxWorkerProcesses;
    private final LaunchOptions options;
    private final CrashPolicy crashPolicy;
    private final List<BackgroundWorker> registered = new ArrayList<>();
    private final List<ShmemStartUp> startUps = new ArrayList<>();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private Consumer<Proc> restart = _ -> { };
    private Runnable restarted = () -> { };
    private Thread thread;
    private BackgroundWorkerArray array;
    private volatile WorkerSupervisor supervisor;
    private boolean closed;

    /** Fills shared memory: when the supervisor starts, and again after a crash under {@link CrashPolicy#RESTART_ALL}. */
    @FunctionalInterface
    public interface ShmemStartUp {
        void run(Segment segment, Proc proc);
    }

    /** @param maxWorkerProcesses what the segment is to be opened with: how many workers may be registered */
    public Postmaster(final int maxWorkerProcesses, final LaunchOptions options, final CrashPolicy crashPolicy) {
        this.maxWorkerProcesses = maxWorkerProcesses;
        this.options = options;
        this.crashPolicy = crashPolicy;
    }

    /**
     * RegisterBackgroundWorker. What is wrong with it is logged, and it is not registered then.
     *
     * @return whether it is
     * @throws ShmemException once the supervisor is started
     */
    public boolean registerBackgroundWorker(final BackgroundWorker worker) {
        if (thread != null) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR,
                "cannot register background worker \"" + worker.name() + "\" after shmem init");
        }
        try {
            worker.sanityCheck();
            if (worker.notifyPid() != 0) {
                throw new ShmemException(ShmemException.FEATURE_NOT_SUPPORTED, "background worker \"" + worker.name()
                    + "\": only dynamic background workers can request notification");
            }
        } catch (final ShmemException e) {
            say(PostmasterMessage.log(e));
            return false;
        }
        if (registered.size() >= maxWorkerProcesses) {
            tooMany(maxWorkerProcesses);
            return false;
        }
        registered.add(worker);
        return true;
    }

    private void tooMany(final int most) {
        say(new PostmasterMessage(PostmasterMessage.Level.LOG, ShmemException.CONFIGURATION_LIMIT_EXCEEDED,
            "too many background workers", "Up to " + most + " background worker" + (most == 1 ? "" : "s")
                + " can be registered with the current settings.",
            "Consider increasing the configuration parameter \"max_worker_processes\"."));
    }

    /** Before {@link #start}: PostgreSQL's shmem_startup_hook. */
    public void onShmemStartUp(final ShmemStartUp startUp) {
        startUps.add(startUp);
    }

    /**
     * Before {@link #start}: what is done after a crash under {@link CrashPolicy#RESTART_ALL}, by the supervisor's thread.
     *
     * @param making runs before the shared memory start-up callbacks: nobody else is attached then
     * @param ready  runs once sessions may come in again
     */
    public void onRestart(final Consumer<Proc> making, final Runnable ready) {
        restart = making;
        restarted = ready;
    }

    /**
     * Takes the role, frees what an earlier supervisor has left, runs the callbacks, and starts the workers of
     * {@link StartTime#POSTMASTER_START}. Returns once that is under way.
     *
     * @throws ShmemException if the segment has a supervisor: names its pid
     */
    public void start(final Segment segment) {
        if (thread != null) {
            throw new IllegalStateException("it is started already");
        }
        thread = Thread.ofPlatform().name(BACKEND_TYPE).unstarted(() -> supervise(segment));
        thread.start();
        try {
            started.join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof final RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void supervise(final Segment segment) {
        try {
            try (Proc proc = segment.attachProc(BACKEND_TYPE)) {
                array = new BackgroundWorkerArray(segment);
                takeRole(segment, proc);
                superviseInRole(proc);
            }
            ended.complete(null);
        } catch (final RuntimeException | Error e) {
            started.completeExceptionally(e);
            ended.completeExceptionally(e);
        }
    }

    private void superviseInRole(final Proc proc) {
        try {
            run(proc);
        } finally {
            // From here on others launch their workers themselves
            array.locked(proc, () -> {
                array.setSupervisor(null, 0);
                return null;
            });
            supervisor.forgetAll();
        }
    }

    private void run(final Proc proc) {
        boolean done = false;
        try {
            recover(proc);
            reinitialize(proc);
            registered.forEach(worker -> registerStatic(proc, worker));
            advance(StartTime.POSTMASTER_START);
            started.complete(null);
            supervisor.run();
            done = true;
        } finally {
            closeToNew();
            if (!done) {
                supervisor.killAll();
            }
        }
    }

    private void takeRole(final Segment segment, final Proc proc) {
        array.locked(proc, () -> {
            final ProcessIdentity other = array.supervisor();
            if (other != null) {
                throw new ShmemException(ShmemException.LOCK_FILE_EXISTS,
                    "another postmaster (PID " + other.pid() + ") is running on segment \"" + segment.file() + "\"");
            }
            supervisor = new WorkerSupervisor(proc, array, options, crashPolicy, new Restart(proc), new Sessions(segment));
            array.setSupervisor(ProcessIdentity.current(), proc.procNumber());
            return null;
        });
    }

    private final class Restart implements WorkerSupervisor.Restart {
        private final Proc proc;

        Restart(final Proc proc) {
            this.proc = proc;
        }

        @Override
        public void reinitialize() {
            restart.accept(proc);
            Postmaster.this.reinitialize(proc);
        }

        @Override
        public void ready() {
            restarted.run();
        }
    }

    /** Waits until no worker of a dead supervisor is left, and frees their slots. */
    private void recover(final Proc proc) {
        for (int slot = 0; slot < array.slots(); slot++) {
            final ProcessIdentity worker = array.worker(slot);
            if (array.isInUse(slot) && !array.launcher(slot).isAlive() && worker != null) {
                endOrphan(worker);
            }
        }
        FailPoint.WORKER_SLOTS_RECOVERED.reach();
        proc.segment().reapDeadProcs();
        array.locked(proc, array::reclaim);
    }

    private static void endOrphan(final ProcessIdentity worker) {
        final long patience = System.nanoTime() + ORPHAN_NANOS;
        while (worker.isAlive()) {
            if (System.nanoTime() - patience >= 0) {
                // Stopped, most likely
                ProcessHandle.of(worker.pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void reinitialize(final Proc proc) {
        startUps.forEach(startUp -> startUp.run(proc.segment(), proc));
    }

    private void registerStatic(final Proc proc, final BackgroundWorker worker) {
        final int slot = array.locked(proc, () -> array.take(worker, ProcessIdentity.current(), proc.procNumber()));
        if (slot == BackgroundWorkerArray.NONE) {
            tooMany(array.slots());
        }
    }

    /** Workers of that start time may run from now on; those of earlier ones may too. There is no way back. */
    public synchronized void advance(final StartTime time) {
        final int stage = time.ordinal() + 1;
        final WorkerSupervisor running = running();
        if (!closed && stage > array.stage()) {
            array.setStage(stage);
            running.advance(time);
        }
    }

    /** No new workers from now on. */
    private synchronized void closeToNew() {
        closed = true;
        array.setStage(BackgroundWorkerArray.CLOSED);
    }

    /**
     * Begins to end. May be called again, with a quicker mode.
     *
     * @see #awaitEnd
     */
    public synchronized void shutdown(final ShutdownMode mode) {
        if (!running().isNews(mode)) {
            return;
        }
        say(PostmasterMessage.log(switch (mode) {
            case SMART -> "received smart shutdown request";
            case FAST -> "received fast shutdown request";
            case IMMEDIATE -> "received immediate shutdown request";
        }));
        running().shutdown(mode);
    }

    /** Tells workers and sessions that the configuration file has changed: PostgreSQL's answer to SIGHUP. By any thread. */
    public void reload() {
        running().reload();
    }

    private WorkerSupervisor running() {
        final WorkerSupervisor running = supervisor;
        if (running == null) {
            throw new IllegalStateException("it is not started");
        }
        return running;
    }

    /**
     * Waits until all workers have ended, and the role is given back.
     *
     * @throws RuntimeException what it ended of, if not of {@link #shutdown}
     */
    public void awaitEnd() {
        try {
            ended.join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof final RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** False before the start and after the end. */
    public boolean isRunning() {
        return supervisor != null && !ended.isDone();
    }

    /** Kills the workers, if it has not ended yet, and waits for it. Sessions go on without it. */
    @Override
    public void close() {
        if (isRunning()) {
            running().abandon();
        }
        if (thread != null) {
            ended.exceptionally(_ -> null).join();
        }
    }

    private void say(final PostmasterMessage message) {
        options.say(message);
    }
}
