package dev.wharf.core.guc;

import dev.wharf.core.copy.CopyTuning;
import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.ServerLog;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The parameters that Wharf itself has: only such as change something, or show a fact. */
public final class BuiltInParameters {
    public static final String MAX_PARALLEL_COPY_WORKERS = "max_parallel_copy_workers";
    public static final String LOSSLESS_NUMERIC_INPUT = "lossless_numeric_input";
    public static final String PARALLEL_SETUP_TIME = "parallel_setup_time";
    private static final int MAX_WORKERS = 64;
    private static final int WORKER_IDLE_MILLIS = 60_000;
    /** PostgreSQL's default; on a larger machine a COPY wants more. */
    private static final int WORKER_PROCESSES = 8;
    private static final int MAX_WORKER_PROCESSES = 4096;
    private static final ConfigEnumEntry NOTICE = entry("notice");
    private static final ConfigEnumEntry WARNING = entry("warning");
    private static final ConfigEnumEntry ERROR = entry("error");

    private final IntVariable maxParallelCopyWorkers;
    private final IntVariable minParallelCopySize;
    private final IntVariable copyTaskSize;
    private final IntVariable parallelSetupTime;
    private final BoolVariable parallelLeaderParticipation;
    private final BoolVariable losslessNumericInput;
    private final EnumVariable clientMinMessages;
    private final StringVariable applicationName;
    private final IntVariable maxWorkerProcesses;
    private final StringVariable sharedPreloadLibraries;
    private final IntVariable parallelCopyWorkerIdleTimeout;
    private final EnumVariable crashPolicy;
    private final ClientParameters client;

