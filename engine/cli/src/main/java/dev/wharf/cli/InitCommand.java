package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.core.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;

/** {@code wharf init}: an empty data directory. */
final class InitCommand implements Wharf.Command {
    private final Console console;

    InitCommand(Console console) {
        this.console = console;
    }

    @Override
    public CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("wharf init", "Makes an empty data directory.");
        Directories.addOption(options);
        return options;
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        Path directory = Directories.chosen(arguments);
        DataDirectory.init(directory);
        console.out().println("Made the data directory " + directory + ".");
        return 0;
    }
}
