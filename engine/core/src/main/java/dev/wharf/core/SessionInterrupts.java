package dev.wharf.core;

import dev.wharf.core.copy.QueryCancel;
import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.error.SqlState;
import dev.wharf.shmem.Interrupt;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.bgworker.Admission;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the postmaster has to tell a session: that it is to end, and that the settings have changed. A backend of PostgreSQL is
 * told by signals; a session here is a thread of somebody's process, whose signals are not ours.
 *
 * <p>A session that is to end does so in the statement that runs, which fails; if none does, a thread of this closes it at
 * once. In either case it leaves shared memory, and each later statement fails for the same reason.
 *
 * <p>{@link #begin} and what follows it is the session's thread's.
 */
final class SessionInterrupts {
    private final Proc proc;
    private final QueryCancel queryCancel;
    private final ServerLog log;
    /** Held while a statement runs, or the session is closed. Fair: statements that follow one another do not keep that out. */
    private final ReentrantLock running = new ReentrantLock(true);

    /** A statement, or something as short as one. May be in another. */
    interface Statement extends AutoCloseable {
        @Override
        void close();
    }

    SessionInterrupts(Proc proc, QueryCancel queryCancel, ServerLog log) {
        this.proc = proc;
        this.queryCancel = queryCancel;
        this.log = log;
    }

    /**
     * Whether a new session may come in, before it looks at shared memory.
     *
     * @throws PgError 57P03 if the postmaster does not let it
     */
    static void checkAdmission(Proc proc, ServerLog log) {
        Admission admission = BackgroundWorkers.admission(proc.segment());
        if (admission != Admission.OK) {
            PgError refusal = PgError.endingSession(ErrorLevel.FATAL, SqlState.CANNOT_CONNECT_NOW,
                    admission == Admission.SHUTDOWN ? "the database system is shutting down"
                            : "the database system is in recovery mode");
            log.write(refusal.level(), refusal);
            throw refusal;
        }
    }

    /** @param close closes the session; called by another thread */
    void listen(Runnable close) {
        if (BackgroundWorkers.postmasterPid(proc.segment()) != 0) {
            // The settings were read before there was anybody to tell of a change
            proc.interrupts().send(Interrupt.CONFIG_RELOAD);
        }
        proc.interrupts().listen(interrupt -> {
            PgError reason = reason(interrupt);
            log.write(reason.level(), reason);
            queryCancel.die(reason);
            close.run();
        });
    }

    private static PgError reason(Interrupt interrupt) {
        return switch (interrupt) {
            case QUIT_FOR_CRASH -> PgError.endingSession(ErrorLevel.WARNING, SqlState.CRASH_SHUTDOWN,
                    "terminating connection because of crash of another server process")
                    .withDetail("The postmaster has commanded this server process to roll back the current transaction and exit, "
                            + "because another server process exited abnormally and possibly corrupted shared memory.")
                    .withHint("In a moment you should be able to reconnect to the database and repeat your command.");
            case QUIT_FOR_STOP -> PgError.endingSession(ErrorLevel.WARNING, SqlState.ADMIN_SHUTDOWN,
                    "terminating connection due to immediate shutdown command");
            case TERMINATE, CONFIG_RELOAD -> PgError.endingSession(ErrorLevel.FATAL, SqlState.ADMIN_SHUTDOWN,
                    "terminating connection due to administrator command");
        };
    }

    /** Whether the settings have been changed since it was last asked. */
    boolean takeConfigReload() {
        return proc.interrupts().take(Interrupt.CONFIG_RELOAD);
    }

    /** Keeps the session from being closed meanwhile. @throws PgError if it is over */
    Statement begin() {
        running.lock();
        if (queryCancel.isDying()) {
            running.unlock();
            queryCancel.check();
        }
        return running::unlock;
    }

    /** What closing what {@link #begin} gives does. */
    void end() {
        running.unlock();
    }

    /** Runs what closes the session, once no statement runs. */
    void close(Runnable close) {
        running.lock();
        try {
            close.run();
        } finally {
            running.unlock();
        }
    }
}
