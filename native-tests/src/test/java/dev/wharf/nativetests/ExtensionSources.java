package dev.wharf.nativetests;

/** Extensions as Java text, for {@link ExtensionJar}. */
final class ExtensionSources {
    private static final String IMPORTS = """
            import dev.wharf.core.error.ErrorLevel;
            import dev.wharf.core.error.PgError;
            import dev.wharf.core.extension.Extension;
            import dev.wharf.core.extension.ExtensionContext;
            import dev.wharf.core.guc.ConfigEnumEntry;
            import dev.wharf.core.guc.GucContext;
            import dev.wharf.core.guc.GucDefinition;
            import dev.wharf.core.guc.GucFlag;
            import dev.wharf.core.guc.GucHooks;
            import dev.wharf.core.guc.IntVariable;
            import dev.wharf.core.utility.Statement;
            import dev.wharf.shmem.LWLock;
            import dev.wharf.shmem.LWLockMode;
            import dev.wharf.shmem.Proc;
            import dev.wharf.shmem.Segment;
            import dev.wharf.shmem.ShmemStruct;
            import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
            import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
            import java.util.List;
            import org.agrona.concurrent.UnsafeBuffer;
            """;

    /** Tells of each statement before and after it, and of its own version of a class. */
    static final String TRACER = """
            public class Tracer implements Extension {
                public void init(ExtensionContext context) {
                    context.addProcessUtilityHook(next -> (pstmt, sql, readOnly, how, params, env, dest, qc) -> {
                        context.emitLog(ErrorLevel.NOTICE, Version.NAME + " begins " + how + " " + readOnly + " "
                                + pstmt.stmtLocation() + "+" + pstmt.stmtLen() + " " + pstmt.text(sql));
                        next.processUtility(pstmt, sql, readOnly, how, params, env, dest, qc);
                        context.emitLog(ErrorLevel.NOTICE, Version.NAME + " ends " + qc);
                    });
                }
            }
            """;

    /** Refuses DROP, turns one SHOW into another, answers a third itself, and leaves TRUNCATE undone. */
    static final String POLICE = """
            public class Police implements Extension {
                public void init(ExtensionContext context) {
                    context.addProcessUtilityHook(next -> (pstmt, sql, readOnly, how, params, env, dest, qc) -> {
                        Statement statement = pstmt.utilityStmt();
                        if (statement instanceof Statement.DropStmt) {
                            throw new PgError("42501", "DROP TABLE is not allowed here").withHint("Ask the police.");
                        }
                        if (statement instanceof Statement.TruncateStmt) {
                            return;
                        }
                        if (statement instanceof Statement.VariableShowStmt show && show.name().equals("coding")) {
                            pstmt = pstmt.withUtilityStmt(new Statement.VariableShowStmt("server_encoding"));
                        }
                        if (statement instanceof Statement.VariableShowStmt show && show.name().equals("answer")) {
                            dest.row("42");
                            qc.set("COPY", 42);
                            return;
                        }
                        next.processUtility(pstmt, sql, readOnly, how, params, env, dest, qc);
                    });
                }
            }
            """;

    /** Counts statements, and their time, of all processes in shared memory; begins to count at a number that is set. */
    static final String AUDITOR = """
            public class Auditor implements Extension {
                private IntVariable first;
                private UnsafeBuffer counts;
                private LWLock lock;
                private Proc proc;

                public void init(ExtensionContext context) {
                    first = context.defineCustomIntVariable(new GucDefinition("auditor.first", "Where it begins.",
                            GucContext.POSTMASTER, GucFlag.UNIT_KB), 0, 0, 1000000, GucHooks.none());
                    context.defineCustomBoolVariable(new GucDefinition("auditor.loud", "Whether it tells.",
                            GucContext.USERSET), false, GucHooks.none());
                    context.defineCustomEnumVariable(new GucDefinition("auditor.color", "For show.", GucContext.USERSET),
                            "red", ConfigEnumEntry.of("red", "green"), GucHooks.none());
                    context.defineCustomRealVariable(new GucDefinition("auditor.rate", "For show.", GucContext.SIGHUP),
                            0.5, 0, 1, GucHooks.none());
                    context.defineCustomStringVariable(new GucDefinition("auditor.name", "For show.", GucContext.SUSET),
                            "nobody", GucHooks.none());
                    context.markGUCPrefixReserved("auditor");
                    context.addShmemRequestHook(() -> {
                        context.requestAddinShmemSpace(1 << 20);
                        context.requestNamedLWLockTranche("auditor", 1);
                    });
                    context.addShmemStartupHook(this::startup);
                    context.addProcessUtilityHook(next -> (pstmt, sql, readOnly, how, params, env, dest, qc) -> {
                        long start = System.nanoTime();
                        try {
                            next.processUtility(pstmt, sql, readOnly, how, params, env, dest, qc);
                        } finally {
                            count(System.nanoTime() - start);
                        }
                        if (pstmt.text(sql).equals("SHOW auditor.rate")) {
                            context.ereport(ErrorLevel.NOTICE, "00000", "counted " + counts.getLong(0) + ", timed "
                                    + (counts.getLong(8) > 0), null, null);
                        }
                    });
                }

                private void startup(Segment segment, Proc own) {
                    ShmemStruct struct = segment.shmemInitStruct(own, "auditor", 1 << 20);
                    counts = segment.buffer(struct);
                    lock = segment.getNamedLWLockTranche("auditor")[0];
                    proc = own;
                    if (!struct.found()) {
                        counts.putLong(0, counts.getLong(0) + first.get());
                    }
                }

                private void count(long nanos) {
                    lock.acquire(proc, LWLockMode.EXCLUSIVE);
                    counts.putLong(0, counts.getLong(0) + 1);
                    counts.putLong(8, counts.getLong(8) + nanos);
                    lock.release(proc);
                }
            }
            """;

    /** A worker of the auditor's: counts as many as its argument says, and is done. */
    static final String AUDITOR_WORKER = """
            public class AuditorWorker implements BackgroundWorkerMain {
                public void main(BackgroundWorkerContext context) {
                    ShmemStruct struct = context.segment().shmemInitStruct(context.proc(), "auditor", 1 << 20);
                    LWLock lock = context.segment().getNamedLWLockTranche("auditor")[0];
                    lock.acquire(context.proc(), LWLockMode.EXCLUSIVE);
                    UnsafeBuffer counts = context.segment().buffer(struct);
                    counts.putLong(0, counts.getLong(0) + context.mainArg());
                    lock.release(context.proc());
                }
            }
            """;

    private ExtensionSources() {
    }

    static String source(String packageName, String text) {
        return "package " + packageName + ";\n" + IMPORTS + text;
    }

    /** An extension whose {@code init} is these statements. */
    static String init(String packageName, String name, String statements) {
        return source(packageName, "public class " + name + " implements Extension {\n"
                + "    public void init(ExtensionContext context) throws Exception {\n" + statements + "\n    }\n}\n");
    }

    /** A class that differs from jar to jar. */
    static String version(String packageName, String version) {
        return "package " + packageName + ";\nclass Version {\n    static final String NAME = new String(\"" + version
                + "\");\n}\n";
    }
}
