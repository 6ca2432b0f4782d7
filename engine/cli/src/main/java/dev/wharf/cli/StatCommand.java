package dev.wharf.cli;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.error.PgError;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentReader;
import dev.wharf.shmem.ShmemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code wharf stat}: what is going on in a segment, seen from outside; or what was, when its last process died. */
final class StatCommand implements Wharf.Command {
    private static final double DEFAULT_SECONDS = 2;
    private static final double MIN_SECONDS = 0.1;

    private final Console console;
    private final CommandSpec spec = CommandSpec.create().name("stat").addOption(Wharf.helpOption());

    StatCommand(Console console) {
        this.console = console;
        spec.usageMessage().description("Shows who is in a segment and what they do: processes, locks, allocations, counters. "
                + "It only reads: nobody notices, and a segment whose processes have all died shows what they left.")
                .sortOptions(false);
        spec.addPositional(PositionalParamSpec.builder().type(Path.class).arity("0..1").paramLabel("FILE")
                .description("A segment. Default: the data directory's.").build());
        spec.addOption(Directories.option());
        spec.addOption(OptionSpec.builder("--watch").type(Double.class).arity("0..1").paramLabel("SECONDS")
                .fallbackValue(Double.toString(DEFAULT_SECONDS))
                .description("Show it again and again, until q or Ctrl-C. Default: every 2 seconds.").build());
        spec.addOption(OptionSpec.builder("--json").description("One JSON object a line.").build());
        spec.addOption(OptionSpec.builder("--all").description("Also the locks that nobody has to do with.").build());
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult arguments) throws IOException {
        CommandLine line = arguments.commandSpec().commandLine();
        Path given = arguments.matchedPositionalValue(0, null);
        if (given != null && arguments.hasMatchedOption("-D")) {
            throw new CommandLine.ParameterException(line, "name a segment or a data directory, not both");
        }
        Double seconds = arguments.matchedOptionValue("--watch", null);
        if (seconds != null && !(seconds >= MIN_SECONDS)) {
            throw new CommandLine.ParameterException(line, "--watch must be at least " + MIN_SECONDS + " seconds: " + seconds);
        }
        Path file = given != null ? given : segmentOf(Directories.chosen(arguments));
        StatView view = arguments.hasMatchedOption("--json") ? new StatJson() : new StatText();
        boolean all = arguments.hasMatchedOption("--all");
        if (seconds == null) {
            try (SegmentReader reader = Segment.attachReadOnly(file)) {
                console.out().print(view.show(StatSnapshot.of(reader, all)));
            }
            return 0;
        }
        watch(file, view, all, (long) (seconds * TimeUnit.SECONDS.toNanos(1)));
        return 0;
    }

    private static Path segmentOf(Path directory) {
        if (!DataDirectory.isDataDirectory(directory)) {
            throw new PgError("58P01", Files.exists(directory) ? "\"" + directory + "\" is not a data directory"
                    : "data directory \"" + directory + "\" does not exist")
                    .withHint("Name one with -D, or the file of a segment.");
        }
        return DataDirectory.segmentFile(directory);
    }

    private void watch(Path file, StatView view, boolean all, long nanos) throws IOException {
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
                    text = view.show(StatSnapshot.of(reader, all));
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
