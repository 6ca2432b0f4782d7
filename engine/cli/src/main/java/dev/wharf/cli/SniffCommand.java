package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code wharf sniff}: what {@code wharf load} would make of a CSV file, and why, without loading it. */
final class SniffCommand implements Wharf.Command {
    private static final double PERCENT = 100;

    private final Console console;

    SniffCommand(Console console) {
        this.console = console;
    }

    @Override
    public CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("wharf sniff", "Shows what wharf load would make of CSV files, and "
                + "why: the delimiter, whether there is a header, each column's name and type. Loads nothing.")
                .operands("FILE", "CSV files; - is standard input.");
        CsvOptions.addTo(options);
        return options.flag("--json", "One JSON object a file.");
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        CsvOptions csv = CsvOptions.of(arguments);
        for (String operand : arguments.operands()) {
            LoadInput file = LoadInput.of(Path.of(operand), console);
            CsvSample sample = CsvSample.read(file, csv.delimiter(), csv.encoding());
            csv.checkRows(file, sample);
            SchemaInference schema = SchemaInference.of(sample, csv.header(), csv.textColumns());
            csv.checkTextColumns(file, schema);
            if (arguments.has("--json")) {
                console.out().println(Json.text(json(file, sample, schema)));
            } else {
                print(file, sample, schema, csv);
            }
        }
        return 0;
    }

    private void print(LoadInput file, CsvSample sample, SchemaInference schema, CsvOptions csv) throws IOException {
        List<List<CsvSample.Field>> rows = sample.rows();
        console.out().println(file + (file.isStream() ? "" : ", " + Files.size(file.file()) + " bytes") + ": looked at "
                + (sample.whole() ? "all " + count(rows.size(), "row") : "the first " + count(rows.size(), "row")) + ".");
        console.out().println("Delimiter " + name(sample.delimiter()) + delimiterBecause(sample) + ".");
        console.out().println((schema.header() ? "A header: " : "No header: ") + schema.because() + ".");
        long ragged = rows.stream().filter(row -> row.size() != sample.width()).count();
        if (ragged > 0) {
            int first = 0;
            while (rows.get(first).size() == sample.width()) {
                first++;
            }
            console.out().println(count(ragged, "row") + " without " + count(sample.width(), "field") + ", the first is row "
                    + (first + 1) + " with " + rows.get(first).size() + ": COPY refuses it.");
        }
        console.out().println();
        new TablePrinter(console.out(), true, false).print(new TablePrinter.Table(null,
                List.of("column", "type", "values", "nulls", "because", "for example"),
                List.of(false, false, true, true, false, false), table(sample, schema, csv), false, List.of()));
        console.out().println("To load it so:     wharf load " + CsvOptions.shellWord(file.file().toString()) + csv.words());
        console.out().println("To have it other:  --delimiter C, --header, --no-header, --text COLUMN,...; or create the table "
                + "yourself and load with --table.\n");
    }

    private static List<List<String>> table(CsvSample sample, SchemaInference schema, CsvOptions csv) {
        List<List<String>> table = new ArrayList<>();
        long rows = dataRows(sample, schema);
        for (int i = 0; i < schema.columns().size(); i++) {
            Column column = schema.columns().get(i);
            ColumnInference values = schema.values().get(i);
            table.add(List.of(StatText.printable(column.name()), SchemaInference.shortType(column.type()),
                    Long.toString(values.values()), Long.toString(rows - values.values()),
                    csv.textColumns().contains(column.name()) ? "you said so" : because(column, values, sample),
                    values.example() == null ? "" : ColumnInference.clip(values.example())));
        }
        return table;
    }

    private static String because(Column column, ColumnInference values, CsvSample sample) {
        PgType.Kind kind = column.type().kind();
        boolean room = !sample.whole() && (kind == PgType.Kind.INT8 || kind == PgType.Kind.NUMERIC);
        return values.because() + (room ? ", with room for more" : "");
    }

    private static long dataRows(CsvSample sample, SchemaInference schema) {
        return sample.rows().size() - (schema.header() ? 1 : 0);
    }

    private static String delimiterBecause(CsvSample sample) {
        if (sample.candidates().isEmpty()) {
            return ", as you said";
        }
        List<String> others = new ArrayList<>();
        String chosen = "";
        for (CsvSample.Candidate candidate : sample.candidates()) {
            String cut = Math.round(candidate.share() * PERCENT) + " % of the rows have " + count(candidate.width(), "field");
            if (candidate.delimiter() == sample.delimiter()) {
                chosen = ": with it " + cut;
            } else if (candidate.width() > 1) {
                others.add("with " + name(candidate.delimiter()) + " " + cut);
            }
        }
        return chosen + String.join("", others.stream().map(other -> ", " + other).toList());
    }

    private static String count(long number, String what) {
        return String.format(Locale.ROOT, "%d %s%s", number, what, number == 1 ? "" : "s");
    }

    private static String name(char delimiter) {
        return delimiter == '\t' ? "tab" : "'" + delimiter + "'";
    }

    private static Map<String, Object> json(LoadInput file, CsvSample sample, SchemaInference schema) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("file", file.file().toString());
        root.put("rows_read", sample.rows().size());
        root.put("whole_file", sample.whole());
        root.put("delimiter", String.valueOf(sample.delimiter()));
        root.put("header", schema.header());
        root.put("header_because", schema.because());
        List<Map<String, Object>> columns = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            ColumnInference values = schema.values().get(i);
            Map<String, Object> column = new LinkedHashMap<>();
            column.put("name", schema.columns().get(i).name());
            column.put("type", schema.columns().get(i).type().formatType());
            column.put("values", values.values());
            column.put("nulls", dataRows(sample, schema) - values.values());
            column.put("because", values.because());
            column.put("example", values.example());
            columns.add(column);
        }
        root.put("columns", columns);
        return root;
    }
}
