package dev.wharf.core.copy;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/**
 * The wish of another thread, a signal's perhaps, that the running statement end: PostgreSQL's QueryCancelPending. Who runs the
 * statement looks at it where the statement can end, and is woken if it waits.
 *
 * <p>{@link #request} may be called by any thread at any time; the rest is the running thread's.
 */
public final class QueryCancel {
    private volatile boolean pending;
    private volatile PgError death;
    private volatile Runnable interruption = () -> {
    };
    private volatile Runnable release = () -> {
    };

    /** Ends the statement that runs, as soon as it can. One that is about to begin is spared. */
    public void request() {
        pending = true;
        interruption.run();
        release.run();
    }

    /** Ends the statement that runs, as {@link #request} does, and all that come: PostgreSQL's ProcDiePending. */
    public void die(PgError reason) {
        death = reason;
        interruption.run();
        release.run();
    }

    /** Whether the session is over. */
    public boolean isDying() {
        return death != null;
    }

    /** A statement begins: what was asked for before it was not for it. */
    public void begin() {
        pending = false;
    }

    /** CHECK_FOR_INTERRUPTS. @throws PgError 57014 if the statement is to end; if the session is, what was given as its reason */
    public void check() {
        PgError reason = death;
        if (reason != null) {
            throw reason;
        }
        if (pending) {
            throw new PgError(SqlState.QUERY_CANCELED, "canceling statement due to user request");
        }
    }

    /**
     * The running thread is about to wait for another process, until the result is closed. If it is asked to end, or was
     * already, what it waits for fails, or ends; then {@link #check}.
     *
     * @param end brings that about; by any thread, perhaps more than once
     */
    public Blocked blocked(Runnable end) {
        release = end;
        if (pending || death != null) {
            end.run();
        }
        return () -> release = () -> {
        };
    }

    /** A wait that can be ended. */
    @FunctionalInterface
    public interface Blocked extends AutoCloseable {
        @Override
        void close();
    }

    /** @param wakeUp what makes the running thread look soon; called by the thread that asks */
    void onRequest(Runnable wakeUp) {
        interruption = wakeUp;
    }
}
