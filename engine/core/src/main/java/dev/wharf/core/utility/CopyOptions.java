package dev.wharf.core.utility;

import static dev.wharf.core.utility.DefGet.at;
import static dev.wharf.core.utility.DefGet.bool;
import static dev.wharf.core.utility.DefGet.boolOrNull;
import static dev.wharf.core.utility.DefGet.choice;
import static dev.wharf.core.utility.DefGet.once;
import static dev.wharf.core.utility.DefGet.string;

import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyErrorHandling.LogVerbosity;
import dev.wharf.core.copy.CopyErrorHandling.OnError;
import dev.wharf.core.copy.CopyErrorHandling;
import dev.wharf.core.copy.CopyFormatOptions.Columns;
import dev.wharf.core.copy.CopyFormatOptions.Format;
import dev.wharf.core.copy.CopyFormatOptions.Header;
import dev.wharf.core.copy.CopyFormatOptions;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInputs;
import dev.wharf.core.types.TextSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * COPY's options and column list, checked in PostgreSQL's order ({@code ProcessCopyOptions}, {@code CopyGetAttnums}), so
 * that of several mistakes the same one is reported. What PostgreSQL would accept and we cannot do is refused last.
 */
public final class CopyOptions {
    private static final String NOT_IN_TEXT_DELIMITER = "\\.abcdefghijklmnopqrstuvwxyz0123456789";

    private final boolean isFrom;
    private String format;
    private boolean freeze;
    private boolean freezeGiven;
    private String delimiter;
    private String nullPrint;
    private String defaultPrint;
    private Header header;
    private int headerLines;
    private String quote;
    private String escape;
    private Columns forceQuote;
    private Columns forceNotNull;
    private Columns forceNull;
    private Boolean forceArray;
    private PgEncoding encoding;
    private String onError;
    private String logVerbosity;
    private Long rejectLimit;
    private String rejectFile;

    private CopyOptions(boolean isFrom) {
        this.isFrom = isFrom;
    }

    /**
     * Reads and checks an option list.
     *
     * @param clientEncoding what text is in unless ENCODING says otherwise
     * @throws PgError for the first thing wrong; {@code 0A000} for what is right but not supported
     */
    public static CopyFormatOptions process(List<DefElem> options, boolean isFrom, PgEncoding clientEncoding) {
        CopyOptions copy = new CopyOptions(isFrom);
        for (DefElem option : options) {
            copy.read(option);
        }
        copy.encoding = copy.encoding == null ? clientEncoding : copy.encoding;
        copy.check();
        copy.checkSupported();
        return copy.options();
    }

    private CopyFormatOptions options() {
        boolean csv = "csv".equals(format);
        Format kind = switch (format) {
            case "csv" -> Format.CSV;
            case "binary" -> Format.BINARY;
            case "json" -> Boolean.TRUE.equals(forceArray) ? Format.JSON_ARRAY : Format.JSON;
            case null, default -> Format.TEXT;
        };
        return new CopyFormatOptions(kind, header == null ? Header.FALSE : header, headerLines,
                (byte) delimiter.charAt(0), csv ? (byte) quote.charAt(0) : 0, csv ? (byte) escape.charAt(0) : 0, nullPrint,
                defaultPrint, orNone(forceQuote), orNone(forceNotNull), orNone(forceNull),
                encoding(kind), freeze, false, errors(), TextSettings.DEFAULT);
    }

    /** The binary format has text in UTF-8 all the same; PostgreSQL's COPY FROM looks for the conversion first. */
    private PgEncoding encoding(Format kind) {
        return kind == Format.BINARY && (!isFrom || encoding.hasConversion()) ? PgEncoding.UTF8 : encoding;
    }

    private static Columns orNone(Columns columns) {
        return columns == null ? Columns.NONE : columns;
    }

    private CopyErrorHandling errors() {
        if (!skips() && !"set_null".equals(onError)) {
            return CopyErrorHandling.STOP;
        }
        LogVerbosity verbosity = logVerbosity == null ? LogVerbosity.DEFAULT
                : LogVerbosity.valueOf(logVerbosity.toUpperCase(Locale.ROOT));
        return new CopyErrorHandling(OnError.valueOf(onError.toUpperCase(Locale.ROOT)), verbosity,
                rejectLimit == null ? 0 : rejectLimit, rejectFile);
    }

    private boolean skips() {
        return "ignore".equals(onError);
    }

