package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@code wharf sql}: psql's options and ways, on an embedded data directory. */
final class SqlCommand implements Wharf.Command {
    private final Console console;

    SqlCommand(Console console) {
        this.console = console;
    }

    @Override
    public CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("wharf sql",
                "Runs SQL: from -c, from -f, else from standard input. As psql does.");
        Directories.addOption(options);
        options.values("-c", "--command", "SQL", "Run this query string (or one backslash command), then exit.")
                .values("-f", "--file", "FILE", "Run the statements of a file, then exit; - is standard input.")
                .values("-v", "--set", "NAME=VALUE", "Set a variable, such as ON_ERROR_STOP=1.")
                .flag("-A", "--no-align", "Unaligned output.")
                .flag("-t", "--tuples-only", "Rows only: no names, no counts.")
                .flag("-q", "--quiet", "No command tags, no banner.")
                .flag("-X", "--no-psqlrc", "Accepted for psql's sake: there is no start-up file.");
        Jobs.addOption(options);
        return options;
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        Path path = Directories.chosen(arguments);
        try (DataDirectory directory = Directories.open(path)) {
            Backend backend = new Backend(directory, Path.of("").toAbsolutePath());
            Jobs.apply(arguments, backend);
            Psql psql = new Psql(console, directory, backend);
            psql.aligned = !arguments.has("-A");
            psql.tuplesOnly = arguments.has("-t");
            psql.quiet = arguments.has("-q");
            for (String assignment : arguments.values("-v")) {
                int equals = assignment.indexOf('=');
                if (equals < 0) {
                    psql.variables.remove(assignment);
                } else {
                    psql.variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
                }
            }
            int exit = run(psql, arguments.inOrder("-c", "-f"));
            return psql.outputClosed ? Psql.EXIT_OUTPUT_CLOSED : psql.sessionEnded ? Wharf.EXIT_SESSION_ENDED : exit;
        }
    }

    private int run(Psql psql, List<Arguments.Given> actions) throws IOException {
        if (actions.isEmpty()) {
            return psql.standardInput();
        }
        int exit = Psql.EXIT_SUCCESS;
        for (Arguments.Given action : actions) {
            psql.lastCommand = action == actions.getLast() && action.name().equals("-c");
            if (action.name().equals("-f")) {
                try {
                    exit = psql.file(action.value());
                } catch (IOException e) {
                    console.out().flush();
                    console.err().println("psql: error: " + Errno.describe(e));
                    exit = Psql.EXIT_FAILURE;
                }
            } else {
                exit = psql.command(action.value());
            }
            if (psql.quit || exit != Psql.EXIT_SUCCESS && psql.onErrorStop()) {
                break;
            }
        }
        return exit;
    }
}
