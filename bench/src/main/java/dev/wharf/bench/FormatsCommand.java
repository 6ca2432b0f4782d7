package dev.wharf.bench;

import dev.wharf.bench.formats.Form;
import dev.wharf.bench.formats.FormsBenchmark;
import dev.wharf.bench.formats.FormsReport;
import dev.wharf.bench.formats.FormsResults;
import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code bench/run formats}: the options, the run, and where the report goes. */
final class FormatsCommand {
    private static final String ALL_FORMS = Arrays.stream(Form.values()).map(FormatsCommand::name)
            .collect(Collectors.joining(","));
    private static final int RUNS = 5;

    private FormatsCommand() {
    }

    static CommandLineOptions options() {
        return new CommandLineOptions("bench/run formats", "Loads and writes back lineitem in every form that COPY knows, with "
                + "Wharf and PostgreSQL in turn.")
                .value("--scale", "N", "Size: 1 is lineitem SF 1 (760 MB of CSV). Default: 1.")
                .value("--rows", "N", "About so many rows (6000 at least), in place of --scale.")
                .value("--runs", "N", "Rounds measured. Default: " + RUNS + ".")
                .value("--forms", "NAME,...", "Default: " + ALL_FORMS + ".")
                .flag("--no-postgres", "Only Wharf.")
                .value("--dir", "DIR", "For data, tables and output; about fifteen times the CSV. The CSV stays there for the "
                        + "next run. Default: bench/target/copy.")
                .flag("--fill-cache", "Gives the free memory to the page cache before each timed operation, in files of --dir "
                        + "that are as large together as the memory: for virtual machines whose host takes free memory back.")
                .value("--report", "DIR", "For formats.md and formats.csv. Default: perf-reports at scale 1 with all forms and "
                        + "PostgreSQL, else report in --dir.");
    }

    private static String name(Form form) {
        return form.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @param home the project's directory */
    static int run(Arguments options, Path home, PrintStream out) throws IOException {
        List<String> names = List.of(options.value("--forms", ALL_FORMS).split(","));
        List<Form> forms = Arrays.stream(Form.values()).filter(form -> names.contains(name(form))).toList();
        if (forms.size() != names.size()) {
            throw new UsageException("no such form among " + names + ": there are " + ALL_FORMS);
        }
        double scale = options.number("--scale", 1);
        if (!(scale > 0)) {
            throw new UsageException("--scale must be greater than zero: " + options.value("--scale"));
        }
        long rows = options.wholeNumber("--rows", 0, 0);
        int runs = (int) Math.min(Integer.MAX_VALUE, options.wholeNumber("--runs", RUNS, 1));
        Path directory = Path.of(options.value("--dir", home.resolve("bench/target/copy").toString()))
                .toAbsolutePath().normalize();
        boolean postgres = !options.has("--no-postgres");
        boolean whole = scale == 1 && rows == 0 && postgres && forms.size() == Form.values().length;
        Path report = options.has("--report") ? Path.of(options.value("--report"))
                : whole ? home.resolve("perf-reports") : directory.resolve("report");
        FormsResults results = FormsBenchmark.run(new FormsBenchmark.Settings(home, directory, scale, rows, runs, forms, postgres,
                options.has("--fill-cache"), out));
        FormsReport written = new FormsReport(results);
        List<String> files = written.write(report);
        out.println();
        out.print(written.table());
        out.print(written.badRows());
        out.println();
        out.println("Written to " + report + ": " + String.join(", ", files));
        return results.trustworthy() ? 0 : 1;
    }
}
