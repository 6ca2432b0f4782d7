package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.UsageException;
import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.guc.BuiltInParameters;
import dev.wharf.core.guc.ClientParameters;
import dev.wharf.core.types.DateOrder;
import dev.wharf.core.utility.Notice;
import dev.wharf.core.utility.QuoteIdentifier;
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
                + "table of its own, with columns and types inferred from its beginning; with --table all files become one load "
                + "into that table, all or nothing, in the order given. Rows are added to a table that exists; one that does not "
                + "is made after the first file.").operands("FILE", "CSV files, also compressed by gzip or zstd; - is "
                + "standard input; or patterns in quotes: 'data/*.csv', in order of their names.");
        Directories.addOption(options);
        options.value("--table", "T", "The table, made if it does not exist; a name as in SQL. Default: named "
                + "after the file.");
        Jobs.addOption(options);
        CsvOptions.addTo(options);
        return options
                .value("--on-error", "WHAT", "What a value does that its column's type refuses: stop ends the load, ignore "
                        + "leaves the row out, set_null makes it NULL. Default: stop.")
                .value("--reject-limit", "N", "With --on-error ignore: end the load when it leaves out more than N rows.")
                .value("--reject-file", "F", "With --on-error ignore: write the rows that are left out to this new CSV file, "
                        + "with line, byte, column and error.")
                .flag("--unlogged", "Make the table unlogged: faster, and empty after the machine crashes.");
    }

    /** @param errors options of COPY about bad values, as SQL; empty for none */
    private record Options(String table, CsvOptions csv, boolean unlogged, String errors) {
        static Options of(Arguments arguments) {
            return new Options(arguments.has("--table") ? TableName.of(arguments.value("--table")) : null,
                    CsvOptions.of(arguments), arguments.has("--unlogged"), errors(arguments));
        }

        private static String errors(Arguments arguments) {
            String onError = arguments.value("--on-error", "stop");
            if (!Set.of("stop", "ignore", "set_null").contains(onError)) {
                throw new UsageException("--on-error must be stop, ignore or set_null: \"" + onError + "\"");
            }
            StringBuilder sql = new StringBuilder(onError.equals("stop") ? "" : ", ON_ERROR " + onError);
            for (String option : List.of("--reject-limit", "--reject-file")) {
                if (arguments.has(option) && !onError.equals("ignore")) {
                    throw new UsageException(option + " needs --on-error ignore");
                }
            }
            if (arguments.has("--reject-limit")) {
                sql.append(", REJECT_LIMIT ").append(arguments.wholeNumber("--reject-limit", 0, 1));
            }
            if (arguments.has("--reject-file")) {
                sql.append(", REJECT_FILE ").append(QuoteIdentifier.literal(arguments.value("--reject-file")));
            }
            return sql.toString();
        }
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        Options options = Options.of(arguments);
        List<Path> paths = new ArrayList<>();
        for (String operand : arguments.operands()) {
            paths.addAll(FilePattern.expand(operand));
        }
        if (paths.size() > 1 && options.table() == null && arguments.has("--reject-file")) {
            throw new UsageException("--reject-file is for one load: name its table with --table, or load the files one by one");
        }
        List<LoadInput> files = new ArrayList<>();
        for (Path path : paths) {
            files.add(LoadInput.of(path, console));
        }
        try (DataDirectory directory = Directories.openOrInit(Directories.chosen(arguments), console)) {
            Backend backend = new Backend(directory, Path.of("").toAbsolutePath());
            Jobs.apply(arguments, backend);
            if (options.table() != null) {
                load(directory, backend, files, options);
            } else {
                for (LoadInput file : files) {
                    load(directory, backend, List.of(file), options);
                    console.out().flush();
                }
            }
        }
        return 0;
    }

    private void load(DataDirectory directory, Backend backend, List<LoadInput> files, Options options) throws IOException {
        LoadInput file = files.getFirst();
        String table = options.table() != null ? options.table() : tableName(file);
        CsvSample sample = CsvSample.read(file, options.csv().dialect(), options.csv().encoding());
        Relation existing = directory.catalog().lookup(table);
        if (existing != null && options.table() == null && !isLeftover(directory, existing, sample, options)) {
            throw new PgError("42P07", "relation \"" + table + "\" already exists")
                    .withHint("To add the rows of " + file + " to it, load with --table "
                            + CsvOptions.shellWord(QuoteIdentifier.identifier(table))
                            + "; to make another, name it with --table.");
        }
        if (existing != null && options.table() != null) {
            checkSkipped(files, sample, options);
            copy(backend, files, existing, sample.dialect(), headerOption(sample, existing, options), options.csv().dateOrder(),
                    options);
            return;
        }
        checkEncoding(file, sample);
        checkSkipped(files, sample, options);
        options.csv().checkRows(file, sample);
        SchemaInference schema = SchemaInference.of(sample, options.csv());
        options.csv().checkTextColumns(file, schema);
        String create = schema.createTable(table, options.unlogged());
        for (String remark : schema.remarks()) {
            console.out().println("NOTICE:  " + remark);
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
            copy(backend, files, directory.catalog().lookup(table), sample.dialect(),
                    sample.header(schema.header(), match), schema.dates().order(), options);
        } catch (PgError e) {
            if (e.endsSession()) {
                throw e;
            }
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
                && SchemaInference.of(sample, options.csv()).columns()
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
                + "(wharf sql) and load with --table "
                + CsvOptions.shellWord(QuoteIdentifier.identifier(table)) + ".\n" + dropped);
    }

    /** MATCH where the first row is the table's columns, so that it is checked again by COPY. */
    private static String headerOption(CsvSample sample, Relation table, Options options) {
        if (options.csv().header() != null) {
            return sample.header(options.csv().header(), false);
        }
        boolean names = !sample.rows().isEmpty()
                && sample.plainNames().equals(table.columns().stream().map(Column::name).toList());
        return sample.header(names, !sample.isMarked());
    }

    /** No table can be made after what is not text. */
    private static void checkEncoding(LoadInput file, CsvSample sample) {
        if (sample.encoding() != null) {
            throw new PgError("22021", "invalid byte sequence for encoding \"UTF8\": " + sample.encoding().bytes())
                    .withDetail("Line " + sample.encoding().line() + " of " + file + " is not UTF-8.")
                    .withHint(sample.encoding().advice());
        }
    }

    /** Says which lines are left out; of files that are loaded together all have them, so that no row is lost. */
    private void checkSkipped(List<LoadInput> files, CsvSample sample, Options options) throws IOException {
        int skip = sample.inferred().skip();
        if (skip == 0) {
            return;
        }
        for (LoadInput other : files.subList(1, files.size())) {
            if (CsvSample.read(other, options.csv().dialect(), options.csv().encoding()).inferred().skip() != skip) {
                throw new PgError("22P04", other + " does not have as many lines before its first row as " + files.getFirst())
                        .withHint("Load it by itself.");
            }
        }
        console.out().println("NOTICE:  " + sample.inferred().skipped());
    }

    /** @param order of the dates, null for the one that is set */
    private void copy(Backend backend, List<LoadInput> files, Relation table, Dialect dialect, String header, DateOrder order,
            Options options) {
        if (order == null || order == ClientParameters.dateOrder(backend.settings())) {
            copy(backend, files, table, dialect, header, options);
            return;
        }
        String style = "ISO, " + order;
        console.out().println("SET " + ClientParameters.DATE_STYLE + " = " + style + ";");
        backend.settings().set(ClientParameters.DATE_STYLE, style);
        try {
            copy(backend, files, table, dialect, header, options);
        } finally {
            backend.settings().reset(ClientParameters.DATE_STYLE);
        }
    }

    private void copy(Backend backend, List<LoadInput> files, Relation table, Dialect dialect, String header,
            Options options) {
        boolean named = files.size() == 1 && !files.getFirst().isStream();
        PgEncoding defaultEncoding = PgEncoding.of(backend.settings().get(ClientParameters.CLIENT_ENCODING));
        String sql = "COPY " + QuoteIdentifier.identifier(table.name()) + " FROM "
                + (named ? QuoteIdentifier.literal(files.getFirst().file().toString()) : "STDIN")
                + " (FORMAT csv" + (header == null ? "" : ", " + header)
                + dialect.options()
                + (options.csv().encoding() == defaultEncoding ? "" : ", ENCODING '" + options.csv().encoding().name() + "'")
                + options.errors() + ")";
        console.out().println(sql + ";" + (files.size() > 1 ? " -- " + files.size() + " files" : ""));
        console.out().flush();
        long start = System.nanoTime();
        List<Notice> notices = new ArrayList<>();
        try (CancelOnInterrupt _ = CancelOnInterrupt.of(backend::cancel);
                ProgressBar _ = ProgressBar.start(console, backend.copyProgress())) {
            backend.execute(sql, new SilentReceiver(notices::add, files.stream().map(LoadInput::whole).toList()));
        } catch (PgError e) {
            throw LoadAdvice.explain(e, table.columns(), dialect, header != null,
                    ClientParameters.dateOrder(backend.settings()));
        }
        for (Notice notice : notices) {
            console.out().println(notice.severity() + ":  " + notice.message());
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

    private static String tableName(LoadInput input) {
        if (input.isStream()) {
            throw new PgError("42602", input + " gives its table no name").withHint("Name the table with --table.");
        }
        Path file = input.file();
        String base = file.getFileName().toString().replaceFirst("(?i)(\\.(csv|tsv|txt|tbl|psv|dat|gz|zst))+$", "");
        String name = QuoteIdentifier.plainName(base);
        if (name == null) {
            throw new PgError("42602", "no table name can be made of \"" + file.getFileName() + "\"")
                    .withHint("Name the table with --table.");
        }
        return name;
    }
}
