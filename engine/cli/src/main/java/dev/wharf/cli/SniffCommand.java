package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import java.io.IOException;
import java.nio.file.Path;

/** {@code wharf sniff}: what {@code wharf load} would make of a CSV file, and why, without loading it. */
final class SniffCommand implements Wharf.Command {
    private final Console console;

    SniffCommand(Console console) {
        this.console = console;
    }

    @Override
    public CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("wharf sniff", "Shows what wharf load would make of CSV files, and "
                + "why: the encoding, the delimiter, the quote, whether there is a header, the order of dates, each column's "
                + "name and type. Loads nothing. The exit code is 1 if a file cannot be loaded whatever the options are, because "
                + "it is no text, or in an encoding that has to be converted.").operands("FILE", "CSV files; - is standard "
                + "input; or patterns in quotes, as for wharf load.");
        CsvOptions.addTo(options);
        return options.flag("--json", "One JSON object a file.");
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        CsvOptions csv = CsvOptions.of(arguments);
        int exit = 0;
        for (String operand : arguments.operands()) {
            for (Path path : FilePattern.expand(operand)) {
                SniffReport report = report(LoadInput.of(path, console), csv);
                if (arguments.has("--json")) {
                    console.out().println(Json.text(report.json()));
                } else {
                    report.print(console);
                }
                exit = report.sample() == null ? 1 : exit;
            }
        }
        return exit;
    }

    private static SniffReport report(LoadInput file, CsvOptions said) throws IOException {
        CsvOptions csv = said;
        CsvSample sample = CsvSample.read(file, csv.dialect(), csv.encoding());
        SampleEncoding found = sample.encoding();
        if (found != null) {
            if (found.encoding() == null) {
                return new SniffReport(file, found, null, null, csv);
            }
            csv = csv.withEncoding(found.encoding());
            sample = CsvSample.read(file, csv.dialect(), csv.encoding());
        }
        csv.checkRows(file, sample);
        SchemaInference schema = SchemaInference.of(sample, csv);
        csv.checkTextColumns(file, schema);
        return new SniffReport(file, found, sample, schema, csv);
    }
}
