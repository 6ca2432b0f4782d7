package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.error.PgError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The data directory that a command works on. */
final class Directories {
    private static final String DEFAULT = "wharf-data";

    private Directories() {
    }

    static void addOption(CommandLineOptions options) {
        options.value("-D", "--directory", "DIR",
                "The data directory. Default: $WHARF_DATA, else " + DEFAULT + " in this folder.");
    }

    static Path chosen(Arguments arguments) {
        String given = arguments.value("-D");
        if (given != null) {
            return Path.of(given);
        }
        String environment = System.getenv("WHARF_DATA");
        return Path.of(environment == null || environment.isEmpty() ? DEFAULT : environment);
    }

    /** Opens what is there; says how to make one if nothing is. */
    static DataDirectory open(Path path) throws IOException {
        return DataDirectory.open(existing(path));
    }

    /** What is there; says how to make one if nothing is. */
    static Path existing(Path path) {
        if (Files.notExists(path)) {
            throw new PgError("58P01", "data directory \"" + path + "\" does not exist")
                    .withHint("Make one with: wharf init -D " + path + ", or name another with -D.");
        }
        return path;
    }

    /** Opens what is there, or makes it first and says so. */
    static DataDirectory openOrInit(Path path, Console console) throws IOException {
        if (DataDirectory.initIfEmpty(path)) {
            console.out().println("Made the data directory " + path + ".");
        }
        return DataDirectory.open(path);
    }
}
