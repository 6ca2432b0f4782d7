package dev.wharf.core.guc;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.error.SqlState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The settings of a process that opens a data directory: those that are built in, the values that {@code wharf.conf} gives
 * them, and the log that they lead to.
 *
 * <p>Where there is a postmaster, it alone reads that file, and all other processes have the values that it has: they would if
 * they were forked from it. So nothing that is written there means anything before the postmaster reads it again.
 */
public final class ServerParameters {
    private static final String FILE = "wharf.conf";

    private final ServerLog log = new ServerLog();
    private final GucTable table = new GucTable(log);
    private final BuiltInParameters builtIn;
    private final Path path;
    private final ConfigFileProcessor file;
    private final ConfigExecParams execParams;
    private boolean postmaster;
    private boolean published;

    /** With the defaults; nothing is read yet. */
    public ServerParameters(Path directory) {
        builtIn = new BuiltInParameters(table, directory);
        path = file(directory);
        file = new ConfigFileProcessor(table, path);
        execParams = new ConfigExecParams(directory);
    }

    /** The settings of a data directory. */
    public static Path file(Path directory) {
        return directory.resolve(FILE);
    }

    /**
     * As a session or a worker: takes the postmaster's values, or reads the file where there is none.
     *
     * @throws PgError 58P01 if there is no file, F0000 if it has errors
     */
    public void load() {
        List<ConfigFile.Item> inherited = execParams.read();
        if (inherited == null) {
            loadFile();
        } else {
            inheriting(inherited).load();
        }
    }

    /** As the postmaster: reads the file. @throws PgError as {@link #load} */
    public void loadAsPostmaster() {
        postmaster = true;
        loadFile();
    }

    private void loadFile() {
        if (!Files.exists(path)) {
            throw new PgError(SqlState.UNDEFINED_FILE,
                    "could not access the server configuration file \"" + path + "\": No such file or directory")
                    .withHint("An empty one will do: all settings have their defaults then.");
        }
        file.load();
    }

    private ConfigFileProcessor inheriting(List<ConfigFile.Item> inherited) {
        return new ConfigFileProcessor(table, execParams.file(), inherited);
    }

    /**
     * Takes the values anew: PostgreSQL's answer to SIGHUP. The postmaster reads the file, and others take what it has then. What
     * there is to say goes to the log.
     */
    public void reload() {
        reload(ErrorLevel.LOG);
    }

    /** The same in a process that the postmaster, which has said all of it already, has told to. */
    public void reloadAsTold() {
        reload(ErrorLevel.DEBUG2);
    }

    private synchronized void reload(ErrorLevel level) {
        try {
            List<ConfigFile.Item> inherited = postmaster ? null : execParams.read();
            (inherited == null ? file : inheriting(inherited)).reload(level);
            if (published && otherPostmasterPid() == 0) {
                publish();
            }
        } catch (PgError e) {
            log.write(ErrorLevel.LOG, e);
        }
    }

    /** From now on, and for as long as this process lives, other processes have its values. */
    public synchronized void publish() {
        execParams.write(table);
        published = true;
    }

    /** No more. What goes wrong is logged: it matters no longer than this process lives. */
    public synchronized void withdraw() {
        published = false;
        try {
            execParams.remove();
        } catch (PgError e) {
            log.write(ErrorLevel.LOG, e);
        }
    }

    /** Another live process that has published its values, or 0. */
    public long otherPostmasterPid() {
        long pid = execParams.postmasterPid();
        return pid == ProcessHandle.current().pid() ? 0 : pid;
    }

    public GucTable table() {
        return table;
    }

    public BuiltInParameters builtIn() {
        return builtIn;
    }

    public ServerLog log() {
        return log;
    }
}
