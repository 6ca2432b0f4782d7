package dev.wharf.core;

import dev.wharf.core.activity.BackendStatus;
import dev.wharf.core.catalog.Catalog;
import dev.wharf.core.catalog.CatalogLocks;
import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.catalog.FileCatalog;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyFormatOptions;
import dev.wharf.core.copy.CopyFrom;
import dev.wharf.core.copy.CopyLeader;
import dev.wharf.core.copy.CopyNotices;
import dev.wharf.core.copy.CopyProgress;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.copy.CopyTo;
import dev.wharf.core.copy.CopyTuning;
import dev.wharf.core.copy.QueryCancel;
import dev.wharf.core.copy.RejectFile;
import dev.wharf.core.copy.TaskQueues;
import dev.wharf.core.copy.WorkerPool;
import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.extension.ExtensionWorkerBootstrap;
import dev.wharf.core.extension.Extensions;
import dev.wharf.core.guc.ServerParameters;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.tcop.Elog;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.ShmemRequest;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import dev.wharf.shmem.bgworker.LaunchOptions;
import dev.wharf.shmem.bgworker.Postmaster;
import dev.wharf.shmem.bgworker.PostmasterMessage;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An open data directory: the segment, the catalog, and this process's pool of COPY workers.
 *
 * <pre>
 *   WHARF_VERSION        "2": the layout of everything here; "1", which had no defaults and no sequences, becomes it
 *   catalog              the tables
 *   wharf.conf           settings
 *   extensions/          jars of libraries
 *   base/OID/manifest    what a table consists of
 *   base/OID/sequence    how far a sequence is
 *   base/OID/load-.../   one load's Arrow files
 *   segment, .lock       shared memory
 *   worker.log           what workers have to say
 *   wharf.log            what all processes have to say
 *   postmaster.pid       which process is the postmaster
 *   config_exec_params   the settings that it has in effect
 *   control              how the last one ended
 * </pre>
 *
 * <p>Any number of processes may have the same directory open. One thread at a time uses an instance.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String SESSION = "client backend";

    private final Path directory;
    private final ServerParameters parameters;
    private final Elog elog;
    private final Extensions extensions;
    private final Segment segment;
    private final Proc proc;
    private final FileCatalog catalog;
    private final QueryCancel queryCancel = new QueryCancel();
    private final SessionInterrupts interrupts;
    private BackendStatus status;
    private BackgroundWorkers backgroundWorkers;
    private CopyLeader leader;
    private Postmaster postmaster;
    private volatile boolean closing;

    private DataDirectory(Path directory, ServerParameters parameters, Elog elog, Extensions extensions, Proc proc) {
        this.directory = directory;
        this.parameters = parameters;
        this.elog = elog;
        this.extensions = extensions;
        this.proc = proc;
        segment = proc.segment();
        interrupts = new SessionInterrupts(proc, queryCancel, parameters.log());
        status = new BackendStatus(segment, proc);
        catalog = new FileCatalog(directory, new CatalogLocks(segment), proc);
    }

    /** Makes an empty data directory. Fails if {@code directory} holds anything. */
    public static void init(Path directory) throws IOException {
        InitDb.init(directory);
    }

    /**
     * Makes a data directory where there is nothing yet. Of several processes that do so at once one makes it; the others wait
     * until it has.
     *
     * @return whether it was made here
     */
    public static boolean initIfEmpty(Path directory) throws IOException {
        return InitDb.initIfEmpty(directory);
    }

    /** Whether {@code directory} was made by {@link #init}. */
    public static boolean isDataDirectory(Path directory) {
        return InitDb.isDataDirectory(directory);
    }

    /** Where {@code directory}'s shared memory is, or will be. */
    public static Path segmentFile(Path directory) {
        return directory.resolve("segment");
    }

    /**
     * Reads the settings, loads the libraries, attaches, cleans up what crashed processes left, and is ready to work.
     *
     * @throws PgError if it is not a data directory, or one of another version; if its settings have errors, or a library cannot
     *                 be loaded; 57P03 if its postmaster is shutting down
     */
    public static DataDirectory open(Path directory) {
        DataDirectory opened = open(directory, SESSION, ServerParameters::load, _ -> { });
        opened.interrupts.listen(opened::close);
        return opened;
    }

    /**
     * As above.
     *
     * @param backendType    of the process
     * @param settings       gives them their values
     * @param beforeRecovery runs once there is shared memory
     */
    static DataDirectory open(Path directory, String backendType, Consumer<ServerParameters> settings,
                              Consumer<DataDirectory> beforeRecovery) {
        InitDb.checkVersion(directory);
        Path absolute = directory.toAbsolutePath();
        ServerParameters parameters = new ServerParameters(absolute);
        settings.accept(parameters);
        Elog elog = new Elog(parameters.log());
        Extensions extensions = Extensions.load(absolute, parameters, elog);
        Segment segment = null;
        DataDirectory opened = null;
        boolean ready = false;
        try {
            ShmemRequest request = SegmentStructs.request(parameters.builtIn().maxWorkerProcesses());
            extensions.requestShmem(request);
            segment = extensions.openSegment(segmentFile(absolute), request);
            extensions.checkSegment(segment);
            Proc proc = attach(segment, backendType, parameters.log());
            opened = new DataDirectory(absolute, parameters, elog, extensions, proc);
            extensions.startup(segment, opened.proc);
            beforeRecovery.accept(opened);
            opened.catalog.cleanUp();
            ready = true;
            return opened;
        } catch (ShmemException e) {
            throw new PgError(e.sqlState(), e.getMessage(), e);
        } finally {
            if (!ready && opened != null) {
                opened.close();
            } else if (!ready) {
                if (segment != null) {
                    segment.close();
                }
                extensions.close();
            }
        }
    }

    private static Proc attach(Segment segment, String backendType, ServerLog log) {
        Proc attached = segment.attachProc(backendType);
        boolean admitted = false;
        try {
            if (backendType.equals(SESSION)) {
                SessionInterrupts.checkAdmission(attached, log);
            }
            admitted = true;
            return attached;
        } finally {
            if (!admitted) {
                attached.close();
            }
        }
    }

    public Catalog catalog() {
        return new GuardedCatalog(catalog, interrupts);
    }

    /** The settings of this process. */
    ServerParameters parameters() {
        return parameters;
    }

    Elog elog() {
        return elog;
    }

    /** Absolute. */
    Path directory() {
        return directory;
    }

    /** It ends with this, before the segment is closed. */
    void setPostmaster(Postmaster running) {
        postmaster = running;
    }

    Segment segment() {
        return segment;
    }

    /** What the postmaster has to tell. */
    SessionInterrupts interrupts() {
        return interrupts;
    }

    /** By the postmaster, once shared memory is as it was at first. */
    void startupAgain(Proc supervisor) {
        status = new BackendStatus(segment, proc);
        extensions.startup(segment, supervisor);
    }

    /** What this process tells of itself. */
    BackendStatus status() {
        return status;
    }

    Proc proc() {
        return proc;
    }

    /** What the libraries have registered and installed. */
    public Extensions extensions() {
        return extensions;
    }

    /**
     * Takes the settings anew: the postmaster's, or what is in the file. What may change while the directory is open does;
     * the log tells what has, and what is wrong.
     */
    public void reload() {
        parameters.reload();
    }

    /** As {@link #reload}, if the postmaster has said so since the last call. */
    void processConfigReload() {
        if (interrupts.takeConfigReload()) {
            parameters.reloadAsTold();
        }
    }

    /** For other threads to end the statement that runs. */
    QueryCancel queryCancel() {
        return queryCancel;
    }

    /** COPY FROM a file. */
    public CopyResult copyFrom(Relation relation, int[] columns, Path file, CopyFormatOptions options, CopyTuning tuning,
                               CopyProgress progress, CopyNotices notices) {
        return copyFrom(relation, columns, List.of(new CopyInput.NamedFile(file)), options, tuning, progress, notices);
    }

    /**
     * COPY FROM. All rows become visible at once, durably (unless the table is unlogged), or none.
     *
     * @param columns indexes into the table's columns, in the inputs' order
     * @param inputs  read one after the other, as one load
     * @param notices told of each bad value, if the options say so
     */
    public CopyResult copyFrom(Relation relation, int[] columns, List<CopyInput> inputs, CopyFormatOptions options,
                               CopyTuning tuning, CopyProgress progress, CopyNotices notices) {
        Relation locked = lockShared(relation);
        String rejectFile = options.errors().rejectFile();
        try (RejectFile rejects = rejectFile == null ? null : RejectFile.create(Path.of(rejectFile))) {
            Path load = catalog.createLoadDirectory(locked);
            boolean published = false;
            try {
                CopyFrom.Loaded loaded = CopyFrom.run(leader(), catalog, locked, columns, inputs, options, tuning, load,
                        progress, notices, rejects);
                if (rejects != null) {
                    rejects.publish(!locked.unlogged());
                }
                if (!loaded.batches().isEmpty()) {
                    catalog.publish(locked, loaded.files(), loaded.batches(), load);
                    published = true;
                }
                if (rejects != null) {
                    rejects.keep();
                }
                return loaded.result();
            } finally {
                if (!published) {
                    delete(load);
                }
            }
        } finally {
            unlock(locked);
        }
    }

    /** For a COPY: from now on the table stays, and the session is not closed. */
    private Relation lockShared(Relation relation) {
        interrupts.begin();
        boolean locked = false;
        try {
            Relation present = catalog.lockShared(relation.name());
            locked = true;
            return present;
        } finally {
            if (!locked) {
                interrupts.end();
            }
        }
    }

    private void unlock(Relation relation) {
        try {
            catalog.unlock(relation);
        } finally {
            interrupts.end();
        }
    }

    /** COPY TO a file, which is replaced. */
    public CopyResult copyTo(Relation relation, int[] columns, Path file, CopyFormatOptions options, CopyTuning tuning,
                             CopyProgress progress) {
        Relation locked = lockShared(relation);
        try {
            return copyTo(locked, columns, options, tuning, progress).toFile(file);
        } finally {
            unlock(locked);
        }
    }

    /** COPY TO STDOUT. */
    public CopyResult copyTo(Relation relation, int[] columns, WritableByteChannel out, CopyFormatOptions options,
                             CopyTuning tuning, CopyProgress progress) {
        Relation locked = lockShared(relation);
        Path spool = null;
        try {
            CopyTo copy = copyTo(locked, columns, options, tuning, progress);
            spool = copy.isParallel() ? catalog.createLoadDirectory(locked) : null;
            return copy.toChannel(out, spool);
        } catch (IOException e) {
            throw new PgError(SqlState.IO_ERROR, "could not write COPY data: " + DurableFile.reason(e), e);
        } finally {
            if (spool != null) {
                delete(spool);
            }
            unlock(locked);
        }
    }

    private CopyTo copyTo(Relation relation, int[] columns, CopyFormatOptions options, CopyTuning tuning,
                          CopyProgress progress) {
        Manifest manifest = catalog.manifest(relation);
        return new CopyTo(leader(), relation, columns, catalog.directory(relation), manifest, options, tuning, progress);
    }

    /** Forks {@code count} COPY workers and waits until they are ready, so that the next COPY finds them warm. */
    public void startWorkers(int count) {
        try (SessionInterrupts.Statement _ = interrupts.begin()) {
            leader().startWorkers(count);
        }
    }

    private CopyLeader leader() {
        if (leader == null) {
            leader = new CopyLeader(proc, new TaskQueues(segment, proc), backgroundWorkers(), queryCancel);
        }
        return leader;
    }

    /** Registers workers: with the postmaster, or else with this process. */
    private BackgroundWorkers backgroundWorkers() {
        if (backgroundWorkers == null) {
            backgroundWorkers = new BackgroundWorkers(segment, launchOptions(directory, message -> {
                // Its own workers are killed as it ends: nothing to tell
                if (!closing) {
                    log(parameters.log(), message);
                }
            }));
        }
        return backgroundWorkers;
    }

    /** How workers of a data directory are started. */
    static LaunchOptions launchOptions(Path directory, Consumer<PostmasterMessage> log) {
        List<String> flags = new ArrayList<>(WorkerPool.JVM_FLAGS);
        // Like a core file there: not where the supervisor happened to be started
        flags.add("-XX:ErrorFile=" + directory.toString().replace("%", "%%") + "/hs_err_pid%p.log");
        return ExtensionWorkerBootstrap.options(new LaunchOptions(directory.resolve("worker.log"), log), directory)
                .withJvmFlags(flags);
    }

    static void log(ServerLog log, PostmasterMessage message) {
        log.write(ErrorLevel.valueOf(message.level().name()), message.message(), message.detail(), message.hint());
    }

    private static void delete(Path tree) {
        try {
            DurableFile.deleteTree(tree);
        } catch (IOException e) {
            // The next process to open the directory removes it.
            System.getLogger(DataDirectory.class.getName()).log(System.Logger.Level.WARNING, "could not remove " + tree, e);
        }
    }

    /** Waits for the statement that runs. Any number of times, by any thread. */
    @Override
    public void close() {
        interrupts.close(() -> {
            if (!closing) {
                closing = true;
                end();
            }
        });
    }

    private void closeSegment() {
        try {
            segment.close();
        } catch (IllegalStateException e) {
            // A library has not closed what it made for itself; the segment is left with the process
            parameters.log().write(ErrorLevel.LOG, e.getMessage());
        }
    }

    private void end() {
        if (postmaster != null) {
            postmaster.close();
        }
        if (backgroundWorkers != null) {
            backgroundWorkers.close();
        }
        if (leader != null) {
            leader.close();
        }
        proc.close();
        closeSegment();
        extensions.close();
    }
}
