package dev.wharf.cli;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.error.PgError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The data directory that a command works on. */
final class Directories {
    private static final String DEFAULT = "wharf-data";

    private Directories() {
    }

    static OptionSpec option() {
        return OptionSpec.builder("-D", "--directory").type(Path.class).paramLabel("DIR")
                .description("The data directory. Default: $WHARF_DATA, else " + DEFAULT + " in this folder.").build();
    }

    static Path chosen(ParseResult arguments) {
        Path given = arguments.matchedOptionValue("-D", null);
        if (given != null) {
            return given;
        }
        String environment = System.getenv("WHARF_DATA");
        return Path.of(environment == null || environment.isEmpty() ? DEFAULT : environment);
    }

    /** Opens what is there; says how to make one if nothing is. */
    static DataDirectory open(Path path) throws IOException {
        if (Files.notExists(path)) {
            throw new PgError("58P01", "data directory \"" + path + "\" does not exist")
                    .withHint("Make one with: wharf init -D " + path + ", or name another with -D.");
        }
        return DataDirectory.open(path);
    }

    /** Opens what is there, or makes it first and says so. */
    static DataDirectory openOrInit(Path path, Console console) throws IOException {
        if (Files.notExists(path) || isEmptyDirectory(path)) {
            DataDirectory.init(path);
            console.out().println("Made the data directory " + path + ".");
        }
        return DataDirectory.open(path);
    }

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (var entries = Files.newDirectoryStream(path)) {
            return !entries.iterator().hasNext();
        } catch (NoSuchFileException _) {
            return true;
        }
    }
}
