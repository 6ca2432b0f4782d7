package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.UsageException;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.types.DateOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the user says of CSV files whose columns are inferred.
 *
 * @param dialect     what is known of it
 * @param header      null to find out
 * @param encoding    of the files
 * @param textColumns that are to be text whatever they look like
 * @param dateOrder   of dates that do not begin with the year; null to find out
 */
record CsvOptions(Dialect.Given dialect, Boolean header, PgEncoding encoding, Set<String> textColumns, DateOrder dateOrder) {
    static void addTo(CommandLineOptions options) {
        options.value("--delimiter", "C", "One character, or \\t. Default: found out of , ; tab |.")
                .value("--quote", "C", "What fields are in that hold delimiters or newlines. Default: found out of \" and '.")
                .value("--escape", "C", "What stands before a quote inside quotes. Default: found out of the quote "
                        + "itself and \\.")
                .flag("--header", "The first row is names.")
                .flag("--no-header", "The first row is data.")
                .value("--encoding", "E", "The files' encoding, by PostgreSQL's names, such as LATIN1. Default: UTF8.")
                .values(null, "--text", "COLUMN,...", "Make these columns text, whatever their values look like.")
                .value("--date-order", "DMY|MDY|YMD", "What is what in dates such as 1/2/2024. Default: found out of the values; "
                        + "for a table that exists, the setting DateStyle.");
    }

    static CsvOptions of(Arguments arguments) {
        boolean header = arguments.has("--header");
        boolean noHeader = arguments.has("--no-header");
        if (header && noHeader) {
            throw new UsageException("--header and --no-header contradict each other");
        }
        Dialect.Given dialect = new Dialect.Given(character(arguments, "--delimiter"), character(arguments, "--quote"),
                character(arguments, "--escape"));
        if (dialect.delimiter() != null && dialect.delimiter().equals(dialect.quote())) {
            throw new UsageException("--delimiter and --quote must be different");
        }
        PgEncoding encoding = PgEncoding.of(arguments.value("--encoding", PgEncoding.UTF8.name()));
        if (encoding == null) {
            throw new UsageException("--encoding must name an encoding that is known: \"" + arguments.value("--encoding") + "\"");
        }
        Set<String> text = new HashSet<>();
        for (String columns : arguments.values("--text")) {
            text.addAll(List.of(columns.split(",")));
        }
        return new CsvOptions(dialect, header || noHeader ? (Boolean) header : null, encoding, text, dateOrder(arguments));
    }

    private static DateOrder dateOrder(Arguments arguments) {
        String order = arguments.value("--date-order");
        if (order == null) {
            return null;
        }
        try {
            return DateOrder.valueOf(order.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--date-order must be DMY, MDY or YMD: \"" + order + "\"");
        }
    }

    private static Character character(Arguments arguments, String option) {
        String value = arguments.value(option);
        if ("\\t".equals(value)) {
            return '\t';
        }
        if (value != null && (value.length() != 1 || value.charAt(0) >= 0x80)) {
            throw new UsageException(option + " must be a single one-byte character: " + value);
        }
        return value == null ? null : value.charAt(0);
    }

    CsvOptions withEncoding(PgEncoding other) {
        return new CsvOptions(dialect, header, other, textColumns, dateOrder);
    }

    /** The same options, as words of a command line, each after a space. */
    String words() {
        return word("--delimiter", dialect.delimiter()) + word("--quote", dialect.quote()) + word("--escape", dialect.escape())
                + (header == null ? "" : header ? " --header" : " --no-header")
                + (encoding == PgEncoding.UTF8 ? "" : " --encoding " + encoding.name())
                + (textColumns.isEmpty() ? "" : " --text " + shellWord(String.join(",", textColumns.stream().sorted().toList())))
                + (dateOrder == null ? "" : " --date-order " + dateOrder);
    }

    private static String word(String option, Character value) {
        return value == null ? "" : " " + option + " " + shellWord(value == '\t' ? "\\t" : value.toString());
    }

    /** Of a file that has no row nothing can be inferred. */
    void checkRows(LoadInput file, CsvSample sample) {
        if (sample.rows().isEmpty()) {
            throw new PgError("22P04", "could not infer the columns of " + file + ": "
                    + (sample.whole() && sample.text().isEmpty() ? "it is empty"
                            : sample.open() >= 0 ? "the quote that opens in line "
                            + DialectInference.line(sample.text(), sample.open()) + " is not closed"
                            : "no row of it ends within its first bytes; a quote may be open from the beginning on"))
                    .withHint("Create the table yourself (wharf sql) and load with --table.");
        }
    }

    void checkTextColumns(LoadInput file, SchemaInference schema) {
        for (String name : textColumns) {
            if (schema.columns().stream().noneMatch(column -> column.name().equals(name))) {
                throw new PgError("42703", "column \"" + name + "\" of --text is not in " + file).withHint(
                        "Columns are " + String.join(", ", schema.columns().stream().map(Column::name).toList()) + ".");
            }
        }
    }

    static String shellWord(String text) {
        return text.matches("[A-Za-z0-9_./,:-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
