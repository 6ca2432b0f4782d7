package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.error.PgError;
import dev.wharf.core.guc.BuiltInParameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code wharf load}: a CSV file into a new table whose columns are inferred, or into one that exists. */
final class LoadCommand implements Wharf.Command {
    /** Errors of a value that its type refuses. */
    private static final Set<String> VALUE_ERRORS = Set.of("22P02", "22003", "22007", "22008");

    private final Console console;

    LoadCommand(Console console) {
        this.console = console;
    }

    @Override
    public CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("wharf load", "Loads CSV files. Without --table each file becomes a "
                + "table of its own, with columns and types inferred from its beginning; with --table all files become one "
                + "load into that table, all or nothing, in the order given. Rows are added to a table that exists; one that "
                + "does not is made after the first file.").operands("FILE",
                "CSV files, UTF-8, also compressed by gzip or zstd; or patterns in quotes: 'data/*.csv', in the order of names.");
        Directories.addOption(options);
        options.value("--table", "T", "The table, made if it does not exist. Default: named after the file.");
        Jobs.addOption(options);
        CsvOptions.addTo(options);
        return options.flag("--unlogged", "Make the table unlogged: faster, and empty after the machine crashes.");
    }

    private record Options(String table, CsvOptions csv, boolean unlogged) {
        static Options of(Arguments arguments) {
            return new Options(arguments.value("--table"), CsvOptions.of(arguments), arguments.has("--unlogged"));
        }
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        Options options = Options.of(arguments);
        List<Path> files = new ArrayList<>();
        for (String file : arguments.operands()) {
            files.addAll(FilePattern.expand(file));
        }
        for (Path file : files) {
            CsvOptions.checkReadable(file);
        }
        try (DataDirectory directory = Directories.openOrInit(Directories.chosen(arguments), console)) {
            Backend backend = new Backend(directory, Path.of("").toAbsolutePath());
            Jobs.apply(arguments, backend);
            if (options.table() != null) {
                load(directory, backend, files, options);
            } else {
                for (Path file : files) {
                    load(directory, backend, List.of(file), options);
                    console.out().flush();
                }
            }
        }
        return 0;
    }

    private void load(DataDirectory directory, Backend backend, List<Path> files, Options options) throws IOException {
        Path file = files.getFirst();
        String table = options.table() != null ? options.table() : tableName(file);
        CsvSample sample = CsvSample.read(file, options.csv().delimiter());
        Relation existing = directory.catalog().lookup(table);
        if (existing != null && options.table() == null && !isLeftover(directory, existing, sample, options)) {
            throw new PgError("42P07", "relation \"" + table + "\" already exists")
                    .withHint("To add the rows of \"" + file + "\" to it, load with --table " + table
                            + "; to make another, name it with --table.");
        }
        if (existing != null && options.table() != null) {
            copy(backend, files, table, sample.delimiter(), headerOption(sample, existing, options));
            return;
        }
        options.csv().checkRows(file, sample);
        SchemaInference schema = SchemaInference.of(sample, options.csv().header(), options.csv().textColumns());
        options.csv().checkTextColumns(file, schema);
        String create = schema.createTable(table, options.unlogged());
        if (schema.remark() != null) {
            console.out().println("NOTICE:  " + schema.remark());
        }
        console.out().println(create + ";");
        console.out().flush();
        if (existing == null) {
            backend.execute(create, new SilentReceiver());
        }
        // The scale was guessed from a sample: a later value with more decimals must not lose them unseen.
        backend.settings().set(BuiltInParameters.LOSSLESS_NUMERIC_INPUT, "on");
        try {
            // Each file's header is to be the first one's, so that no file's columns are in another order.
            boolean match = files.size() > 1 && sample.names().equals(schema.columns().stream().map(Column::name).toList());
            copy(backend, files, table, sample.delimiter(), !schema.header() ? null : match ? "HEADER MATCH" : "HEADER");
        } catch (PgError e) {
            backend.execute("DROP TABLE " + QuoteIdentifier.identifier(table), new SilentReceiver());
            throw explain(e, table, sample.rows().size(), sample.whole());
        } finally {
            backend.settings().reset(BuiltInParameters.LOSSLESS_NUMERIC_INPUT);
        }
    }

    /** Whether an earlier load of such a file made the table, and was interrupted before it held a row. */
    private static boolean isLeftover(DataDirectory directory, Relation table, CsvSample sample, Options options) {
        return directory.catalog().size(table).rows() == 0 && table.unlogged() == options.unlogged()
                && !sample.rows().isEmpty()
                && SchemaInference.of(sample, options.csv().header(), options.csv().textColumns()).columns()
                        .equals(table.columns());
    }

    /** The table is dropped again; the hint says how to go on. */
    private static PgError explain(PgError e, String table, int rows, boolean whole) {
        String dropped = "The table was dropped again: nothing was loaded.";
        if (!VALUE_ERRORS.contains(e.sqlState()) || e.context() == null || !e.context().contains(", column ")) {
            return e.withHint(e.hint() == null ? dropped : e.hint() + "\n" + dropped);
        }
        String context = e.context();
        int start = context.indexOf(", column ") + ", column ".length();
        int end = context.indexOf(": ", start);
        String column = end < 0 ? context.substring(start) : context.substring(start, end);
        return e.withHint((whole ? "The types were inferred from the file" : "The types were inferred from the first " + rows
                + " rows") + ". Load again with --text " + CsvOptions.shellWord(column) + ", or create the table yourself "
                + "(wharf sql) and load with --table " + table + ".\n" + dropped);
    }

    /** MATCH where the first row is the table's columns, so that it is checked again by COPY. */
    private static String headerOption(CsvSample sample, Relation table, Options options) {
        if (options.csv().header() != null) {
            return options.csv().header() ? "HEADER" : null;
        }
        if (sample.rows().isEmpty()) {
            return null;
        }
        return sample.names().equals(table.columns().stream().map(Column::name).toList()) ? "HEADER MATCH" : null;
    }

    private void copy(Backend backend, List<Path> files, String table, char delimiter, String header) {
        String sql = "COPY " + QuoteIdentifier.identifier(table) + " FROM "
                + (files.size() > 1 ? "STDIN" : QuoteIdentifier.literal(files.getFirst().toString()))
                + " (FORMAT csv" + (header == null ? "" : ", " + header)
                + (delimiter == ',' ? "" : delimiter == '\t' ? ", DELIMITER E'\\t'"
                        : ", DELIMITER " + QuoteIdentifier.literal(String.valueOf(delimiter))) + ")";
        console.out().println(sql + ";" + (files.size() > 1 ? " -- " + files.size() + " files" : ""));
        console.out().flush();
        long start = System.nanoTime();
        try (CancelOnInterrupt _ = CancelOnInterrupt.of(backend);
                ProgressBar _ = ProgressBar.start(console, backend.copyProgress())) {
            backend.execute(sql, new SilentReceiver(files.toArray(Path[]::new)));
        }
        console.out().println(summary(backend.lastCopy(), System.nanoTime() - start));
    }

    private static String summary(CopyResult result, long nanos) {
        double seconds = Math.max(nanos, 1) / 1e9;
        double megabytes = result.bytes() / 1e6;
        int processes = result.processes().size();
        // A rate over less than that says how long a start takes.
        String amount = megabytes < 1 ? String.format(Locale.ROOT, "%d bytes in %.2f s", result.bytes(), seconds)
                : String.format(Locale.ROOT, "%.1f MB in %.2f s, %.0f MB/s", megabytes, seconds, megabytes / seconds);
        return "COPY " + result.rows() + ": " + amount + ", " + processes + (processes == 1 ? " process" : " processes");
    }

    private static String tableName(Path file) {
        String base = file.getFileName().toString().replaceFirst("(?i)(\\.(csv|tsv|txt|tbl|psv|dat|gz|zst))+$", "");
        String name = QuoteIdentifier.plainName(base);
        if (name == null) {
            throw new PgError("42602", "no table name can be made of \"" + file.getFileName() + "\"")
                    .withHint("Name the table with --table.");
        }
        return name;
    }
}