    /**
     * A column list as indexes into the relation's columns; all of them where there is no list.
     *
     * @param names null where no list was written
     */
    public static int[] columns(Relation relation, List<String> names) {
        int[] columns = new int[names == null ? relation.columns().size() : names.size()];
        boolean[] seen = new boolean[relation.columns().size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = names == null ? i : relation.columnIndex(names.get(i));
            if (columns[i] < 0) {
                throw new PgError(SqlState.UNDEFINED_COLUMN, "column \"" + names.get(i) + "\" of relation \""
                        + relation.name() + "\" does not exist");
            }
            if (seen[columns[i]]) {
                throw new PgError(SqlState.DUPLICATE_COLUMN,
                        "column \"" + relation.columns().get(columns[i]).name() + "\" specified more than once");
            }
            seen[columns[i]] = true;
        }
        return columns;
    }

    /**
     * Checks the FORCE options' columns.
     *
     * @param columns those of the COPY, as {@link #columns} found them
     * @throws PgError 42703, 42701 as for a column list, 42P10 for a column that the COPY does not have
     */
    public static void checkForce(CopyFormatOptions options, Relation relation, int[] columns) {
        checkForce("FORCE_QUOTE", options.forceQuote(), relation, columns);
        checkForce("FORCE_NOT_NULL", options.forceNotNull(), relation, columns);
        checkForce("FORCE_NULL", options.forceNull(), relation, columns);
    }

    private static void checkForce(String option, Columns force, Relation relation, int[] columns) {
        for (int column : columns(relation, force.names())) {
            if (IntStream.of(columns).noneMatch(c -> c == column)) {
                throw new PgError(SqlState.INVALID_COLUMN_REFERENCE, option + " column \""
                        + relation.columns().get(column).name() + "\" not referenced by COPY");
            }
        }
    }

    /**
     * Text in the binary format is in the client's encoding, whatever ENCODING says.
     *
     * @throws PgError 0A000 if that has to be converted
     */
    public static void checkBinary(CopyFormatOptions options, Relation relation, int[] columns, PgEncoding clientEncoding) {
        if (options.format() == Format.BINARY && clientEncoding.isConverted()
                && IntStream.of(columns).anyMatch(column -> isText(relation.columns().get(column).type()))) {
            throw unsupported("text in the binary format is not supported with client_encoding \"" + clientEncoding + "\"");
        }
    }

    private static boolean isText(PgType type) {
        return switch (type.kind()) {
            case TEXT, VARCHAR, CHAR, JSON, JSONB -> true;
            case ARRAY -> isText(type.element());
            default -> false;
        };
    }

    private void read(DefElem option) {
        switch (option.name()) {
            case "format" -> {
                once(format, option);
                format = string(option);
                if (!format.equals("text") && !format.equals("csv") && !format.equals("binary") && !format.equals("json")) {
                    throw at(option, SqlState.INVALID_PARAMETER_VALUE, "COPY format \"" + format + "\" not recognized");
                }
            }
            case "freeze" -> {
                once(freezeGiven ? option : null, option);
                freezeGiven = true;
                freeze = bool(option);
            }
            case "delimiter" -> {
                once(delimiter, option);
                delimiter = string(option);
            }
            case "null" -> {
                once(nullPrint, option);
                nullPrint = string(option);
            }
            case "default" -> {
                once(defaultPrint, option);
                defaultPrint = string(option);
            }
            case "header" -> {
                once(header, option);
                header = header(option);
            }
            case "quote" -> {
                once(quote, option);
                quote = string(option);
            }
            case "escape" -> {
                once(escape, option);
                escape = string(option);
            }
            case "force_quote" -> forceQuote = columnNames(forceQuote, option);
            case "force_not_null" -> forceNotNull = columnNames(forceNotNull, option);
            case "force_null" -> forceNull = columnNames(forceNull, option);
            case "force_array" -> {
                once(forceArray, option);
                forceArray = bool(option);
            }
            case "encoding" -> {
                once(encoding, option);
                encoding = encoding(option);
            }
            case "on_error" -> {
                once(onError, option);
                onError = onError(option);
            }
            case "log_verbosity" -> {
                once(logVerbosity, option);
                logVerbosity = choice(option, "default", "verbose", "silent");
            }
            case "reject_limit" -> {
                once(rejectLimit, option);
                rejectLimit = rejectLimit(option);
            }
            case "reject_file" -> {
                once(rejectFile, option);
                rejectFile = string(option);
                if (!isFrom) {
                    throw at(option, SqlState.INVALID_PARAMETER_VALUE, "COPY REJECT_FILE cannot be used with COPY TO");
                }
            }
            default -> throw at(option, SqlState.SYNTAX_ERROR, "option \"" + option.name() + "\" not recognized");
        }
    }

