package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.ShmemException;

/** A background worker was told to end: 57P01. As text it is the line for the log, without a trace, as nothing went wrong. */
public final class AdminShutdown extends ShmemException {
    private static final long serialVersionUID = 1L;

    AdminShutdown(final String worker) {
        super(ADMIN_SHUTDOWN, "terminating background worker \"" + worker + "\" due to administrator command");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    @Override
    public String toString() {
        return "FATAL:  " + getMessage();
    }
}
