package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.UsageException;
import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.copy.CopyProgress;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.error.PgError;
import dev.wharf.core.guc.BuiltInParameters;
import dev.wharf.core.utility.QuoteIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code wharf demo}: the main job from end to end on real data, and what came of it. */
final class DemoCommand implements Wharf.Command {
    private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *(kB|KB|MB|GB|TB|B)?");
    private static final long SMALLEST = 10_000;

    private final Console console;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("wharf demo", "Generates TPC-H's lineitem as a CSV file, loads it "
                + "with worker processes, writes it back, and compares the two files byte for byte.")
                .value("--size", "SIZE", "Bytes of CSV, such as 200MB or 4GB. Default: 1GB.");
        Jobs.addOption(options);
        return options.value("-D", "--directory", "DIR",
                "The data directory, made if it does not exist. Default: demo-data.");
    }

    static long parseSize(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            return -1;
        }
        double unit = switch (matcher.group(2) == null ? "B" : matcher.group(2)) {
            case "kB", "KB" -> 1e3;
            case "MB" -> 1e6;
            case "GB" -> 1e9;
            case "TB" -> 1e12;
            default -> 1;
        };
        return (long) (Double.parseDouble(matcher.group(1)) * unit);
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        String written = arguments.value("--size", "1GB");
        long size = parseSize(written);
        if (size < SMALLEST) {
            throw new UsageException("--size must be a number of bytes, at least 10kB, such as 200MB or 4GB: " + written);
        }
        Path path = Path.of(arguments.value("-D", "demo-data"));
        try (DataDirectory directory = Directories.openOrInit(path, console)) {
            Backend backend = new Backend(directory, Path.of("").toAbsolutePath());
            Jobs.apply(arguments, backend);
            // The workers are what is to be shown, whether or not they pay on this machine for a file of this size
            backend.settings().set(BuiltInParameters.PARALLEL_SETUP_TIME, "0");
            return run(backend, path, size);
        }
    }

    private int run(Backend backend, Path path, long size) throws IOException {
        Path csv = path.resolve("lineitem.csv");
        Path back = path.resolve("lineitem.back.csv");
        generate(csv, size);
        execute(backend, "DROP TABLE IF EXISTS lineitem");
        execute(backend, LineitemFile.CREATE_TABLE);

        Run load = copy(backend, "COPY lineitem FROM " + QuoteIdentifier.literal(csv.toString()) + " (FORMAT csv, HEADER)");
        long mismatch;
        Run unload;
        try {
            unload = copy(backend, "COPY lineitem TO " + QuoteIdentifier.literal(back.toString()) + " (FORMAT csv, HEADER)");
            mismatch = FileComparison.mismatch(csv, back);
        } finally {
            Files.deleteIfExists(back);
        }
        say("");
        report("loaded", load.result(), load.nanos());
        report("written", unload.result(), unload.nanos());
        say("");
        if (mismatch >= 0) {
            console.out().flush();
            throw new PgError("XX001", "the file written back differs from \"" + csv + "\" at byte " + mismatch);
        }
        say("The file written back is the same as the source, byte for byte.");
        say("");
        say("Try next:");
        say("  ./wharf sql -D " + path + " -c '\\d lineitem'");
        say("  ./wharf sql -D " + path + " -c '\\dt+'");
        say("  ./wharf sql -D " + path
                + " -c \"COPY lineitem (l_orderkey, l_shipdate) TO STDOUT (FORMAT csv, HEADER)\" | head");
        say("  ./wharf load " + csv + " -D " + path + " --table lineitem2");
        return 0;
    }

    private void generate(Path csv, long size) throws IOException {
        if (Files.exists(csv) && LineitemFile.matches(Files.size(csv), size)) {
            say("Using " + csv + " from before.");
            return;
        }
        say("Generating " + csv + " (TPC-H lineitem).");
        console.out().flush();
        CopyProgress progress = new CopyProgress();
        progress.start(size);
        try (ProgressBar _ = ProgressBar.start(console, progress)) {
            LineitemFile.write(csv, size, Runtime.getRuntime().availableProcessors(),
                    bytes -> progress.report(bytes, 0));
        }
    }

    private record Run(CopyResult result, long nanos) {
    }

    private Run copy(Backend backend, String sql) {
        long start = System.nanoTime();
        try (ProgressBar _ = ProgressBar.start(console, backend.copyProgress())) {
            execute(backend, sql);
        }
        return new Run(backend.lastCopy(), System.nanoTime() - start);
    }

    private void execute(Backend backend, String sql) {
        say(sql.lines().findFirst().orElse("") + (sql.contains("\n") ? " ... );" : ";"));
        console.out().flush();
        backend.execute(sql, new SilentReceiver());
    }

    private void report(String what, CopyResult result, long nanos) {
        double seconds = nanos / 1e9;
        say(String.format(Locale.ROOT, "%-8s %,d rows, %,.1f MB in %.2f s: %,.0f MB/s", what, result.rows(),
                result.bytes() / 1e6, seconds, result.bytes() / 1e6 / seconds));
        List<List<String>> rows = new ArrayList<>();
        for (CopyResult.ProcessShare share : result.processes()) {
            rows.add(List.of(Long.toString(share.pid()), share.leader() ? "leader" : "worker", Integer.toString(share.tasks()),
                    Long.toString(share.rows()), String.format(Locale.ROOT, "%.1f", share.bytes() / 1e6)));
        }
        new TablePrinter(console.out(), true, false).print(new TablePrinter.Table(null,
                List.of("pid", "process", "tasks", "rows", "MB"), List.of(true, false, true, true, true), rows, false,
                List.of()));
    }

    private void say(String line) {
        console.out().println(line);
    }
}
