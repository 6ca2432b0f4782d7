package dev.wharf.cli;

import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code wharf sql}: psql's options and ways, on an embedded data directory. */
final class SqlCommand implements Wharf.Command {
    /** A -c or -f: they run in the order they were given in. */
    private record Action(boolean isFile, String text) {
    }

    private final Console console;
    private final List<Action> actions = new ArrayList<>();
    private final List<String> assignments = new ArrayList<>();
    private final CommandSpec spec = CommandSpec.create().name("sql").addOption(Wharf.helpOption());

    SqlCommand(Console console) {
        this.console = console;
        spec.usageMessage().description("Runs SQL: from -c, from -f, else from standard input. As psql does.")
                .sortOptions(false);
        spec.addOption(Directories.option());
        spec.addOption(repeated("-c", "--command", "SQL", "Run this query string (or one backslash command), then exit.",
                text -> actions.add(new Action(false, text))));
        spec.addOption(repeated("-f", "--file", "FILE", "Run the statements of a file, then exit; - is standard input.",
                text -> actions.add(new Action(true, text))));
        spec.addOption(repeated("-v", "--set", "NAME=VALUE", "Set a variable, such as ON_ERROR_STOP=1.", assignments::add));
        spec.addOption(flag("Unaligned output.", "-A", "--no-align"));
        spec.addOption(flag("Rows only: no names, no counts.", "-t", "--tuples-only"));
        spec.addOption(flag("No command tags, no banner.", "-q", "--quiet"));
        spec.addOption(flag("Accepted for psql's sake: there is no start-up file.", "-X", "--no-psqlrc"));
        spec.addOption(Jobs.option());
    }

    private static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names[0], names[1]).description(description).build();
    }

    private static OptionSpec repeated(String name, String longName, String label, String description,
                                       java.util.function.Consumer<String> each) {
        return OptionSpec.builder(name, longName).type(List.class).auxiliaryTypes(String.class).paramLabel(label).arity("1")
                .description(description)
                .parameterConsumer((stack, argument, command) -> {
                    if (stack.isEmpty()) {
                        throw new CommandLine.ParameterException(command.commandLine(),
                                "Missing required parameter for option '" + name + "' (" + label + ")");
                    }
                    each.accept(stack.pop());
                }).build();
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult arguments) throws IOException {
        Path path = Directories.chosen(arguments);
        try (DataDirectory directory = Directories.open(path)) {
            Backend backend = new Backend(directory, Path.of("").toAbsolutePath());
            Jobs.apply(arguments, backend);
            Psql psql = new Psql(console, directory, backend);
            psql.aligned = !arguments.hasMatchedOption("-A");
            psql.tuplesOnly = arguments.hasMatchedOption("-t");
            psql.quiet = arguments.hasMatchedOption("-q");
            for (String assignment : assignments) {
                int equals = assignment.indexOf('=');
                if (equals < 0) {
                    psql.variables.remove(assignment);
                } else {
                    psql.variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
                }
            }
            int exit = run(psql);
            return psql.outputClosed ? Psql.EXIT_OUTPUT_CLOSED : exit;
        }
    }

    private int run(Psql psql) throws IOException {
        if (actions.isEmpty()) {
            return psql.standardInput();
        }
        int exit = Psql.EXIT_SUCCESS;
        for (Action action : actions) {
            if (action.isFile()) {
                try {
                    exit = psql.file(action.text());
                } catch (IOException e) {
                    console.out().flush();
                    console.err().println("psql: error: " + Errno.describe(e));
                    exit = Psql.EXIT_FAILURE;
                }
            } else {
                exit = psql.command(action.text());
            }
            if (psql.quit || exit != Psql.EXIT_SUCCESS && psql.onErrorStop()) {
                break;
            }
        }
        return exit;
    }
}
