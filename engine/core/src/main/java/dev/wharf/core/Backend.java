package dev.wharf.core;

import dev.wharf.core.activity.BackendStatus;
import dev.wharf.core.copy.CopyProgress;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.copy.QueryCancel;
import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.guc.BuiltInParameters;
import dev.wharf.core.guc.ConfigurationParameters;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.tcop.Elog;
import dev.wharf.core.tcop.FilteredReceiver;
import dev.wharf.core.tcop.PlannedStmt;
import dev.wharf.core.tcop.ProcessUtilityContext;
import dev.wharf.core.tcop.ProcessUtilityHook;
import dev.wharf.core.tcop.QueryCompletion;
import dev.wharf.core.utility.Parser;
import dev.wharf.core.utility.RawStmt;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.ShmemException;
import java.nio.file.Path;
import java.util.List;

/**
 * A session on a data directory: its settings, and the statements it runs. It does not own the directory.
 *
 * <p>One thread at a time; {@link #copyProgress} may be read, and {@link #cancel} called, by any.
 */
public final class Backend {
    private final ProcessUtility utility;
    /** The chain of hooks, at whose end is {@code utility}; or that alone. */
    private final ProcessUtilityHook processUtility;
    private final Elog elog;
    private final BackendStatus status;
    private final Proc proc;
    private final QueryCancel queryCancel;
    private final BuiltInParameters builtIn;
    private final ConfigurationParameters settings;
    private final DataDirectory directory;

    /** @param workingDirectory what relative file names in COPY are relative to */
    public Backend(DataDirectory directory, Path workingDirectory) {
        this.directory = directory;
        queryCancel = directory.queryCancel();
        builtIn = directory.parameters().builtIn();
        settings = new ConfigurationParameters(directory.parameters().table());
        elog = directory.elog();
        status = directory.status();
        utility = new ProcessUtility(directory, workingDirectory, settings);
        proc = directory.proc();
        processUtility = directory.extensions().hooks().processUtility(utility::standardProcessUtility);
    }

    /**
     * Runs all statements of a query string in order, up to the first error. If one of them cannot be parsed, none runs.
     * Each statement is a transaction of its own, but for FREEZE, which takes the string for one.
     *
     * @throws PgError what went wrong; positions count from the start of {@code sql}. If it is one that ends
     *         the session, so does each call after it
     */
    public void execute(String sql, DestReceiver dest) {
        try (SessionInterrupts.Statement _ = directory.interrupts().begin()) {
            directory.processConfigReload();
            executeQueryString(sql, dest);
        }
    }

    private void executeQueryString(String sql, DestReceiver dest) {
        DestReceiver client = new FilteredReceiver(dest, notice ->
                ErrorLevel.ofSeverity(notice.severity()).isSentAt(builtIn.clientMinMessages(settings)));
        queryCancel.begin();
        status.running(sql, builtIn.applicationName(settings));
        settings.activate();
        elog.setClient(client);
        try {
            List<RawStmt> statements = Parser.parse(sql, client::notice, builtIn.client().textSettings(settings));
            utility.beginQueryString();
            for (RawStmt statement : statements) {
                queryCancel.check();
                portalRunUtility(PlannedStmt.of(statement), sql, client);
            }
        } catch (PgError | ShmemException e) {
            // As at the abort of a transaction there: a hook may have left some held
            proc.releaseAll();
            throw e instanceof ShmemException shmem ? new PgError(shmem.sqlState(), shmem.getMessage(), shmem) : e;
        } finally {
            elog.setClient(null);
            status.idle();
        }
    }

    private void portalRunUtility(PlannedStmt pstmt, String sql, DestReceiver client) {
        QueryCompletion qc = new QueryCompletion();
        processUtility.processUtility(pstmt, sql, false, ProcessUtilityContext.TOPLEVEL, null, null, client, qc);
        if (qc.commandTag() == null) {
            qc.set(pstmt.utilityStmt().commandTag(), 0);
        }
        client.commandComplete(qc.toString());
    }

    /** Ends what {@link #execute} runs, as soon as it can, with error 57014. For any thread; between calls it does nothing. */
    public void cancel() {
        queryCancel.request();
    }

    public ConfigurationParameters settings() {
        return settings;
    }

    /** How far the running COPY is, or the last one got. */
    public CopyProgress copyProgress() {
        return utility.copyProgress();
    }

    /** What the last COPY did; null before the first. */
    public CopyResult lastCopy() {
        return utility.lastCopy();
    }
}