    /**
     * Defines them.
     *
     * @param directory the data directory
     */
    public BuiltInParameters(GucTable table, Path directory) {
        ServerLog log = table.log();
        maxParallelCopyWorkers = table.define(new IntVariable(user(MAX_PARALLEL_COPY_WORKERS,
                "Sets the number of processes a COPY may use beside its leader."),
                Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 0, MAX_WORKERS), 0, MAX_WORKERS, GucHooks.none()));
        minParallelCopySize = table.define(new IntVariable(user("min_parallel_copy_size",
                "Sets the size from which a COPY uses workers.", GucFlag.UNIT_BYTE),
                (int) CopyTuning.DEFAULT_MIN_PARALLEL_BYTES, 0, Integer.MAX_VALUE, GucHooks.none()));
        copyTaskSize = table.define(new IntVariable(user("copy_task_size",
                "Sets how much of a file a process takes at a time.", GucFlag.UNIT_BYTE),
                (int) CopyTuning.DEFAULT_TASK_BYTES, 1, 1 << 30, GucHooks.none()));
        parallelSetupTime = table.define(new IntVariable(user(PARALLEL_SETUP_TIME,
                "Sets the least time a COPY must have left for another worker to be forked.", GucFlag.UNIT_MS),
                CopyTuning.DEFAULT_SETUP_MILLIS, 0, Integer.MAX_VALUE, GucHooks.none()));
        losslessNumericInput = table.define(new BoolVariable(user(LOSSLESS_NUMERIC_INPUT,
                "Makes COPY refuse a number that it would have to round."), false, GucHooks.none()));
        parallelLeaderParticipation = table.define(new BoolVariable(user("parallel_leader_participation",
                "Controls whether a COPY's leader also does its workers' work."), true, GucHooks.none()));
        applicationName = table.define(new StringVariable(user("application_name",
                "Sets the application name to be reported in statistics."), "", GucHooks.none()));
        clientMinMessages = table.define(new EnumVariable(user("client_min_messages",
                "Sets the message levels that are sent to the client."), "notice",
                levels(entry("log"), new ConfigEnumEntry("info", "info", true), NOTICE, WARNING, ERROR), GucHooks.none()));
        table.define(new EnumVariable(new GucDefinition("log_min_messages", "Sets the message levels that are logged.",
                GucContext.SUSET), "warning",
                levels(entry("info"), NOTICE, WARNING, ERROR, entry("log"), entry("fatal"), entry("panic")),
                GucHooks.onAssign(level -> log.setLogMinMessages(ErrorLevel.of(level)))));
        table.define(new StringVariable(new GucDefinition("log_filename",
                "Sets the file that messages are logged to.", "Relative to the data directory; empty for standard error.",
                GucContext.SIGHUP, Set.of()), "wharf.log",
                new GucHooks<>(BuiltInParameters::checkPath,
                        name -> log.setFile(name.isEmpty() ? null : directory.resolve(name)), null)));
        maxWorkerProcesses = table.define(new IntVariable(new GucDefinition("max_worker_processes",
                "Maximum number of concurrent worker processes.", GucContext.POSTMASTER),
                Math.clamp(Runtime.getRuntime().availableProcessors(), WORKER_PROCESSES, MAX_WORKER_PROCESSES), 0,
                MAX_WORKER_PROCESSES,
                GucHooks.none()));
        parallelCopyWorkerIdleTimeout = table.define(new IntVariable(new GucDefinition(
                "parallel_copy_worker_idle_timeout", "Sets how long a server keeps a COPY worker that nobody wants.",
                "0 keeps it for as long as the server runs.", GucContext.SIGHUP, Set.of(GucFlag.UNIT_MS)),
                WORKER_IDLE_MILLIS, 0, Integer.MAX_VALUE, GucHooks.none()));
        crashPolicy = table.define(new EnumVariable(new GucDefinition("crash_policy",
                "Selects what a server does when a background worker crashes.",
                "owner_death recovers the worker's locks, and nobody else notices; restart_all ends all workers and sessions, "
                        + "and makes shared memory anew.", GucContext.POSTMASTER, Set.of()), "owner_death",
                ConfigEnumEntry.of("owner_death", "restart_all"), GucHooks.none()));
        sharedPreloadLibraries = table.define(new StringVariable(new GucDefinition("shared_preload_libraries",
                "Lists the extensions to load as the data directory is opened.", GucContext.POSTMASTER, GucFlag.LIST_INPUT),
                "", GucHooks.none()));
        table.define(new StringVariable(new GucDefinition("server_encoding",
                "Shows the character set encoding of tables and files.", GucContext.INTERNAL, GucFlag.NOT_IN_SAMPLE), "UTF8",
                GucHooks.none()));
        client = new ClientParameters(table);
        FixedParameters.define(table);
    }

    private static GucDefinition user(String name, String description, GucFlag... flags) {
        return new GucDefinition(name, description, GucContext.USERSET, flags);
    }

    private static String checkPath(String name, GucSource source) throws GucCheckException {
        try {
            return Path.of(name).toString();
        } catch (InvalidPathException e) {
            throw new GucCheckException("It is no name of a file: " + e.getReason() + ".");
        }
    }

    private static ConfigEnumEntry entry(String name) {
        return new ConfigEnumEntry(name, name, false);
    }

    private static List<ConfigEnumEntry> levels(ConfigEnumEntry... others) {
        List<ConfigEnumEntry> levels = new ArrayList<>(
                ConfigEnumEntry.of("debug5", "debug4", "debug3", "debug2", "debug1"));
        levels.add(new ConfigEnumEntry("debug", "debug2", true));
        levels.addAll(List.of(others));
        return levels;
    }

    /** What a session's settings say of how a COPY is spread over processes. */
    public CopyTuning copyTuning(ConfigurationParameters session) {
        return new CopyTuning(session.value(maxParallelCopyWorkers), session.value(minParallelCopySize),
                session.value(copyTaskSize), session.value(parallelLeaderParticipation), session.value(parallelSetupTime));
    }

    /** What a session says of its client's bytes. */
    public ClientParameters client() {
        return client;
    }

    /** Whether COPY refuses to round. */
    public boolean losslessNumericInput(ConfigurationParameters session) {
        return session.value(losslessNumericInput);
    }

    /** What a session calls itself. */
    public String applicationName(ConfigurationParameters session) {
        return session.value(applicationName);
    }

    /** The least level of what a session sends to its client. */
    public ErrorLevel clientMinMessages(ConfigurationParameters session) {
        return ErrorLevel.of(session.value(clientMinMessages));
    }

    /** How many background workers may be registered at once. */
    public int maxWorkerProcesses() {
        return maxWorkerProcesses.processValue();
    }

    /** Milliseconds after which the postmaster's idle COPY workers end; 0 for never. */
    public int parallelCopyWorkerIdleTimeout() {
        return parallelCopyWorkerIdleTimeout.processValue();
    }

    /** {@code owner_death} or {@code restart_all}. */
    public String crashPolicy() {
        return crashPolicy.processValue();
    }

    /** Class names, parted by commas. */
    public String sharedPreloadLibraries() {
        return sharedPreloadLibraries.processValue();
    }
}
