package dev.wharf.bench;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** What {@code bench/run} starts. The system property {@code wharf.home} is the project's directory. */
public final class Main {
    private static final String USAGE = """
            Usage: bench/run COMMAND [OPTION]...
              copy [--help]      load and write back CSV with Wharf, PostgreSQL and DuckDB in turn
              formats [--help]   the same with text, binary, pipes, gzip, bad rows and LATIN1
              lock [--help]      take locks, Wharf's and its peers', in several processes
              fork [--help]      start background workers, and see what takes how long
              jmh [PATTERN]...   the JMH benchmarks whose names match (-h: JMH's own options; -l: list)
            """;

    private Main() {
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(run(arguments, Path.of(System.getProperty("wharf.home", "")).toAbsolutePath().normalize(), out));
    }

    /** @return the exit code: 0, 1 for figures that cannot be trusted, 2 for a wrong command line */
    static int run(String[] arguments, Path home, PrintStream out) throws IOException {
        String command = arguments.length == 0 ? "" : arguments[0];
        String[] rest = arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (command) {
            case "copy" -> {
                return parsed(CopyCommand.options(), rest, out, given -> CopyCommand.run(given, home, out));
            }
            case "formats" -> {
                return parsed(FormatsCommand.options(), rest, out, given -> FormatsCommand.run(given, home, out));
            }
            case "lock" -> {
                return parsed(LockCommand.options(), rest, out, given -> LockCommand.run(given, home, out));
            }
            case "fork" -> {
                return parsed(ForkCommand.options(), rest, out, given -> ForkCommand.run(given, home, out));
            }
            case "jmh" -> {
                // forks get this JVM's own flags
                org.openjdk.jmh.Main.main(rest);
                return 0;
            }
            case "--help", "-h" -> {
                out.print(USAGE);
                return 0;
            }
            default -> {
                out.print(command.isEmpty() ? USAGE : "no command \"" + command + "\"\n" + USAGE);
                return 2;
            }
        }
    }

    private interface Command {
        int run(Arguments given) throws IOException;
    }

    private static int parsed(CommandLineOptions accepted, String[] arguments, PrintStream out, Command command)
            throws IOException {
        try {
            Arguments given = accepted.parse(arguments);
            if (given.has("--help")) {
                accepted.printHelp(out);
                return 0;
            }
            return command.run(given);
        } catch (UsageException e) {
            out.println(e.getMessage());
            accepted.printHelp(out);
            return 2;
        }
    }
}
