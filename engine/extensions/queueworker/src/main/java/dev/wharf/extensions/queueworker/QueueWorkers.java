package dev.wharf.extensions.queueworker;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.extension.Extension;
import dev.wharf.core.extension.ExtensionContext;
import dev.wharf.core.guc.GucContext;
import dev.wharf.core.guc.GucDefinition;
import dev.wharf.core.guc.GucHooks;
import dev.wharf.core.guc.IntVariable;
import dev.wharf.core.guc.StringVariable;
import dev.wharf.core.tcop.ProcessUtilityHook;
import dev.wharf.core.utility.Statement.VariableSetKind;
import dev.wharf.core.utility.Statement.VariableSetStmt;
import dev.wharf.shmem.LWLockAlgorithm;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import java.util.List;

/** {@code SET queueworker.put = 'message'}: workers take it; {@code SHOW queueworker.messages}. */
public final class QueueWorkers implements Extension {
    private static final String PUT = "queueworker.put";
    private static final int MOST_WORKERS = 64;

    private StringVariable put;
    private TaskRing ring;

    public QueueWorkers() {
    }

    @Override
    public void init(ExtensionContext context) {
        put = context.defineCustomStringVariable(new GucDefinition(PUT, "Puts a message into the queue.", GucContext.USERSET), "",
                GucHooks.none());
        IntVariable workers = context.defineCustomIntVariable(new GucDefinition("queueworker.workers",
                "Sets the number of workers that the queue has.", GucContext.POSTMASTER), 2, 0, MOST_WORKERS, GucHooks.none());
        context.markGUCPrefixReserved("queueworker");
        context.addShmemRequestHook(() -> {
            context.requestAddinShmemSpace(TaskRing.SIZE);
            context.requestNamedLWLockTranche(TaskRing.NAME, 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.DEFAULT);
        });
        context.addShmemStartupHook((segment, proc) -> ring = new TaskRing(segment, proc));
        context.registerBackgroundWorker(new BackgroundWorker("queueworker launcher", QueueLauncher.class.getName())
                .withLibrary(context.library()).withMainArg(workers.get()));
        context.addShow("queueworker.messages", List.of("id", "message", "state", "attempts", "result"), () -> ring.rows());
        context.addShow("queueworker.counts", List.of("put", "waiting", "taken", "ended"), () -> List.of(ring.counts()));
        context.addProcessUtilityHook(this::hook);
    }

    private ProcessUtilityHook hook(ProcessUtilityHook next) {
        return (pstmt, queryString, readOnlyTree, how, params, queryEnv, dest, qc) -> {
            next.processUtility(pstmt, queryString, readOnlyTree, how, params, queryEnv, dest, qc);
            if (pstmt.utilityStmt() instanceof VariableSetStmt set && set.kind() == VariableSetKind.VALUE
                    && set.name().equalsIgnoreCase(PUT) && !ring.put(put.get())) {
                throw new PgError(SqlState.CONFIGURATION_LIMIT_EXCEEDED, "message queue is full, or the message too long")
                        .withDetail("It has " + TaskRing.TASKS + " places of " + TaskRing.MESSAGE_LENGTH + " bytes.");
            }
        };
    }
}
