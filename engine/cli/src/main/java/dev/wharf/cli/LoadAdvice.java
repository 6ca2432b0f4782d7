package dev.wharf.cli;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.types.DateOrder;
import dev.wharf.core.types.PgType;
import dev.wharf.core.utility.QuoteIdentifier;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What COPY's error leaves to the reader: what was expected at that place, what was found there, and what would most likely make
 * the file load. Only {@code wharf load} says it; a COPY statement's errors are PostgreSQL's, no more and no less.
 *
 * @param expected null where the message has it
 * @param found    null where the message has it
 * @param fix      null where nothing is likely
 */
record LoadAdvice(String expected, String found, String fix) {
    private static final Pattern CONTEXT = Pattern.compile("COPY .*?, line (\\d+)(?:, column (.*?))?: \"(.*)\"",
            Pattern.DOTALL);
    /** The line that a load of several files adds to a CONTEXT. */
    private static final Pattern FILE = Pattern.compile("\nfile \"[^\n]*\"$");
    private static final Pattern NULL_WORD = Pattern.compile("(?i)null|n/?a|nan|none|nil|-+|\\\\N|#N/A|\\?");
    private static final Pattern GROUPED = Pattern.compile("[+-]?\\d{1,3}([,. '_ ]\\d{3})+([.,]\\d+)?");
    private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d*,\\d+");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.\\d*|\\.\\d+|\\d+(\\.\\d*)?[eE][+-]?\\d+)");
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");
    private static final Pattern WITH_UNIT = Pattern.compile("[$€£¥]\\s?[+-]?\\d.*|[+-]?\\d[\\d.,]*\\s?[%$€£¥]");
    private static final Pattern DAY_FIRST = Pattern.compile("\\d{1,2}[/.-]\\d{1,2}[/.-]\\d{2,4}.*");
    private static final String DELIMITERS = ",;\t|";
    private static final int COLUMNS_NAMED = 8;

    /**
     * @param columns   of the table, in the file's order
     * @param dialect   that the load used
     * @param header    whether it took the first line for names
     * @param order     in which it read dates
     * @return the error with a DETAIL and a HINT where PostgreSQL has none; itself where there is nothing to say
     */
    static PgError explain(PgError e, List<Column> columns, Dialect dialect, boolean header, DateOrder order) {
        LoadAdvice advice = of(e, columns, dialect, header, order);
        if (advice == null) {
            return e;
        }
        PgError told = e;
        if (e.detail() == null && advice.expected != null) {
            told = told.withDetail("Expected " + advice.expected + ", found " + advice.found + ".");
        }
        return advice.fix == null ? told : told.withHint(e.hint() == null ? advice.fix : e.hint() + "\n" + advice.fix);
    }

    private static LoadAdvice of(PgError e, List<Column> columns, Dialect dialect, boolean header, DateOrder order) {
        String message = e.getMessage();
        Matcher context = CONTEXT.matcher(e.context() == null ? "" : FILE.matcher(e.context()).replaceFirst(""));
        if (message.startsWith("skipped more than REJECT_LIMIT")) {
            return null;
        }
        boolean placed = context.matches();
        if (placed && context.group(2) != null) {
            String name = context.group(2);
            return columns.stream().filter(column -> column.name().equals(name)).findFirst()
                    .map(column -> value(columns, column, context.group(3), dialect, header || !context.group(1).equals("1"),
                            order))
                    .orElse(null);
        }
        if (placed && (message.startsWith("missing data for column") || message.startsWith("extra data after last"))) {
            return fields(columns, context.group(3), dialect, message.startsWith("missing"));
        }
        if (message.startsWith("unterminated CSV quoted field")) {
            return new LoadAdvice("a closing quote", "the end of the file", "A quote opens a field that nothing closes: quotes "
                    + "inside a field are doubled (\"\"), and a field that begins with a quote ends with one. Look from the "
                    + "line in the context on.");
        }
        if (message.startsWith("invalid byte sequence for encoding \"UTF8\"")) {
            return new LoadAdvice("UTF-8", "bytes that are not", "The file may be in another encoding, such as WIN1252 or LATIN1 "
                    + "(load with --encoding WIN1252), or be no text at all.");
        }
        return null;
    }

    /** A row with too few fields, or too many. */
    private static LoadAdvice fields(List<Column> columns, String line, Dialect dialect, boolean missing) {
        boolean clipped = line.endsWith("...");
        int count = count(line, dialect);
        String names = String.join(", ", columns.stream().limit(COLUMNS_NAMED).map(Column::name).toList())
                + (columns.size() > COLUMNS_NAMED ? ", ..." : "");
        String expected = plural(columns.size(), "field") + " (" + names + ")";
        String found = clipped ? missing ? "fewer" : "more" : plural(count, "field");
        String other = count == 1 ? otherDelimiter(columns, line, dialect) : null;
        if (other != null) {
            return new LoadAdvice(expected, found, other);
        }
        return new LoadAdvice(expected, found, missing
                ? line.isEmpty() ? "The line is empty: a row of NULLs still has its delimiters. Remove it, or fill it in."
                        : "The row ends early: its last fields, or their delimiters, may be missing, or a line end inside a "
                        + "field may not be in quotes."
                : "A field that holds " + named(dialect.delimiter()) + " must be in quotes; or the file has a column that the "
                + "table has not.");
    }

    /** The fix for a line that another delimiter takes apart into enough fields; null if none does. */
    private static String otherDelimiter(List<Column> columns, String line, Dialect dialect) {
        for (char other : DELIMITERS.toCharArray()) {
            Dialect tried = new Dialect(other, dialect.quote(), dialect.escape());
            if (other != dialect.delimiter() && columns.size() > 1 && count(line, tried) >= columns.size()) {
                return "The line looks as if fields were separated by " + named(other) + ": load with --delimiter "
                        + CsvOptions.shellWord(other == '\t' ? "\\t" : String.valueOf(other)) + ".";
            }
        }
        return null;
    }

    private static int count(String line, Dialect dialect) {
        boolean quoted = false;
        int count = 1;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            quoted ^= c == dialect.quote();
            count += c == dialect.delimiter() && !quoted ? 1 : 0;
        }
        return count;
    }

    private static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String named(char delimiter) {
        return delimiter == '\t' ? "tabs" : "\"" + delimiter + "\"";
    }

    /** A value that its column's type refuses. */
    private static LoadAdvice value(List<Column> columns, Column column, String value, Dialect dialect, boolean belowNames,
            DateOrder order) {
        PgType type = column.type();
        String other = column == columns.getFirst() ? otherDelimiter(columns, value, dialect) : null;
        String shown = value.isEmpty() ? "an empty string" : "\"" + value + "\"";
        String expected = expected(type);
        return expected == null ? null : new LoadAdvice(expected, shown,
                other != null ? other : fix(column, value.strip(), belowNames, order));
    }

    /** What a type takes, with an example where that says it best; null where its name says it all. */
    private static String expected(PgType type) {
        return switch (type.kind()) {
            case INT2 -> "a whole number from -32768 to 32767";
            case INT4 -> "a whole number from -2147483648 to 2147483647";
            case INT8 -> "a whole number from -9223372036854775808 to 9223372036854775807";
            case NUMERIC -> type.precision() == PgType.NONE ? "a number" : "a number of at most "
                    + plural(type.precision() - type.scale(), "digit") + " before the point and " + type.scale() + " behind it";
            case FLOAT4, FLOAT8 -> "a number";
            case BOOL -> "true, false, yes, no, on, off, 1 or 0";
            case DATE -> "a date, such as 2024-01-31";
            case TIME -> "a time, such as 23:59:59";
            case TIMESTAMP -> "a timestamp, such as 2024-01-31 23:59:59";
            case TIMESTAMPTZ -> "a timestamp, such as 2024-01-31 23:59:59+00";
            case UUID -> "a UUID, such as a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
            case INTERVAL -> "an interval, such as 1 day 02:03:04";
            case VARCHAR, CHAR -> type.precision() == PgType.NONE ? null : "at most " + plural(type.precision(), "character");
            case JSON, JSONB -> "JSON";
            case ARRAY -> "an array, such as {1,2}";
            case TEXT, BYTEA -> null;
        };
    }

    private static String fix(Column column, String value, boolean belowNames, DateOrder order) {
        PgType.Kind kind = column.type().kind();
        boolean number = switch (kind) {
            case INT2, INT4, INT8, NUMERIC, FLOAT4, FLOAT8 -> true;
            default -> false;
        };
        if (!belowNames && value.equalsIgnoreCase(column.name())) {
            return "The first line looks like names: load with --header.";
        }
        if (value.isEmpty()) {
            return "Only an empty field without quotes is NULL: COPY ... (FORCE_NULL "
                    + "(" + QuoteIdentifier.identifier(column.name())
                    + ")) takes a quoted one for NULL too.";
        }
        if (NULL_WORD.matcher(value).matches()) {
            return "It looks like a missing value: COPY ... (NULL " + QuoteIdentifier.literal(value) + ") takes it for NULL.";
        }
        if (number && WITH_UNIT.matcher(value).matches()) {
            return "It looks like a number with a unit: load the column as text, and convert it later.";
        }
        if (number && WHOLE.matcher(value).matches()) {
            return kind == PgType.Kind.INT8 ? "It is a whole number beyond bigint: make the column numeric."
                    : kind == PgType.Kind.NUMERIC ? "Give the column a greater precision." : "Make the column bigint, or "
                    + "numeric.";
        }
        if (number && DECIMAL.matcher(value).matches()) {
            return kind == PgType.Kind.NUMERIC ? "Give the column a greater precision." : "It has decimals: make the column "
                    + "numeric.";
        }
        if (number && (GROUPED.matcher(value).matches() || DECIMAL_COMMA.matcher(value).matches())) {
            return "It looks like a number with separators, which SQL does not know: load the column as text, and convert it "
                    + "later.";
        }
        boolean dated = kind == PgType.Kind.DATE || kind == PgType.Kind.TIMESTAMP || kind == PgType.Kind.TIMESTAMPTZ;
        if (dated && DAY_FIRST.matcher(value).matches()) {
            DateForm date = DateForm.of(value);
            String other = date == null || date.orders() == null || date.orders().contains(order) ? "write year-month-day"
                    : "load with --date-order " + date.orders().iterator().next();
            return "Dates in digits are read as " + DateForm.words(order) + ": " + other + ", or load the column as text.";
        }
        return kind == PgType.Kind.VARCHAR || kind == PgType.Kind.CHAR ? "Make the column wider, or text." : null;
    }
}
