package dev.wharf.extensions.auditor;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.extension.Extension;
import dev.wharf.core.extension.ExtensionContext;
import dev.wharf.core.guc.BoolVariable;
import dev.wharf.core.guc.GucContext;
import dev.wharf.core.guc.GucDefinition;
import dev.wharf.core.guc.GucFlag;
import dev.wharf.core.guc.GucHooks;
import dev.wharf.core.guc.IntVariable;
import dev.wharf.core.tcop.PlannedStmt;
import dev.wharf.core.tcop.ProcessUtilityHook;
import dev.wharf.shmem.LWLockAlgorithm;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code SHOW auditor.report}: how often each command has run in all processes, and for how long. */
public final class Auditor implements Extension {
    private ExtensionContext context;
    private BoolVariable enabled;
    private IntVariable logMinDuration;
    /** Command tags, in capitals. */
    private volatile Set<String> refused = Set.of();
    private AuditCounts counts;

    public Auditor() {
    }

    @Override
    public void init(ExtensionContext extensionContext) {
        context = extensionContext;
        enabled = context.defineCustomBoolVariable(new GucDefinition("auditor.enabled", "Counts and times utility commands.",
                GucContext.SIGHUP), true, GucHooks.none());
        logMinDuration = context.defineCustomIntVariable(new GucDefinition("auditor.log_min_duration",
                "Sets the minimum execution time above which commands are logged; -1 turns that off.", GucContext.SUSET,
                GucFlag.UNIT_MS), -1, -1, Integer.MAX_VALUE, GucHooks.none());
        context.defineCustomStringVariable(new GucDefinition("auditor.refuse",
                "Lists the command tags of commands that are refused.", GucContext.SIGHUP), "",
                GucHooks.onAssign(list -> refused = tags(list)));
        context.markGUCPrefixReserved("auditor");
        context.addShmemRequestHook(() -> {
            context.requestAddinShmemSpace(AuditCounts.SIZE);
            context.requestNamedLWLockTranche(AuditCounts.NAME, 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.DEFAULT);
        });
        context.addShmemStartupHook((segment, proc) -> counts = new AuditCounts(segment, proc));
        context.addShow("auditor.report", List.of("command", "calls", "failed", "refused", "total_ms", "max_ms"),
                () -> counts.report());
        context.addProcessUtilityHook(this::hook);
    }

    private static Set<String> tags(String list) {
        return Arrays.stream(list.split(",")).map(tag -> tag.strip().toUpperCase(Locale.ROOT)).filter(tag -> !tag.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private ProcessUtilityHook hook(ProcessUtilityHook next) {
        return (pstmt, queryString, readOnlyTree, how, params, queryEnv, dest, qc) -> {
            String tag = pstmt.utilityStmt().commandTag();
            if (refused.contains(tag)) {
                refuse(tag);
            }
            boolean done = false;
            long start = System.nanoTime();
            try {
                next.processUtility(pstmt, queryString, readOnlyTree, how, params, queryEnv, dest, qc);
                done = true;
            } finally {
                ran(pstmt, queryString, done, System.nanoTime() - start);
            }
        };
    }

    private void refuse(String tag) {
        if (enabled.get()) {
            counts.refused(tag);
        }
        throw new PgError(SqlState.INSUFFICIENT_PRIVILEGE, tag + " is refused here")
                .withHint("The parameter \"auditor.refuse\" names it.");
    }

    private void ran(PlannedStmt pstmt, String queryString, boolean done, long nanos) {
        if (enabled.get()) {
            counts.ran(pstmt.utilityStmt().commandTag(), done, nanos);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        if (logMinDuration.get() >= 0 && millis >= logMinDuration.get()) {
            context.emitLog(ErrorLevel.LOG, "duration: " + millis + " ms  statement: " + pstmt.text(queryString));
        }
    }
}
