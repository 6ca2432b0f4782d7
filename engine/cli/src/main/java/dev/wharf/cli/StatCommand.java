package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.Spelling;
import dev.wharf.cli.options.UsageException;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.error.PgError;
import dev.wharf.core.views.SystemView;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentReader;
import dev.wharf.shmem.ShmemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** {@code wharf stat}: what is going on in a segment, seen from outside; or what was, when its last process died. */
final class StatCommand implements Wharf.Command {
    private static final double DEFAULT_SECONDS = 2;
    private static final double MIN_SECONDS = 0.1;

    private final Console console;

    StatCommand(Console console) {
        this.console = console;
    }

    @Override
    public CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("wharf stat", "Shows who is in a segment and what they do: "
                + "processes, COPYs, locks, allocations, counters. It only reads: nobody notices, and a segment whose processes "
                + "have all died shows what they left.")
                .operand("FILE", "A segment. Default: the data directory's. Or the name of a view.");
        Directories.addOption(options);
        return options.flag("--watch", "Show it again and again, until q or Ctrl-C.")
                .value("--interval", "SECONDS", "How often, with --watch. Default: " + DEFAULT_SECONDS + ".")
                .value("--view", "NAME", "Only that view: " + String.join(", ", StatTable.names()) + ".")
                .flag("--json", "One JSON object a line.")
                .flag("--all", "Also the locks that nobody has to do with.");
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        String given = arguments.operands().isEmpty() ? null : arguments.operands().getFirst();
        String viewName = arguments.value("--view");
        if (viewName == null && given != null && StatTable.find(given) != null) {
            viewName = given;
            given = null;
        }
        if (given != null && arguments.has("-D")) {
            throw new UsageException("name a segment or a data directory, not both");
        }
        double seconds = arguments.number("--interval", DEFAULT_SECONDS);
        if (!(seconds >= MIN_SECONDS)) {
            throw new UsageException("--interval must be at least " + MIN_SECONDS + ": " + arguments.value("--interval"));
        }
        Path file = given != null ? Path.of(given) : segmentOf(Directories.chosen(arguments));
        StatView view = arguments.has("--json") ? new StatJson() : new StatText();
        boolean all = arguments.has("--all");
        Function<SegmentReader, String> contents = viewName == null ? reader -> view.show(StatSnapshot.of(reader, all))
                : contents(viewName, arguments.has("--json"));
        if (arguments.has("--watch")) {
            watch(file, view, contents, (long) (seconds * TimeUnit.SECONDS.toNanos(1)));
        } else {
            try (SegmentReader reader = Segment.attachReadOnly(file)) {
                console.out().print(contents.apply(reader));
            }
        }
        return 0;
    }

    private static Function<SegmentReader, String> contents(String viewName, boolean json) {
        SystemView view = StatTable.find(viewName);
        if (view == null) {
            throw new UsageException("no view " + viewName + Spelling.didYouMean(viewName, StatTable.names()));
        }
        return reader -> json ? StatTable.json(view, reader) : StatTable.text(view, reader);
    }

    private static Path segmentOf(Path directory) {
        if (!DataDirectory.isDataDirectory(directory)) {
            throw new PgError("58P01", Files.exists(directory) ? "\"" + directory + "\" is not a data directory"
                    : "data directory \"" + directory + "\" does not exist")
                    .withHint("Name one with -D, or the file of a segment.");
        }
        return DataDirectory.segmentFile(directory);
    }

    private void watch(Path file, StatView view, Function<SegmentReader, String> contents, long nanos) throws IOException {
        SegmentReader reader = Segment.attachReadOnly(file);
        try (StatScreen screen = StatScreen.of(console)) {
            do {
                String text;
                try {
                    if (reader == null || reader.isReplaced()) {
                        close(reader);
                        reader = null;
                        reader = Segment.attachReadOnly(file);
                    }
                    text = contents.apply(reader);
                } catch (ShmemException e) {
                    // It may come back: somebody is making a new one
                    text = view.error(e);
                }
                screen.show(view.heading(Instant.now().truncatedTo(ChronoUnit.SECONDS)) + text);
            } while (!screen.awaitQuit(nanos) && !console.out().checkError());
        } finally {
            close(reader);
        }
    }

    private static void close(SegmentReader reader) {
        if (reader != null) {
            reader.close();
        }
    }
}