    private void check() {
        boolean csv = "csv".equals(format);
        boolean binary = "binary".equals(format);
        boolean json = "json".equals(format);
        if (binary || json) {
            notInMode(delimiter, "DELIMITER", SqlState.SYNTAX_ERROR);
            notInMode(nullPrint, "NULL", SqlState.SYNTAX_ERROR);
            notInMode(defaultPrint, "DEFAULT", SqlState.SYNTAX_ERROR);
        }
        if (delimiter == null) {
            delimiter = csv ? "," : "\t";
        }
        if (nullPrint == null) {
            nullPrint = csv ? "" : "\\N";
        }
        if (csv) {
            quote = quote == null ? "\"" : quote;
            escape = escape == null ? quote : escape;
        }
        singleByte(delimiter, "delimiter");
        if (hasLineEnd(delimiter)) {
            throw invalid("COPY delimiter cannot be newline or carriage return");
        }
        if (hasLineEnd(nullPrint)) {
            throw invalid("COPY null representation cannot use newline or carriage return");
        }
        if (defaultPrint != null && hasLineEnd(defaultPrint)) {
            throw invalid("COPY default representation cannot use newline or carriage return");
        }
        if (!csv && NOT_IN_TEXT_DELIMITER.contains(delimiter)) {
            throw invalid("COPY delimiter cannot be \"" + delimiter + "\"");
        }
        if ((binary || json) && header != null && header != Header.FALSE) {
            notInMode(header, "HEADER", SqlState.FEATURE_NOT_SUPPORTED);
        }
        checkQuotes(csv);
        checkForce(csv);
        if (json && isFrom) {
            throw invalid("COPY FORMAT JSON is not supported for COPY FROM");
        }
        if (!json && Boolean.TRUE.equals(forceArray)) {
            throw invalid("COPY FORCE_ARRAY can only be used with JSON mode");
        }
        if (nullPrint.contains(delimiter)) {
            throw invalid("COPY delimiter character must not appear in the NULL specification");
        }
        if (csv && nullPrint.contains(quote)) {
            throw invalid("CSV quote character must not appear in the NULL specification");
        }
        if (freeze && !isFrom) {
            throw invalid("COPY FREEZE cannot be used with COPY TO");
        }
        checkDefault(csv);
        if (binary && onError != null && !onError.equals("stop")) {
            throw new PgError(SqlState.SYNTAX_ERROR, "only ON_ERROR STOP is allowed in BINARY mode");
        }
        if (rejectLimit != null && !skips()) {
            throw invalid("COPY REJECT_LIMIT requires ON_ERROR to be set to IGNORE");
        }
        if (rejectFile != null && !skips()) {
            throw invalid("COPY REJECT_FILE requires ON_ERROR to be set to IGNORE");
        }
    }

    private void checkQuotes(boolean csv) {
        requireCsv(csv, quote, "QUOTE");
        if (csv) {
            singleByte(quote, "quote");
            if (delimiter.equals(quote)) {
                throw invalid("COPY delimiter and quote must be different");
            }
        }
        requireCsv(csv, escape, "ESCAPE");
        if (csv) {
            singleByte(escape, "escape");
        }
    }

    private void checkForce(boolean csv) {
        requireCsv(csv, forceQuote, "FORCE_QUOTE");
        if (forceQuote != null && isFrom) {
            throw unsupported("COPY FORCE_QUOTE cannot be used with COPY FROM");
        }
        requireCsv(csv, forceNotNull, "FORCE_NOT_NULL");
        if (forceNotNull != null && !isFrom) {
            throw invalid("COPY FORCE_NOT_NULL cannot be used with COPY TO");
        }
        requireCsv(csv, forceNull, "FORCE_NULL");
        if (forceNull != null && !isFrom) {
            throw invalid("COPY FORCE_NULL cannot be used with COPY TO");
        }
    }

