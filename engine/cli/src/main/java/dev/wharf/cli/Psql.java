package dev.wharf.cli;

import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.source.CopyDataSource;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.source.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A shell session: what psql does with its input, output and settings, on an embedded backend. */
final class Psql {
    static final int EXIT_SUCCESS = 0;
    static final int EXIT_FAILURE = 1;
    static final int EXIT_USER = 3;
    /** What a shell reports of a process that SIGPIPE ended. */
    static final int EXIT_OUTPUT_CLOSED = 141;
    private static final int MAX_INCLUDE_DEPTH = 32;

    final Console console;
    final DataDirectory directory;
    final Backend backend;
    final Map<String, String> variables = new TreeMap<>();
    boolean aligned = true;
    boolean tuplesOnly;
    boolean quiet;
    boolean timing;
    boolean quit;
    boolean outputClosed;
    boolean sessionEnded;
    /** By Ctrl-C: the rest of a script is not run. */
    private boolean cancelled;
    private final MetaCommands metaCommands = new MetaCommands(this);
    /** Whether nothing is to be read after the command that runs: then a COPY that fails need not skip the rest of its data. */
    boolean lastCommand;
    private final ScriptInput standardInput;
    /** What is read now: also for the data of a COPY FROM STDIN. */
    private ScriptInput source;
    /** Where those data are. */
    private volatile ScriptInput dataSource;
    /** Of the statement that runs. */
    private ProgressBar progressBar;
    private volatile boolean lineGivenUp;
    private String inputFile;
    private int lineNumber;
    private int includeDepth;

    Psql(Console console, DataDirectory directory, Backend backend) {
        this.console = console;
        this.directory = directory;
        this.backend = backend;
        standardInput = new ScriptInput(console.in(), this::promptForData, console.readiness(), console.inIsTerminal());
        source = standardInput;
        dataSource = standardInput;
    }

    TablePrinter printer() {
        return new TablePrinter(console.out(), aligned, tuplesOnly);
    }

    /** As psql's -c: one query string, or one backslash command. Returns the exit code. */
    int command(String text) {
        boolean ok = text.startsWith("\\") ? metaCommand(text.substring(1)) : sendQuery(text);
        console.out().flush();
        return ok ? EXIT_SUCCESS : EXIT_FAILURE;
    }

