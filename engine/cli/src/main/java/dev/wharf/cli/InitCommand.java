package dev.wharf.cli;

import dev.wharf.core.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code wharf init}: an empty data directory. */
final class InitCommand implements Wharf.Command {
    private final Console console;
    private final CommandSpec spec = CommandSpec.create().name("init").addOption(Wharf.helpOption())
            .addOption(Directories.option());

    InitCommand(Console console) {
        this.console = console;
        spec.usageMessage().description("Makes an empty data directory.");
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult arguments) throws IOException {
        Path directory = Directories.chosen(arguments);
        DataDirectory.init(directory);
        console.out().println("Made the data directory " + directory + ".");
        return 0;
    }
}
