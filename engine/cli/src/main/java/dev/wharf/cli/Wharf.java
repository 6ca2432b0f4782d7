package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.Spelling;
import dev.wharf.cli.options.UsageException;
import dev.wharf.core.error.PgError;
import dev.wharf.shmem.ShmemException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The {@code wharf} command. Exit codes: 0 done; 1 an error; 2 wrong usage, or the session was ended; 3 a script's error under
 * ON_ERROR_STOP; 130 interrupted.
 */
public final class Wharf {
    static final String VERSION = "0.1.0";
    private static final int EXIT_FAILURE = 1;
    private static final int EXIT_USAGE = 2;
    /** psql's of a connection that went bad. */
    static final int EXIT_SESSION_ENDED = 2;
    private static final String HELP = """
            Usage: wharf COMMAND [OPTION]...
                   wharf [-h | --help] [-V | --version]

            Loads very large CSV files into tables, in parallel, and back.

            Commands, each with a --help of its own:
              demo    generate data, load it, write it back, and compare the two files
              init    make an empty data directory
              load    load CSV files into tables, made after what is in them
              sniff   show what load would make of a CSV file, and why
              sql     run SQL, as psql does
              serve   run background workers, and keep COPY's warm, for all sessions
              stat    show who is in the shared memory and what they do
            """;

    private Wharf() {
    }

    public static void main(String[] args) {
        Console console = Console.ofProcess();
        int exit = run(args, console);
        console.out().flush();
        console.err().flush();
        if (exit != 0) {
            // Only then: System.exit starts the logging system, to say that it was called.
            System.exit(exit);
        }
    }

    static int run(String[] args, Console console) {
        String name = args.length == 0 ? "" : args[0];
        switch (name) {
            case "-h", "--help" -> {
                console.out().print(HELP);
                return 0;
            }
            case "-V", "--version" -> {
                console.out().println("wharf " + VERSION);
                return 0;
            }
            default -> {
                Command command = command(name, console);
                return command == null ? unknown(name, console)
                        : run(command, Arrays.copyOfRange(args, 1, args.length), console);
            }
        }
    }

    /** Only the one that was asked for: the classes of the others need not be loaded. */
    private static Command command(String name, Console console) {
        return switch (name) {
            case "demo" -> new DemoCommand(console);
            case "init" -> new InitCommand(console);
            case "load" -> new LoadCommand(console);
            case "sniff" -> new SniffCommand(console);
            case "sql" -> new SqlCommand(console);
            case "serve" -> new ServeCommand();
            case "stat" -> new StatCommand(console);
            default -> null;
        };
    }

    private static int unknown(String name, Console console) {
        if (!name.isEmpty()) {
            boolean option = name.startsWith("-");
            List<String> known = option ? List.of("--help", "--version")
                    : List.of("demo", "init", "load", "sniff", "sql", "serve", "stat");
            console.err().println("wharf: error: unknown " + (option ? "option " : "command ") + name
                    + Spelling.didYouMean(name, known) + "\n");
        }
        console.err().print(HELP);
        return EXIT_USAGE;
    }

    private static int run(Command command, String[] words, Console console) {
        CommandLineOptions options = command.options();
        try {
            Arguments arguments = options.parse(words);
            if (arguments.has("--help")) {
                options.printHelp(console.out());
                return 0;
            }
            return command.run(arguments);
        } catch (UsageException e) {
            console.out().flush();
            console.err().println("wharf: error: " + e.getMessage() + "\n");
            options.printHelp(console.err());
            return EXIT_USAGE;
        } catch (PgError e) {
            ErrorReport.print(console.err(), "", e, null, Verbosity.DEFAULT);
            return e.endsSession() ? EXIT_SESSION_ENDED : EXIT_FAILURE;
        } catch (ShmemException e) {
            ErrorReport.print(console.err(), "", new PgError(e.sqlState(), e.getMessage(), e), null, Verbosity.DEFAULT);
        } catch (IOException e) {
            console.err().println("wharf: error: " + Errno.describe(e));
        }
        return EXIT_FAILURE;
    }

    /** A subcommand: its options, and what it does with them. */
    interface Command {
        CommandLineOptions options();

        /**
         * Returns the exit code.
         *
         * @throws UsageException for values that the command cannot take
         */
        int run(Arguments arguments) throws IOException;
    }
}
