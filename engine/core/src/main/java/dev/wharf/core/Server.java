package dev.wharf.core;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.copy.TaskQueues;
import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.guc.ServerParameters;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import dev.wharf.shmem.bgworker.CrashPolicy;
import dev.wharf.shmem.bgworker.Postmaster;
import dev.wharf.shmem.bgworker.ShutdownMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A data directory's postmaster: it starts what the libraries have registered, and parallel COPY's workers, which all sessions
 * share and which it keeps warm. Sessions are processes of their own, which open the data directory as ever; they need no
 * postmaster, go on if it dies, and end with it if it shuts down.
 *
 * <pre>
 *   settings, libraries, shared memory ─► the role, postmaster.pid ─► PostmasterStart ─► recovery ─► ConsistentState,
 *   RecoveryFinished ─► ready ─► shutdown: smart waits for sessions, fast ends them, and then the workers, immediate all at once
 * </pre>
 *
 * <p>A connection's port would be opened when it is ready, and closed as the shutdown begins.
 *
 * <p>One thread makes it, starts it and waits for its end; any thread may call {@link #shutdown} and {@link #reload}.
 */
public final class Server implements AutoCloseable {
    private final Path path;
    private final String version;
    private ServerParameters parameters;
    private DataDirectory directory;
    private TaskQueues queues;
    private Postmaster postmaster;
    private PostmasterPidFile pidFile;
    private ControlFile controlFile;
    private ServerLog log;
    /** What has been asked for while there was no postmaster yet. */
    private ShutdownMode early;
    private boolean immediate;
    private boolean stopping;

    /** @param version what runs, for the log */
    public Server(Path path, String version) {
        this.path = path;
        this.version = version;
    }

    /**
     * Returns when it is ready.
     *
     * @throws PgError F0001 if the directory has a postmaster, which it names; else as {@link DataDirectory#open}
     */
    public void start() throws IOException {
        DataDirectory opened = DataDirectory.open(path, "startup", this::load, this::supervise);
        synchronized (this) {
            directory = opened;
        }
        postmaster.advance(StartTime.CONSISTENT_STATE);
        postmaster.advance(StartTime.RECOVERY_FINISHED);
        synchronized (this) {
            if (!stopping) {
                pidFile.write(PostmasterPidFile.State.READY);
                log.write(ErrorLevel.LOG, "database system is ready to accept connections");
            }
        }
    }

    private void load(ServerParameters settings) {
        parameters = settings;
        parameters.loadAsPostmaster();
        long other = parameters.otherPostmasterPid();
        if (other != 0) {
            throw taken(path.toAbsolutePath(), other);
        }
    }

    private void supervise(DataDirectory opened) {
        log = opened.parameters().log();
        log.setForeground();
        pidFile = new PostmasterPidFile(opened.directory());
        controlFile = new ControlFile(opened.directory());
        Postmaster starting = new Postmaster(opened.parameters().builtIn().maxWorkerProcesses(),
                DataDirectory.launchOptions(opened.directory(), message -> DataDirectory.log(log, message)),
                CrashPolicy.valueOf(opened.parameters().builtIn().crashPolicy().toUpperCase(Locale.ROOT)));
        opened.extensions().backgroundWorkers().forEach(starting::registerBackgroundWorker);
        queues = new TaskQueues(opened.segment(), opened.proc());
        starting.onShmemStartUp((_, _) -> parameters.publish());
        starting.onRestart(proc -> startupAgain(opened, proc),
                () -> log.write(ErrorLevel.LOG, "database system is ready to accept connections"));
        opened.setPostmaster(starting);
        try {
            starting.start(opened.segment());
        } catch (ShmemException e) {
            throw taken(opened, e);
        }
        log.write(ErrorLevel.LOG, "starting " + version + " on Java " + Runtime.version() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        beginRecovery(opened);
        queues.setWorkerIdleTimeout(opened.parameters().builtIn().parallelCopyWorkerIdleTimeout());
        try {
            pidFile.write(PostmasterPidFile.State.STARTING);
        } catch (IOException e) {
            throw DurableFile.error("write file", opened.directory().resolve(PostmasterPidFile.NAME), e);
        }
        synchronized (this) {
            postmaster = starting;
            if (early != null) {
                shutdown(early);
            }
        }
    }

    private void beginRecovery(DataDirectory opened) {
        try {
            if (pidFile.exists() || controlFile.isInProduction()) {
                log.write(ErrorLevel.LOG, "database system was not properly shut down; automatic recovery in progress");
            }
            controlFile.write(ControlFile.State.IN_PRODUCTION);
        } catch (IOException e) {
            throw DurableFile.error("write file", opened.directory().resolve(ControlFile.NAME), e);
        }
    }

    /** After a crash under RESTART_ALL, by the supervisor's thread: nobody else is attached. */
    private synchronized void startupAgain(DataDirectory opened, Proc proc) {
        opened.segment().reinitialize(proc);
        opened.startupAgain(proc);
        queues = new TaskQueues(opened.segment(), opened.proc());
        queues.setWorkerIdleTimeout(opened.parameters().builtIn().parallelCopyWorkerIdleTimeout());
    }

    private static RuntimeException taken(DataDirectory opened, ShmemException e) {
        long other = BackgroundWorkers.postmasterPid(opened.segment());
        if (!ShmemException.LOCK_FILE_EXISTS.equals(e.sqlState()) || other == 0) {
            return e;
        }
        return taken(opened.directory(), other);
    }

    private static PgError taken(Path directory, long other) {
        return new PgError(SqlState.LOCK_FILE_EXISTS, "lock file \"" + PostmasterPidFile.NAME + "\" already exists")
                .withHint("Is another postmaster (PID " + other + ") running in data directory \"" + directory + "\"?");
    }

    /** Begins to end; once more, with a quicker mode, if that is not quick enough. */
    public synchronized void shutdown(ShutdownMode mode) {
        immediate |= mode == ShutdownMode.IMMEDIATE;
        if (postmaster == null) {
            early = mode;
            return;
        }
        postmaster.shutdown(mode);
        if (!stopping) {
            stopping = true;
            attempt(() -> pidFile.write(PostmasterPidFile.State.STOPPING), PostmasterPidFile.NAME);
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    /** What a full disk must not keep from ending. */
    private void attempt(Write write, String file) {
        try {
            write.run();
        } catch (IOException e) {
            log.write(ErrorLevel.LOG, DurableFile.error("write file", path.resolve(file), e));
        }
    }

    /** Reads the settings again. */
    public synchronized void reload() {
        if (directory != null) {
            log.write(ErrorLevel.LOG, "received SIGHUP, reloading configuration files");
            directory.reload();
            postmaster.reload();
            queues.setWorkerIdleTimeout(directory.parameters().builtIn().parallelCopyWorkerIdleTimeout());
        }
    }

    /** Waits until it has been shut down. */
    public void awaitEnd() {
        postmaster.awaitEnd();
    }

    /** Ends at once what has not ended yet. */
    @Override
    public void close() throws IOException {
        if (postmaster != null) {
            try {
                if (directory != null) {
                    directory.close();
                }
                if (!immediate) {
                    attempt(() -> controlFile.write(ControlFile.State.SHUT_DOWN), ControlFile.NAME);
                }
            } finally {
                parameters.withdraw();
                pidFile.remove();
                log.write(ErrorLevel.LOG, "database system is shut down");
            }
        }
    }
}
