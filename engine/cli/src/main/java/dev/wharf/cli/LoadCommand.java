package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.UsageException;
import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.error.PgError;
import dev.wharf.core.utility.ConfigurationParameters;
import dev.wharf.core.utility.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
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
                + "table of its own, with columns and types inferred from its beginning; with the name of an existing table, "
                + "rows are added to it.").operands("FILE", "CSV files, UTF-8.");
        Directories.addOption(options);
        options.value("--table", "T", "The table, made if it does not exist. Default: named after the file.");
        Jobs.addOption(options);
        return options.value("--delimiter", "C", "One character, or \\t. Default: found out of , ; tab |.")
                .flag("--header", "The first row is names.")
                .flag("--no-header", "The first row is data.")
                .values(null, "--text", "COLUMN,...", "Make these columns text, whatever their values look like.")
                .value("--on-error", "WHAT", "What a value does that its column's type refuses: stop ends the load, ignore "
                        + "leaves the row out, set_null makes it NULL. Default: stop.")
                .value("--reject-limit", "N", "With --on-error ignore: end the load when it leaves out more than N rows.")
                .value("--reject-file", "F", "With --on-error ignore: write the rows that are left out to this new CSV file, "
                        + "with line, byte, column and error.")
                .flag("--unlogged", "Make the table unlogged: faster, and empty after the machine crashes.");
    }

    /** @param errors options of COPY about bad values, as SQL; empty for none */
    private record Options(String table, Character delimiter, Boolean header, Set<String> textColumns, boolean unlogged,
                           String errors) {
        static Options of(Arguments arguments) {
            boolean header = arguments.has("--header");
            boolean noHeader = arguments.has("--no-header");
            if (header && noHeader) {
                throw new UsageException("--header and --no-header contradict each other");
            }
            String delimiter = arguments.value("--delimiter");
            if ("\\t".equals(delimiter)) {
                delimiter = "\t";
            }
            if (delimiter != null && (delimiter.length() != 1 || delimiter.charAt(0) >= 0x80)) {
                throw new UsageException("--delimiter must be a single one-byte character: " + delimiter);
            }
            Set<String> text = new HashSet<>();
            for (String columns : arguments.values("--text")) {
                text.addAll(List.of(columns.split(",")));
            }
            return new Options(arguments.value("--table"),
                    delimiter == null ? null : delimiter.charAt(0), header || noHeader ? (Boolean) header : null,
                    text, arguments.has("--unlogged"), errors(arguments));
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
                if (arguments.operands().size() > 1) {
                    throw new UsageException("--reject-file is for one FILE: load them one by one");
                }
                sql.append(", REJECT_FILE ").append(QuoteIdentifier.literal(arguments.value("--reject-file")));
            }
            return sql.toString();
        }
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        Options options = Options.of(arguments);
        List<Path> files = new ArrayList<>();
        for (String file : arguments.operands()) {
            files.add(Path.of(file));
        }
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                throw new PgError(Files.exists(file) ? "42809" : "58P01", Files.isDirectory(file)
                        ? "\"" + file + "\" is a directory"
                        : "could not open file \"" + file + "\" for reading: "
                                + (Files.exists(file) ? "not a regular file" : "No such file or directory"));
            }
        }
        try (DataDirectory directory = Directories.openOrInit(Directories.chosen(arguments), console)) {
            Backend backend = new Backend(directory, Path.of("").toAbsolutePath());
            Jobs.apply(arguments, backend);
            for (Path file : files) {
                load(directory, backend, file, options);
                console.out().flush();
            }
        }
        return 0;
    }

    private void load(DataDirectory directory, Backend backend, Path file, Options options) throws IOException {
        String table = options.table() != null ? options.table() : tableName(file);
        CsvSample sample = CsvSample.read(file, options.delimiter());
        Relation existing = directory.catalog().lookup(table);
        if (existing != null && options.table() == null && !isLeftover(directory, existing, sample, options)) {
            throw new PgError("42P07", "relation \"" + table + "\" already exists")
                    .withHint("To add the rows of \"" + file + "\" to it, load with --table " + table
                            + "; to make another, name it with --table.");
        }
        if (existing != null && options.table() != null) {
            copy(backend, file, table, sample.delimiter(), headerOption(sample, existing, options), options.errors());
            return;
        }
        if (sample.rows().isEmpty()) {
            throw new PgError("22P04", "could not infer the columns of \"" + file + "\": "
                    + (sample.whole() && Files.size(file) == 0 ? "the file is empty"
                            : "no row of it ends within its first bytes; a quote may be open from the beginning on"))
                    .withHint("Create the table yourself (wharf sql) and load with --table " + table + ".");
        }
        SchemaInference schema = SchemaInference.of(sample, options.header(), options.textColumns());
        for (String name : options.textColumns()) {
            if (schema.columns().stream().noneMatch(column -> column.name().equals(name))) {
                throw new PgError("42703", "column \"" + name + "\" of --text is not in \"" + file + "\"").withHint(
                        "Columns are " + String.join(", ", schema.columns().stream().map(Column::name).toList()) + ".");
            }
        }
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
        backend.settings().set(ConfigurationParameters.LOSSLESS_NUMERIC_INPUT, "on");
        try {
            copy(backend, file, table, sample.delimiter(), schema.header() ? "HEADER" : null, options.errors());
        } catch (PgError e) {
            backend.execute("DROP TABLE " + QuoteIdentifier.identifier(table), new SilentReceiver());
            throw explain(e, table, sample.rows().size(), sample.whole());
        } finally {
            backend.settings().reset(ConfigurationParameters.LOSSLESS_NUMERIC_INPUT);
        }
    }

    /** Whether an earlier load of such a file made the table, and was interrupted before it held a row. */
    private static boolean isLeftover(DataDirectory directory, Relation table, CsvSample sample, Options options) {
        return directory.catalog().size(table).rows() == 0 && table.unlogged() == options.unlogged()
                && !sample.rows().isEmpty()
                && SchemaInference.of(sample, options.header(), options.textColumns()).columns().equals(table.columns());
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
                + " rows") + ". Load again with --text " + shellWord(column) + ", or create the table yourself (wharf sql) and "
                + "load with --table " + table + ".\n" + dropped);
    }

    private static String shellWord(String text) {
        return text.matches("[A-Za-z0-9_]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** MATCH where the first row is the table's columns, so that it is checked again by COPY. */
    private static String headerOption(CsvSample sample, Relation table, Options options) {
        if (options.header() != null) {
            return options.header() ? "HEADER" : null;
        }
        if (sample.rows().isEmpty()) {
            return null;
        }
        List<String> first = sample.rows().getFirst().stream().map(CsvSample.Field::text).toList();
        return first.equals(table.columns().stream().map(Column::name).toList()) ? "HEADER MATCH" : null;
    }

    private void copy(Backend backend, Path file, String table, char delimiter, String header, String errors) {
        String sql = "COPY " + QuoteIdentifier.identifier(table) + " FROM " + QuoteIdentifier.literal(file.toString())
                + " (FORMAT csv" + (header == null ? "" : ", " + header)
                + (delimiter == ',' ? "" : delimiter == '\t' ? ", DELIMITER E'\\t'"
                        : ", DELIMITER " + QuoteIdentifier.literal(String.valueOf(delimiter))) + errors + ")";
        console.out().println(sql + ";");
        console.out().flush();
        long start = System.nanoTime();
        List<Notice> notices = new ArrayList<>();
        try (ProgressBar _ = ProgressBar.start(console, backend.copyProgress())) {
            backend.execute(sql, new SilentReceiver(notices::add));
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

    private static String tableName(Path file) {
        String base = file.getFileName().toString().replaceFirst("(?i)(\\.(csv|tsv|txt|tbl|psv|dat))+$", "");
        String name = QuoteIdentifier.plainName(base);
        if (name == null) {
            throw new PgError("42602", "no table name can be made of \"" + file.getFileName() + "\"")
                    .withHint("Name the table with --table.");
        }
        return name;
    }
}
