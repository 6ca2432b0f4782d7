package dev.wharf.core.guc;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.error.SqlState;
import java.nio.file.Files;
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
    private final Path path;
    private final ConfigFileProcessor file;

    /** With the defaults; nothing is read yet. */
    public ServerParameters(Path directory) {
        builtIn = new BuiltInParameters(table, directory);
        path = file(directory);
        file = new ConfigFileProcessor(table, path);
    }

    /** The settings of a data directory. */
    public static Path file(Path directory) {
        return directory.resolve(FILE);
    }

    /** Reads the file. @throws PgError 58P01 if there is none, F0000 if it has errors */
    public void load() {
        if (!Files.exists(path)) {
            throw new PgError(SqlState.UNDEFINED_FILE,
                    "could not access the server configuration file \"" + path + "\": No such file or directory")
                    .withHint("An empty one will do: all settings have their defaults then.");
        }
        file.load();
    }

    /** Reads the file again: PostgreSQL's answer to SIGHUP. What it has to say goes to the log. */
    public void reload() {
        file.reload();
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
