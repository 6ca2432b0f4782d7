package dev.wharf.core.guc;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.ServerLog;
import java.nio.file.Path;

/**
 * The settings of a process that opens a data directory: those that are built in, the values that {@code wharf.conf} gives
 * them, and the log that they lead to.
 */
public final class ServerParameters {
    private static final String FILE = "wharf.conf";

    private final ServerLog log = new ServerLog();
    private final GucTable table = new GucTable(log);
    private final BuiltInParameters builtIn;
    private final ConfigFileProcessor file;

    /** With the defaults; nothing is read yet. */
    public ServerParameters(Path directory) {
        builtIn = new BuiltInParameters(table, directory);
        file = new ConfigFileProcessor(table, file(directory));
    }

    /** The settings of a data directory. */
    public static Path file(Path directory) {
        return directory.resolve(FILE);
    }

    /** Reads the file. @throws dev.wharf.core.error.PgError F0000 if it has errors */
    public void load() {
        file.load();
    }

    /** Reads the file again: PostgreSQL's answer to SIGHUP. What it has to say goes to the log. */
    public void reload() {
        file.reload(ErrorLevel.LOG);
    }

    /** The same in a process that the postmaster, which has said all of it already, has told to. */
    public void reloadAsTold() {
        file.reload(ErrorLevel.DEBUG2);
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
