package dev.wharf.cli;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was decided of a file, in words and as JSON.
 *
 * @param found  what the file is if it is not UTF-8, null if it is
 * @param sample read with the encoding of {@code csv}; null, and {@code schema} too, where no load is possible
 */
record SniffReport(LoadInput file, SampleEncoding found, CsvSample sample, SchemaInference schema, CsvOptions csv) {
    void print(Console console) throws IOException {
        if (sample == null) {
            console.out().println(file + ": " + notUtf8() + "\n");
            return;
        }
        DialectInference inferred = sample.inferred();
        console.out().println(file + size() + ": looked at " + lookedAt() + ".");
        if (found != null) {
            console.out().println(notUtf8());
        }
        console.out().println("Delimiter " + decided(sample.dialect().delimiter(), inferred.delimiterBecause()));
        console.out().println("Quote " + decided(sample.dialect().quote(), inferred.quoteBecause()));
        console.out().println("Escape " + decided(sample.dialect().escape(), inferred.escapeBecause()));
        console.out().println((schema.header() ? "A header: " : "No header: ") + schema.because() + ".");
        DateOrderInference dates = schema.dates();
        if (dates.order() != null) {
            console.out().println("Date order " + dates.order() + (csv.dateOrder() != null ? ", " : ": ")
                    + dates.because() + ".");
        }
        for (String note : notes()) {
            console.out().println(note);
        }
        console.out().println();
        new TablePrinter(console.out(), true, false).print(new TablePrinter.Table(null,
                List.of("column", "type", "values", "nulls", "because", "for example"),
                List.of(false, false, true, true, false, false), table(), false, List.of()));
        console.out().println("To load it so:     " + load());
        console.out().println("To have it other:  --delimiter C, --quote C, --escape C, --header, --no-header, --encoding E, "
                + "--date-order DMY, --text COLUMN,...; or create the table yourself and load with --table.\n");
    }

    private static String decided(char c, String because) {
        return Dialect.name(c) + (because.startsWith("as you") || because.startsWith("the line") ? ", " : ": ") + because + ".";
    }

    private String notUtf8() {
        return "Not UTF-8: line " + found.line() + " has " + found.bytes() + ". " + found.advice();
    }

    private String load() {
        return "wharf load " + CsvOptions.shellWord(file.file().toString()) + csv.words();
    }

    /** A file of /proc has none that can be asked for. */
    private String size() throws IOException {
        if (file.isStream()) {
            return "";
        }
        long size = Files.size(file.file());
        return size == 0 && !sample.whole() ? "" : ", " + (size == 0 ? sample.bytes() : size) + " bytes";
    }

    private String lookedAt() {
        int rows = sample.rows().size();
        return (sample.whole() && sample.open() < 0 ? "all " : "the first ") + count(rows, "row");
    }

    /** What else COPY will do, or stumble over. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (sample.inferred().skip() > 0) {
            notes.add(sample.inferred().skipped());
        }
        if (sample.text().startsWith("\ufeff")) {
            notes.add("The file begins with a UTF-8 byte order mark: " + (sample.inferred().separator() != null
                    ? "skipped with line 1." : schema.header() ? "skipped with the header, and not in the name."
                    : "COPY loads it as part of the first value."));
        }
        if (schema.dates().remark() != null) {
            notes.add(schema.dates().remark());
        }
        List<List<CsvRows.Field>> rows = sample.rows();
        long ragged = rows.stream().filter(row -> row.size() != sample.width()).count();
        if (ragged > 0) {
            int first = 0;
            while (rows.get(first).size() == sample.width()) {
                first++;
            }
            List<CsvRows.Field> row = rows.get(first);
            notes.add(count(ragged, "row") + " without " + count(sample.width(), "field") + ", the first is row "
                    + (first + 1) + (CsvRows.isBlank(row) ? ", which is empty" : " with " + row.size()) + ": COPY refuses it.");
        }
        if (sample.open() >= 0) {
            notes.add(unclosed());
        }
        return notes;
    }

    private String unclosed() {
        DialectInference inferred = sample.inferred();
        Dialect dialect = sample.dialect();
        int line = DialectInference.line(sample.text(), sample.open());
        int stray = QuoteScan.of(sample.text(), inferred.start(), sample.whole(), String.valueOf(dialect.delimiter()),
                dialect.quote(), dialect.escape()).stray();
        int before = stray < 0 ? line : DialectInference.line(sample.text(), stray);
        return "WARNING: the quote that opens in line " + line + " is not closed"
                + (sample.whole() ? ": COPY refuses the file." : " in the " + (sample.text().length() - sample.open())
                        + " characters behind it that were looked at: COPY takes all up to the next quote for one field.")
                + (stray >= 0 && stray < sample.open() ? " A quote in line " + before
                        + " stands inside a field, where it does not belong." : "");
    }

    private List<List<String>> table() {
        List<List<String>> table = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            Column column = schema.columns().get(i);
            ColumnInference values = schema.values().get(i);
            table.add(List.of(StatText.printable(column.name()), SchemaInference.shortType(column.type()),
                    Long.toString(values.values()), Long.toString(dataRows() - values.values()), because(column, values),
                    values.example() == null ? "" : ColumnInference.clip(values.example())));
        }
        return table;
    }

    private String because(Column column, ColumnInference values) {
        if (csv.textColumns().contains(column.name())) {
            return "you said so";
        }
        PgType.Kind kind = column.type().kind();
        boolean room = !sample.whole() && (kind == PgType.Kind.INT8 || kind == PgType.Kind.NUMERIC);
        return values.because(schema.dates().order()) + (room ? ", with room for more" : "");
    }

    private long dataRows() {
        return sample.rows().size() - (schema.header() ? 1 : 0);
    }

    private static String count(long number, String what) {
        return String.format(Locale.ROOT, "%d %s%s", number, what, number == 1 ? "" : "s");
    }

    Map<String, Object> json() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("file", file.file().toString());
        root.put("encoding", sample != null ? csv.encoding().name() : found.unicode());
        root.put("encoding_because", found == null ? null : notUtf8());
        root.put("load", sample == null ? null : load());
        if (sample == null) {
            return root;
        }
        DialectInference inferred = sample.inferred();
        root.put("rows_read", sample.rows().size());
        root.put("whole_file", sample.whole() && sample.open() < 0);
        root.put("delimiter", String.valueOf(sample.dialect().delimiter()));
        root.put("delimiter_because", inferred.delimiterBecause());
        root.put("quote", String.valueOf(sample.dialect().quote()));
        root.put("quote_because", inferred.quoteBecause());
        root.put("escape", String.valueOf(sample.dialect().escape()));
        root.put("escape_because", inferred.escapeBecause());
        root.put("skipped_lines", inferred.skip());
        root.put("header", schema.header());
        root.put("header_because", schema.because());
        root.put("date_order", schema.dates().order() == null ? null : schema.dates().order().name());
        root.put("date_order_because", schema.dates().because());
        root.put("notes", notes());
        List<Map<String, Object>> columns = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            Column column = schema.columns().get(i);
            ColumnInference values = schema.values().get(i);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", column.name());
            json.put("type", column.type().formatType());
            json.put("values", values.values());
            json.put("nulls", dataRows() - values.values());
            json.put("because", because(column, values));
            json.put("example", values.example());
            columns.add(json);
        }
        root.put("columns", columns);
        return root;
    }
}
