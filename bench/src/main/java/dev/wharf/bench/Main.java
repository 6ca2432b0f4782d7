package dev.wharf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What {@code bench/run} starts. The system property {@code wharf.home} is the project's directory. */
public final class Main {
    private static final String USAGE = """
            Usage: bench/run COMMAND [OPTION]...
              copy [--help]      load and write back CSV with Wharf, PostgreSQL and DuckDB in turn
              lock [--help]      take locks, Wharf's and its peers', in several processes
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
                return parsed(CopyCommand.spec(), rest, out, options -> CopyCommand.run(options, home, out));
            }
            case "lock" -> {
                return parsed(LockCommand.spec(), rest, out, options -> LockCommand.run(options, home, out));
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
        int run(ParseResult options) throws IOException;
    }

    private static int parsed(CommandSpec spec, String[] arguments, PrintStream out, Command command) throws IOException {
        CommandLine line = new CommandLine(spec);
        try {
            ParseResult options = line.parseArgs(arguments);
            if (options.isUsageHelpRequested()) {
                line.usage(out);
                return 0;
            }
            return command.run(options);
        } catch (ParameterException e) {
            out.println(e.getMessage());
            line.usage(out);
            return 2;
        }
    }
}