    private void checkDefault(boolean csv) {
        if (defaultPrint == null) {
            return;
        }
        if (!isFrom) {
            throw unsupported("COPY DEFAULT cannot be used with COPY TO");
        }
        if (defaultPrint.contains(delimiter)) {
            throw unsupported("COPY delimiter character must not appear in the DEFAULT specification");
        }
        if (csv && defaultPrint.contains(quote)) {
            throw unsupported("CSV quote character must not appear in the DEFAULT specification");
        }
        if (defaultPrint.equals(nullPrint)) {
            throw unsupported("NULL specification and DEFAULT specification cannot be the same");
        }
    }

    private void checkSupported() {
        if (!isFrom && "csv".equals(format) && encoding == PgEncoding.SHIFT_JIS_2004
                && (delimiter + quote + escape).matches("(?s).*[\\\\~].*")) {
            // Two other characters become these as well
            throw unsupported("a backslash or tilde as delimiter, quote or escape is not supported in encoding"
                    + " \"SHIFT_JIS_2004\"");
        }
    }

    private Header header(DefElem option) {
        Boolean value = boolOrNull(option);
        if (value != null) {
            headerLines = value ? 1 : 0;
            return value ? Header.TRUE : Header.FALSE;
        }
        String text = string(option);
        if (!text.equalsIgnoreCase("match")) {
            return headerLines(option, text);
        }
        if (!isFrom) {
            throw unsupported("cannot use \"" + text + "\" with HEADER in COPY TO");
        }
        headerLines = 1;
        return Header.MATCH;
    }

    /** PostgreSQL 19's: a number of lines. */
    private Header headerLines(DefElem option, String text) {
        try {
            headerLines = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new PgError(SqlState.SYNTAX_ERROR, option.name() + " requires a Boolean value or \"match\"", e);
        }
        if (headerLines < 0) {
            throw invalid("a negative integer value cannot be specified for " + option.name());
        }
        if (headerLines > 1 && !isFrom) {
            throw unsupported("cannot use multi-line header in COPY TO");
        }
        return headerLines > 0 ? Header.TRUE : Header.FALSE;
    }

    private static Columns columnNames(Columns earlier, DefElem option) {
        once(earlier, option);
        if (option.value() == DefElem.Star.STAR) {
            return Columns.ALL;
        }
        if (option.value() instanceof List<?> names) {
            return new Columns(false, names.stream().map(Object::toString).toList());
        }
        throw at(option, SqlState.INVALID_PARAMETER_VALUE,
                "argument to option \"" + option.name() + "\" must be a list of column names");
    }

    private static PgEncoding encoding(DefElem option) {
        PgEncoding named = PgEncoding.of(string(option));
        if (named == null) {
            throw at(option, SqlState.INVALID_PARAMETER_VALUE,
                    "argument to option \"" + option.name() + "\" must be a valid encoding name");
        }
        return named;
    }

    private String onError(DefElem option) {
        string(option);
        if (!isFrom) {
            throw at(option, SqlState.INVALID_PARAMETER_VALUE, "COPY ON_ERROR cannot be used with COPY TO");
        }
        return choice(option, "stop", "ignore", "set_null");
    }

    private static long rejectLimit(DefElem option) {
        if (option.value() == null) {
            throw new PgError(SqlState.SYNTAX_ERROR, option.name() + " requires a numeric value");
        }
        byte[] text = string(option).getBytes(StandardCharsets.UTF_8);
        Datum value = new Datum();
        TextInputs.of(PgType.of(PgType.Kind.INT8)).parse(text, 0, text.length, value);
        long limit = value.lo;
        if (limit <= 0) {
            throw invalid("REJECT_LIMIT (" + limit + ") must be greater than zero");
        }
        return limit;
    }

    private void notInMode(Object value, String option, String sqlState) {
        if (value != null) {
            throw new PgError(sqlState, "cannot specify " + option + " in " + format.toUpperCase(Locale.ROOT) + " mode");
        }
    }

    private static void requireCsv(boolean csv, Object value, String option) {
        if (!csv && value != null) {
            throw unsupported("COPY " + option + " requires CSV mode");
        }
    }

    private static void singleByte(String value, String what) {
        if (value.getBytes(StandardCharsets.UTF_8).length != 1) {
            throw unsupported("COPY " + what + " must be a single one-byte character");
        }
    }

    private static boolean hasLineEnd(String value) {
        return value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0;
    }

    private static PgError invalid(String message) {
        return new PgError(SqlState.INVALID_PARAMETER_VALUE, message);
    }

    private static PgError unsupported(String message) {
        return new PgError(SqlState.FEATURE_NOT_SUPPORTED, message);
    }
}