    /** As psql's -f; {@code -} is standard input. */
    int file(String name) throws IOException {
        if (name.equals("-")) {
            return input(standardInput, "<stdin>");
        }
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            return input(new ScriptInput(in), name);
        }
    }

    /** Standard input, statement by statement; with a prompt where it is a terminal. */
    int standardInput() throws IOException {
        if (console.inIsTerminal() && !quiet) {
            console.out().println("wharf (" + Wharf.VERSION + ")\nType \\? for help, \\q to quit.\n");
        }
        return input(standardInput, null);
    }

    /** \i: an error in it is no error of the including file, unless ON_ERROR_STOP. */
    boolean include(String name) {
        if (includeDepth == MAX_INCLUDE_DEPTH) {
            error(name + ": files include each other");
            return false;
        }
        String outerFile = inputFile;
        int outerLine = lineNumber;
        includeDepth++;
        try {
            return file(name) == EXIT_SUCCESS;
        } catch (IOException e) {
            inputFile = outerFile;
            lineNumber = outerLine;
            error(Errno.describe(e));
            return false;
        } finally {
            includeDepth--;
            inputFile = outerFile;
            lineNumber = outerLine;
        }
    }

    private int input(ScriptInput in, String name) throws IOException {
        ScriptInput outer = source;
        source = in;
        try {
            if (name != null || !console.inIsTerminal()) {
                return statements(name, false);
            }
            // From before the first prompt: between two lines or statements Ctrl-C is none that ends the shell
            try (CancelOnInterrupt _ = CancelOnInterrupt.eachTime(() -> lineGivenUp = true)) {
                return statements(null, true);
            }
        } finally {
            source = outer;
        }
    }

    private int statements(String name, boolean interactive) throws IOException {
        StatementScanner scanner = new StatementScanner(variables);
        inputFile = name;
        lineNumber = 0;
        boolean ok = true;
        while (!quit) {
            if (interactive) {
                lineGivenUp = false;
                console.out().print(scanner.isEmpty() ? "wharf=> " : "wharf-> ");
                console.out().flush();
            }
            String line;
            try {
                line = interactive ? source.readLine(() -> lineGivenUp) : source.readLine();
            } catch (InterruptedIOException e) {
                // Ctrl-C: what was typed so far of the statement is not meant
                console.out().println();
                scanner = new StatementScanner(variables);
                continue;
            }
            if (line == null) {
                break;
            }
            lineNumber++;
            scanner.feed(line);
            while (!quit) {
                StatementScanner.Item item = scanner.next();
                if (item == null) {
                    break;
                }
                ok = run(item, scanner);
                console.out().flush();
                if (!ok && (onErrorStop() || cancelled) && !interactive) {
                    return EXIT_USER;
                }
            }
        }
        if (interactive && !quit) {
            console.out().println();
        }
        String rest = scanner.rest();
        if (!quit && !interactive && !rest.isBlank()) {
            ok = sendQuery(rest);
            console.out().flush();
            if (!ok && (onErrorStop() || cancelled)) {
                return EXIT_USER;
            }
        }
        return EXIT_SUCCESS;
    }

    /** No pattern switch: the first one of a process makes classes, for longer than a short statement takes. */
    private boolean run(StatementScanner.Item item, StatementScanner scanner) {
        if (item instanceof StatementScanner.Query query) {
            return sendQuery(query.text());
        }
        StatementScanner.Backslash backslash = (StatementScanner.Backslash) item;
        return switch (backslash.name()) {
            case "g" -> {
                String query = scanner.rest();
                yield query.isBlank() || sendQuery(query);
            }
            case "p" -> {
                console.out().println(scanner.isEmpty() ? "Query buffer is empty." : scanner.peekBuffer());
                yield true;
            }
            case "r" -> {
                scanner.rest();
                if (!quiet) {
                    console.out().println("Query buffer reset (cleared).");
                }
                yield true;
            }
            default -> metaCommands.run(backslash.name(), backslash.arguments());
        };
    }

    private boolean metaCommand(String text) {
        StatementScanner scanner = new StatementScanner(variables);
        scanner.feed("\\" + text);
        boolean ok = true;
        for (StatementScanner.Item item = scanner.next(); item != null && !quit; item = scanner.next()) {
            ok = run(item, scanner);
        }
        return ok;
    }

    /** One that -v gave and that is none counts for none. */
    Verbosity verbosity() {
        Verbosity verbosity = Verbosity.of(variables.getOrDefault(Verbosity.VARIABLE, "default"));
        return verbosity == null ? Verbosity.DEFAULT : verbosity;
    }

    boolean onErrorStop() {
        String value = variables.getOrDefault("ON_ERROR_STOP", "off").toLowerCase(Locale.ROOT);
        return !(value.isEmpty() || value.equals("0") || "off".startsWith(value) && value.length() > 1
                || "false".startsWith(value) || "no".startsWith(value));
    }

    private boolean sendQuery(String sql) {
        return sendQuery(sql, PsqlReceiver.CopyEnds.SCRIPT);
    }

    /** Nothing more is run if that error ended the session. */
    void endWith(PgError e) {
        if (e.endsSession()) {
            sessionEnded = true;
            quit = true;
        }
    }

    /** Runs a {@code \copy}; what it reads or writes is opened first, so that a wrong name changes nothing. */
    boolean slashCopy(String arguments) {
        Path here = Path.of("").toAbsolutePath();
        try {
            SlashCopy copy = SlashCopy.parse(arguments);
            CopyInput input = copy.isFrom() ? copy.input(here) : null;
            try (WritableByteChannel output = copy.isFrom() ? null : copy.output(here)) {
                boolean ok = sendQuery(copy.sql(), new PsqlReceiver.CopyEnds(input, output, copy.ownStream()));
                if (ok && output instanceof Program program) {
                    try (CancelOnInterrupt _ = CancelOnInterrupt.of(program::kill)) {
                        program.finish();
                    }
                }
                return ok;
            }
        } catch (SlashCopy.ParseException e) {
            error(e.getMessage());
        } catch (IOException e) {
            error(Errno.describe(e));
        }
        return false;
    }

    private boolean sendQuery(String sql, PsqlReceiver.CopyEnds ends) {
        long start = System.nanoTime();
        PsqlReceiver receiver = new PsqlReceiver(this, sql, ends);
        boolean ok = false;
        try (CancelOnInterrupt _ = CancelOnInterrupt.of(this::cancel);
                ProgressBar bar = ProgressBar.start(console, backend.copyProgress())) {
            progressBar = bar;
            backend.execute(sql, receiver);
            ok = true;
        } catch (PgError e) {
            receiver.failed();
            if (!e.endsSession()) {
                endCopyData();
            }
            if (outputClosed) {
                quit = true;
                return false;
            }
            cancelled = e.sqlState().equals(SqlState.QUERY_CANCELED);
            ErrorReport.print(console.err(), prefix(), e, sql, verbosity());
            endWith(e);
        }
        if (timing) {
            printTiming((System.nanoTime() - start) / 1e6);
        }
        return ok;
    }

    /** By a signal's thread: ends the statement that runs. */
    private void cancel() {
        // Where it waits for data it is not the server's statement that ends first, but the data
        if (!dataSource.giveUpData()) {
            backend.cancel();
        }
    }

    /**
     * Begins a COPY FROM STDIN: its data follows the statement.
     *
     * @param own whether they are on the shell's own standard input, also while a script is read
     */
    CopyDataSource copyData(boolean own) {
        dataSource = own ? standardInput : source;
        if (dataSource == standardInput && console.inIsTerminal()) {
            progressBar.hide();
        }
        if (dataSource == standardInput && console.inIsTerminal() && !quiet) {
            console.out().print("Enter data to be copied followed by a newline.\n"
                    + "End with a backslash and a period on a line by itself, or an EOF signal.\n");
        }
        return dataSource.copyData(lastCommand);
    }

    /** The COPY FROM STDIN that ran, if one did, is over. */
    void endCopyData() {
        try {
            int lines = dataSource.endCopyData();
            lineNumber += dataSource == source ? lines : 0;
        } catch (IOException e) {
            error(Errno.describe(e));
        }
    }

    private void promptForData() {
        if (console.inIsTerminal()) {
            console.out().print(">> ");
            console.out().flush();
        }
    }

    private void printTiming(double milliseconds) {
        String text = String.format(Locale.ROOT, "Time: %.3f ms", milliseconds);
        if (milliseconds >= 1000) {
            double seconds = milliseconds / 1000;
            int minutes = (int) (seconds / 60);
            text += minutes < 60
                    ? String.format(Locale.ROOT, " (%02d:%06.3f)", minutes, seconds - minutes * 60.0)
                    : String.format(Locale.ROOT, " (%02d:%02d:%06.3f)", minutes / 60, minutes % 60, seconds - minutes * 60.0);
        }
        console.out().println(text);
    }

    /** What stands before a message about a file's line. */
    String prefix() {
        return inputFile == null ? "" : "psql:" + inputFile + ":" + lineNumber + ": ";
    }

    /** An error of the shell's own. */
    void error(String message) {
        console.out().flush();
        console.err().println(inputFile == null ? message : prefix() + "error: " + message);
    }
}
