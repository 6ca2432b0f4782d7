package dev.wharf.core.tcop;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.utility.Notice;

/** PostgreSQL's ereport: a message to the log, and to the client whose statement runs, if their levels let it. */
public final class Elog {
    private final ServerLog log;
    private volatile DestReceiver client;

    public Elog(ServerLog log) {
        this.log = log;
    }

    /** @param receiver of the statement that begins to run, which looks at levels itself; null as it ends */
    public void setClient(DestReceiver receiver) {
        client = receiver;
    }

    /**
     * @param detail null for none, as {@code hint}
     * @throws PgError if the level is ERROR or worse: that ends the statement, whose session reports it; FATAL and PANIC end
     *         the session too
     */
    public void ereport(ErrorLevel level, String sqlState, String message, String detail, String hint) {
        if (level.compareTo(ErrorLevel.ERROR) >= 0) {
            PgError error = level == ErrorLevel.ERROR ? new PgError(sqlState, message)
                    : PgError.endingSession(ErrorLevel.FATAL, sqlState, message);
            error = detail == null ? error : error.withDetail(detail);
            throw hint == null ? error : error.withHint(hint);
        }
        log.write(level, message, detail, hint);
        DestReceiver receiver = client;
        if (receiver != null) {
            receiver.notice(new Notice(level.severity(), sqlState, message, null, 0));
        }
    }
}
