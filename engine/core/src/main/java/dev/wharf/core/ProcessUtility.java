package dev.wharf.core;

import dev.wharf.core.catalog.Catalog;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.ColumnDefault;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyErrorHandling;
import dev.wharf.core.copy.CopyFormatOptions;
import dev.wharf.core.copy.CopyProgress;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.copy.CopyTuning;
import dev.wharf.core.copy.QueryCancel;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.guc.BuiltInParameters;
import dev.wharf.core.guc.ConfigurationParameters;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.source.Program;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.tcop.ParamListInfo;
import dev.wharf.core.tcop.PlannedStmt;
import dev.wharf.core.tcop.ProcessUtilityContext;
import dev.wharf.core.tcop.QueryCompletion;
import dev.wharf.core.tcop.QueryEnvironment;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextSettings;
import dev.wharf.core.utility.CopyOptions;
import dev.wharf.core.utility.Notice;
import dev.wharf.core.utility.QuoteIdentifier;
import dev.wharf.core.utility.Statement.CopyStmt;
import dev.wharf.core.utility.Statement.CreateSeqStmt;
import dev.wharf.core.utility.Statement.CreateStmt;
import dev.wharf.core.utility.Statement.DropSeqStmt;
import dev.wharf.core.utility.Statement.DropStmt;
import dev.wharf.core.utility.Statement.RangeVar;
import dev.wharf.core.utility.Statement.TruncateStmt;
import dev.wharf.core.utility.Statement.VariableSetStmt;
import dev.wharf.core.utility.Statement.VariableShowStmt;
import java.nio.channels.WritableByteChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs utility statements: a method for each kind. Of one session; not thread-safe but for {@link #copyProgress}. */
public final class ProcessUtility {
    /** The SQLSTATE of a notice that has none of its own. */
    private static final String SUCCESSFUL_COMPLETION = "00000";

    private final DataDirectory directory;
    private final Catalog catalog;
    private final SequenceCommands sequences;
    private final Path workingDirectory;
    private final BuiltInParameters builtIn;
    private final ConfigurationParameters settings;
    private final CopyProgress copyProgress = new CopyProgress();
    /** Numbers of the tables that this query string has created or truncated: those that FREEZE is for. */
    private final Set<Integer> fresh = new HashSet<>();
    private CopyResult lastCopy;

    public ProcessUtility(DataDirectory directory, Path workingDirectory, ConfigurationParameters settings) {
        this.directory = directory;
        this.catalog = directory.catalog();
        sequences = new SequenceCommands(catalog);
        this.workingDirectory = workingDirectory;
        this.builtIn = directory.parameters().builtIn();
        this.settings = settings;
    }

    /** To be called before a query string's first statement. */
    public void beginQueryString() {
        fresh.clear();
    }

    /** What runs a statement if no hook does otherwise: a {@link dev.wharf.core.tcop.ProcessUtilityHook}. */
    public void standardProcessUtility(PlannedStmt pstmt, String queryString, boolean readOnlyTree,
                                       ProcessUtilityContext context, ParamListInfo params, QueryEnvironment queryEnv,
                                       DestReceiver dest, QueryCompletion qc) {
        Consumer<Notice> notices = dest::notice;
        switch (pstmt.utilityStmt()) {
            case CreateStmt create -> defineRelation(create, notices);
            case DropStmt drop -> removeRelations(drop, notices);
            case CreateSeqStmt create -> sequences.define(create, notices);
            case DropSeqStmt drop -> sequences.remove(drop, notices);
            case TruncateStmt truncate -> executeTruncate(truncate);
            case CopyStmt copy -> qc.set(QueryCompletion.COPY, doCopy(copy, dest, notices));
            case VariableSetStmt set -> execSetVariable(set, notices);
            case VariableShowStmt show -> getPgVariable(show, dest);
        }
    }

    public CopyProgress copyProgress() {
        return copyProgress;
    }

    public CopyResult lastCopy() {
        return lastCopy;
    }

    private void defineRelation(CreateStmt create, Consumer<Notice> notices) {
        String name = create.relation().name();
        checkDefaults(create);
        try {
            fresh.add(catalog.create(name, create.columns(), create.unlogged(), sequences.resolve(create.sequences())).oid());
        } catch (PgError e) {
            if (!create.ifNotExists() || !e.sqlState().equals(SqlState.DUPLICATE_TABLE)) {
                throw e;
            }
            notices.accept(Notice.notice(SqlState.DUPLICATE_TABLE, "relation \"" + name + "\" already exists, skipping"));
        }
    }

    /** A literal is a constant from the query string's parsing on: a SET in the same string comes too late for it. */
    private void checkDefaults(CreateStmt create) {
        TextSettings now = builtIn.client().textSettings(settings);
        for (Column column : create.columns()) {
            if (column.columnDefault() instanceof ColumnDefault.Constant constant && constant.text() != null
                    && !now.readsLike(create.settings(), column.type())) {
                throw new PgError(SqlState.FEATURE_NOT_SUPPORTED, "a default of type " + column.type().formatType()
                        + " behind SET DateStyle or SET TimeZone in the same query string is not supported")
                        .withHint("Send the SET by itself.");
            }
        }
    }

    private void removeRelations(DropStmt drop, Consumer<Notice> notices) {
        // All names are looked up before the first table is dropped; the same name twice is dropped once.
        Set<String> names = new LinkedHashSet<>();
        for (RangeVar relation : drop.relations()) {
            if (catalog.lookup(relation.name()) != null) {
                names.add(relation.name());
            } else if (sequences.notATable(relation.name()) != null) {
                throw sequences.notATable(relation.name()).withHint("Use DROP SEQUENCE to remove a sequence.");
            } else if (drop.missingOk()) {
                notices.accept(Notice.notice(SUCCESSFUL_COMPLETION,
                        "table \"" + relation.name() + "\" does not exist, skipping"));
            } else {
                throw new PgError(SqlState.UNDEFINED_TABLE, "table \"" + relation.name() + "\" does not exist");
            }
        }
        names.forEach(catalog::drop);
    }

    private void executeTruncate(TruncateStmt truncate) {
        Set<Relation> relations = new LinkedHashSet<>();
        for (RangeVar relation : truncate.relations()) {
            PgError wrong = sequences.notATable(relation.name());
            if (wrong != null) {
                throw wrong;
            }
            relations.add(openRelation(relation));
        }
        for (Relation relation : relations) {
            catalog.truncate(relation.name());
            fresh.add(relation.oid());
            if (truncate.restartSeqs()) {
                sequences.restart(relation);
            }
        }
    }

    private Relation openRelation(RangeVar name) {
        Relation relation = catalog.lookup(name.name());
        if (relation == null) {
            throw new PgError(SqlState.UNDEFINED_TABLE, "relation \"" + name.qualified() + "\" does not exist");
        }
        return relation;
    }

    /** @return rows */
    private long doCopy(CopyStmt copy, DestReceiver dest, Consumer<Notice> notices) {
        PgError wrong = sequences.noCopy(copy.relation().name(), copy.isFrom());
        if (wrong != null) {
            throw wrong;
        }
        Relation relation = openRelation(copy.relation());
        int[] columns = CopyOptions.columns(relation, copy.columns());
        PgEncoding clientEncoding = builtIn.client().clientEncoding(settings);
        CopyFormatOptions options = CopyOptions.process(copy.options(), copy.isFrom(), clientEncoding)
                .withLossless(builtIn.losslessNumericInput(settings)).withSettings(builtIn.client().textSettings(settings));
        CopyOptions.checkForce(options, relation, columns);
        CopyOptions.checkBinary(options, relation, columns, clientEncoding);
        if (fresh.contains(relation.oid())) {
            options = options.withoutFreeze();
        }
        CopyTuning tuning = builtIn.copyTuning(settings);
        CopyFormatOptions to = options;
        CopyResult result;
        if (copy.isFrom()) {
            List<CopyInput> inputs = copy.filename() == null ? dest.copyInputs()
                    : List.of(copy.isProgram() ? new CopyInput.ShellCommand(copy.filename(), workingDirectory)
                    : new CopyInput.NamedFile(path(copy.filename(), "reading")));
            CopyErrorHandling errors = options.errors();
            if (errors.rejectFile() != null) {
                options = options.withErrors(errors.withRejectFile(path(errors.rejectFile(), "writing").toString()));
            }
            result = directory.copyFrom(relation, columns, inputs, options, tuning, copyProgress,
                    (message, context) -> notices.accept(Notice.notice(SUCCESSFUL_COMPLETION, message, context)));
            String summary = errors.summary(result.badRows());
            if (summary != null) {
                notices.accept(Notice.notice(SUCCESSFUL_COMPLETION, summary));
            }
        } else if (copy.filename() == null) {
            WritableByteChannel out = dest.copyOut();
            result = out instanceof Program program
                    ? toProgram(program, () -> directory.copyTo(relation, columns, out, to, tuning, copyProgress))
                    : directory.copyTo(relation, columns, out, to, tuning, copyProgress);
        } else if (copy.isProgram()) {
            try (Program program = Program.to(copy.filename(), workingDirectory)) {
                result = toProgram(program, () -> {
                    CopyResult written = directory.copyTo(relation, columns, program, to, tuning, copyProgress);
                    program.finish();
                    return written;
                });
            }
        } else {
            result = directory.copyTo(relation, columns, path(copy.filename(), "writing"), options, tuning, copyProgress);
        }
        lastCopy = result;
        return result.rows();
    }

    /** A program may not read, or not end: then it is killed if the statement is to end. */
    private CopyResult toProgram(Program program, Supplier<CopyResult> copy) {
        try (QueryCancel.Blocked _ = directory.queryCancel().blocked(program::kill)) {
            return copy.get();
        } catch (PgError e) {
            directory.queryCancel().check();
            throw e;
        }
    }

    private Path path(String filename, String purpose) {
        try {
            if (filename.isEmpty()) {
                throw new InvalidPathException(filename, "empty");
            }
            return workingDirectory.resolve(filename);
        } catch (InvalidPathException e) {
            throw new PgError(SqlState.UNDEFINED_FILE,
                    "could not open file \"" + filename + "\" for " + purpose + ": No such file or directory", e);
        }
    }

    private void execSetVariable(VariableSetStmt set, Consumer<Notice> notices) {
        if (set.isLocal()) {
            notices.accept(Notice.warning(SqlState.NO_ACTIVE_SQL_TRANSACTION,
                    "SET LOCAL can only be used in transaction blocks", 0));
        }
        // There are no transaction blocks: what is local would last no longer than this statement.
        switch (set.kind()) {
            case VALUE -> {
                String value = settings.flatten(set.name(), set.args(), QuoteIdentifier::identifier);
                if (set.isLocal()) {
                    settings.check(set.name(), value);
                } else {
                    settings.set(set.name(), value);
                }
            }
            case DEFAULT, RESET -> {
                if (set.isLocal()) {
                    settings.checkReset(set.name());
                } else {
                    settings.reset(set.name());
                }
            }
            case RESET_ALL -> settings.resetAll();
        }
    }

    private void getPgVariable(VariableShowStmt show, DestReceiver dest) {
        if (show.name().equals("all")) {
            dest.rowDescription(textColumns("name", "setting", "description"));
            for (ConfigurationParameters.Setting setting : settings.all()) {
                dest.row(setting.name(), setting.value(), setting.description());
            }
        } else {
            dest.rowDescription(textColumns(settings.canonicalName(show.name())));
            dest.row(settings.get(show.name()));
        }
    }

    private static List<Column> textColumns(String... names) {
        List<Column> columns = new ArrayList<>();
        for (String name : names) {
            columns.add(new Column(name, PgType.of(PgType.Kind.TEXT), false));
        }
        return columns;
    }
}
