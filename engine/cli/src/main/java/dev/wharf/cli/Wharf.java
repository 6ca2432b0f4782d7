package dev.wharf.cli;

import dev.wharf.core.error.PgError;
import dev.wharf.shmem.ShmemException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The {@code wharf} command. Exit codes: 0 done; 1 an error; 2 wrong usage; 3 a script's error under ON_ERROR_STOP; 130
 * interrupted.
 */
public final class Wharf {
    static final String VERSION = "0.1.0";
    private static final int EXIT_FAILURE = 1;

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
        List<Command> commands = List.of(new DemoCommand(console), new InitCommand(console), new LoadCommand(console),
                new SqlCommand(console), new StatCommand(console));
        CommandSpec root = CommandSpec.create().name("wharf").version("wharf " + VERSION).addOption(helpOption())
                .addOption(OptionSpec.builder("-V", "--version").versionHelp(true).description("Show the version.").build());
        root.usageMessage().description("Loads very large CSV files into tables, in parallel, and back.")
                .sortOptions(false);
        for (Command command : commands) {
            root.addSubcommand(command.spec().name(), command.spec());
        }
        CommandLine line = new CommandLine(root);
        line.setOut(new java.io.PrintWriter(console.out(), true, java.nio.charset.StandardCharsets.UTF_8));
        line.setErr(new java.io.PrintWriter(console.err(), true, java.nio.charset.StandardCharsets.UTF_8));
        line.setExecutionStrategy(result -> execute(result, commands, console));
        return line.execute(args);
    }

    /** By hand: picocli's mixin for it starts reflection, which takes longer than all the rest. */
    static OptionSpec helpOption() {
        return OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build();
    }

    private static int execute(ParseResult result, List<Command> commands, Console console) {
        Integer help = CommandLine.executeHelpRequest(result);
        if (help != null) {
            return help;
        }
        ParseResult sub = result.subcommand();
        if (sub == null) {
            result.commandSpec().commandLine().usage(result.commandSpec().commandLine().getErr());
            return CommandLine.ExitCode.USAGE;
        }
        try {
            for (Command command : commands) {
                if (command.spec().name().equals(sub.commandSpec().name())) {
                    return command.run(sub);
                }
            }
            throw new AssertionError(sub.commandSpec().name());
        } catch (PgError e) {
            ErrorReport.print(console.err(), "", e, null);
        } catch (ShmemException e) {
            ErrorReport.print(console.err(), "", new PgError(e.sqlState(), e.getMessage(), e), null);
        } catch (IOException e) {
            console.err().println("wharf: error: " + Errno.describe(e));
        }
        return EXIT_FAILURE;
    }

    /** A subcommand: its options, and what it does with them. */
    interface Command {
        CommandSpec spec();

        /** Returns the exit code. */
        int run(ParseResult arguments) throws IOException;
    }
}
