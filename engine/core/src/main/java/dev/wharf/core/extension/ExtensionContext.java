package dev.wharf.core.extension;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.guc.BoolVariable;
import dev.wharf.core.guc.ConfigEnumEntry;
import dev.wharf.core.guc.EnumVariable;
import dev.wharf.core.guc.GucDefinition;
import dev.wharf.core.guc.GucHooks;
import dev.wharf.core.guc.GucVariable;
import dev.wharf.core.guc.IntVariable;
import dev.wharf.core.guc.RealVariable;
import dev.wharf.core.guc.StringVariable;
import dev.wharf.core.tcop.ProcessUtilityHook;
import dev.wharf.core.types.PgType;
import dev.wharf.core.utility.Statement;
import dev.wharf.shmem.LWLockAlgorithm;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.ShmemRequest;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What an extension can do. Everything but {@link #ereport} belongs into {@link Extension#init}, or into the hook that it
 * says. One thread at a time; any thread may call {@link #ereport}.
 */
public final class ExtensionContext {
    private final Extensions extensions;
    private final String library;
    private final LibraryCalls calls;
    private boolean loading = true;

    ExtensionContext(Extensions extensions, String library) {
        this.extensions = extensions;
        this.library = library;
        calls = new LibraryCalls(library, extensions.log());
    }

    void loaded() {
        loading = false;
    }

    /** As {@code shared_preload_libraries} names it. */
    public String library() {
        return library;
    }

    /** Absolute. */
    public Path dataDirectory() {
        return extensions.dataDirectory();
    }

    // Shared memory

    /**
     * PostgreSQL's {@code shmem_request_hook}: {@code hook} requests memory and locks. The hooks of all libraries are called
     * in the order of loading, in every process: in one that makes the segment they say what it gets, in others what it must
     * have.
     */
    public void addShmemRequestHook(Runnable hook) {
        checkLoading("install a hook");
        extensions.addRequestHook(this, hook);
    }

    /** PostgreSQL's {@code shmem_startup_hook}. */
    public void addShmemStartupHook(ShmemStartupHook hook) {
        checkLoading("install a hook");
        extensions.addStartupHook(this, hook);
    }

    /**
     * Room for structs, in bytes.
     *
     * @throws PgError outside a hook of {@link #addShmemRequestHook}
     */
    public void requestAddinShmemSpace(long bytes) {
        request("shared memory").requestAddinShmemSpace(bytes);
    }

    /**
     * Locks of a name, which {@link dev.wharf.shmem.Segment#getNamedLWLockTranche} then gives. If a holder dies, who asks for
     * the lock next is told so, until its data is repaired.
     *
     * @throws PgError outside a hook of {@link #addShmemRequestHook}
     */
    public void requestNamedLWLockTranche(String name, int locks) {
        request("LWLocks").requestNamedLWLockTranche(name, locks);
    }

    /** As above, with what becomes of a dead holder's lock, and who gets one next. */
    public void requestNamedLWLockTranche(String name, int locks, OwnerDeath ownerDeath, LWLockAlgorithm algorithm) {
        request("LWLocks").requestNamedLWLockTranche(name, locks, ownerDeath, algorithm);
    }

    private ShmemRequest request(String what) {
        ShmemRequest request = extensions.request();
        if (request == null) {
            throw new PgError(SqlState.INTERNAL_ERROR,
                    "cannot request additional " + what + " outside shmem_request_hook");
        }
        return request;
    }

    // Hooks

    /**
     * PostgreSQL's {@code ProcessUtility_hook}.
     *
     * @param hook is given what was there before, the standard function at last, and gives back what is called instead. Called
     *             for each session as it starts
     */
    public void addProcessUtilityHook(UnaryOperator<ProcessUtilityHook> hook) {
        checkLoading("install a hook");
        extensions.hooks().addProcessUtility(calls.processUtility(hook));
    }

    /**
     * Has {@code SHOW name} answer with rows of text, where a parameter of that name would with one.
     *
     * @param columns their names
     * @param rows    called by the session's thread at each SHOW; null is NULL
     */
    public void addShow(String name, List<String> columns, Supplier<List<List<String>>> rows) {
        PgType text = PgType.of(PgType.Kind.TEXT);
        List<Column> described = columns.stream().map(column -> new Column(column, text, false)).toList();
        addProcessUtilityHook(next -> (pstmt, queryString, readOnlyTree, how, params, queryEnv, dest, qc) -> {
            if (pstmt.utilityStmt() instanceof Statement.VariableShowStmt show && show.name().equalsIgnoreCase(name)) {
                List<List<String>> answer = rows.get();
                dest.rowDescription(described);
                answer.forEach(row -> dest.row(row.toArray(String[]::new)));
            } else {
                next.processUtility(pstmt, queryString, readOnlyTree, how, params, queryEnv, dest, qc);
            }
        });
    }

    // Workers

    /**
     * A worker that the supervisor starts, if there is one: {@code library} says where its code is, empty for the class path.
     *
     * @see #library
     */
    public void registerBackgroundWorker(BackgroundWorker worker) {
        if (!loading) {
            throw new PgError(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "background worker \"" + worker.name()
                    + "\": must be registered in \"shared_preload_libraries\"");
        }
        extensions.registerBackgroundWorker(worker);
    }

    // Settings

    public BoolVariable defineCustomBoolVariable(GucDefinition definition, boolean bootValue, GucHooks<Boolean> hooks) {
        return define(new BoolVariable(definition, bootValue, calls.parameter(definition.name(), hooks)));
    }

    public IntVariable defineCustomIntVariable(GucDefinition definition, int bootValue, int minValue, int maxValue,
                                               GucHooks<Integer> hooks) {
        return define(new IntVariable(definition, bootValue, minValue, maxValue,
                calls.parameter(definition.name(), hooks)));
    }

    public RealVariable defineCustomRealVariable(GucDefinition definition, double bootValue, double minValue,
                                                 double maxValue, GucHooks<Double> hooks) {
        return define(new RealVariable(definition, bootValue, minValue, maxValue,
                calls.parameter(definition.name(), hooks)));
    }

    public StringVariable defineCustomStringVariable(GucDefinition definition, String bootValue, GucHooks<String> hooks) {
        return define(new StringVariable(definition, bootValue, calls.parameter(definition.name(), hooks)));
    }

    public EnumVariable defineCustomEnumVariable(GucDefinition definition, String bootValue, List<ConfigEnumEntry> options,
                                                 GucHooks<String> hooks) {
        return define(new EnumVariable(definition, bootValue, options, calls.parameter(definition.name(), hooks)));
    }

    private <V extends GucVariable<?>> V define(V variable) {
        checkLoading("define parameter \"" + variable.name() + "\"");
        return extensions.parameters().defineCustom(variable);
    }

    /** PostgreSQL's MarkGUCPrefixReserved: all of the prefix are defined now, what else has it is a mistake. */
    public void markGUCPrefixReserved(String className) {
        checkLoading("reserve a prefix");
        extensions.parameters().markPrefixReserved(className);
    }

    // Messages

    /** A message to the log, and to the client whose statement runs; from ERROR on, an error; FATAL and PANIC end the session. */
    public void emitLog(ErrorLevel level, String message) {
        boolean error = level.compareTo(ErrorLevel.ERROR) >= 0;
        ereport(level, error ? SqlState.INTERNAL_ERROR : level == ErrorLevel.WARNING ? "01000" : "00000", message, null, null);
    }

    /** As {@link #emitLog}; detail and hint may be null. */
    public void ereport(ErrorLevel level, String sqlState, String message, String detail, String hint) {
        extensions.elog().ereport(level, sqlState, message, detail, hint);
    }

    private void checkLoading(String what) {
        if (!loading) {
            throw new PgError(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "library \"" + library + "\" cannot " + what + " after init");
        }
    }
}
