package dev.wharf.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A dialect from a sample, and why.
 *
 * @param skip      lines before the first row: one that names the delimiter, empty ones
 * @param start     where the first row begins
 * @param separator the line that names the delimiter, as Excel knows it; null if there is none
 */
record DialectInference(Dialect dialect, int skip, int start, String separator, String delimiterBecause, String quoteBecause,
                        String escapeBecause) {
    private static final String DELIMITERS = ",;\t|";
    private static final int DELIMITER_ROWS = 1000;
    private static final double SAME_WIDTH = 0.9;
    private static final int PERCENT = 100;
    private static final String SAID = "as you said";
    private static final Pattern SEPARATOR = Pattern.compile("\ufeff?((?i)\"?sep=([\\x01-\\x7e&&[^\"\\r\\n]])\"?)(\r\n|\r|\n)");

    static DialectInference of(String text, boolean whole, Dialect.Given given) {
        Matcher matcher = SEPARATOR.matcher(text);
        boolean separated = matcher.lookingAt();
        int start = separated ? matcher.end() : 0;
        Character line = separated ? matcher.group(2).charAt(0) : null;
        Character named = given.delimiter() != null ? given.delimiter() : line;
        Quoting quoting = Quoting.of(text, start, whole, named == null ? DELIMITERS : named.toString(), given);
        String because = given.delimiter() != null ? SAID : "the line " + (separated ? matcher.group(1) : "") + " says so";
        char delimiter;
        if (named != null) {
            delimiter = named;
        } else {
            List<Candidate> candidates = new ArrayList<>();
            for (char tried : DELIMITERS.toCharArray()) {
                if (tried != quoting.quote && tried != quoting.escape) {
                    candidates.addAll(Candidate.of(text, start, whole, new Dialect(tried, quoting.quote, quoting.escape)));
                }
            }
            delimiter = best(candidates);
            because = because(candidates, delimiter);
        }
        Dialect dialect = new Dialect(delimiter, quoting.quote, quoting.escape);
        int skip = separated ? 1 : 0;
        // An empty line is a value of a table of one column, and nothing in another.
        if (Candidate.of(text, start, whole, dialect).stream().anyMatch(candidate -> candidate.width > 1)) {
            while (start < text.length() && (text.charAt(start) == '\n' || text.charAt(start) == '\r')) {
                start += text.startsWith("\r\n", start) ? 2 : 1;
                skip++;
            }
        }
        return new DialectInference(dialect, skip, start, separated ? matcher.group(1) : null, because, quoting.quoteBecause,
                quoting.escapeBecause);
    }

    /** Which lines are no rows. */
    String skipped() {
        return separator == null ? (skip == 1 ? "The first line is empty" : "The first " + skip + " lines are empty")
                + ": skipped." : "Line 1, " + separator + ", names the delimiter: skipped"
                + (skip > 1 ? ", with the empty lines below it." : ".");
    }

    /** @param quoteBecause why it is the quote */
    private record Quoting(char quote, char escape, String quoteBecause, String escapeBecause) {
        static Quoting of(String text, int start, boolean whole, String bounds, Dialect.Given given) {
            char quote = given.quote() != null ? given.quote() : '"';
            Escape escape = Escape.of(text, start, whole, bounds, quote, given.escape());
            String because = SAID;
            if (given.quote() == null) {
                because = escape.scan.fields() == 0 ? "no field is in quotes, and it is COPY's default" : inQuotes(escape.scan);
                Escape single = escape.scan.fields() > 0 || text.indexOf('\'') < 0 || bounds.indexOf('\'') >= 0 ? null
                        : Escape.of(text, start, whole, bounds, '\'', given.escape());
                if (single != null && single.scan.fields() > 0 && single.scan.faults() == 0) {
                    quote = '\'';
                    escape = single;
                    because = inQuotes(single.scan) + ", and none with '\"'";
                }
            }
            return new Quoting(quote, escape.escape, because, given.escape() != null ? SAID : escape.escape == quote
                    ? "a quote inside quotes is doubled, COPY's default" : "in line " + line(text, escape.scan.escaped())
                    + " it stands before a quote inside quotes");
        }

        private static String inQuotes(QuoteScan scan) {
            return scan.fields() == 1 ? "1 field begins and ends with it" : scan.fields() + " fields begin and end with it";
        }
    }

    private record Escape(char escape, QuoteScan scan) {
        static Escape of(String text, int start, boolean whole, String bounds, char quote, Character given) {
            char first = given == null ? quote : given;
            Escape doubled = new Escape(first, QuoteScan.of(text, start, whole, bounds, quote, first));
            if (given != null || doubled.scan.faults() == 0 || !text.contains("\\" + quote)) {
                return doubled;
            }
            QuoteScan backslash = QuoteScan.of(text, start, whole, bounds, quote, '\\');
            return backslash.faults() < doubled.scan.faults() && backslash.escaped() >= 0 ? new Escape('\\', backslash) : doubled;
        }
    }

    /** The line in which a place of the text is, from 1 on. */
    static int line(String text, int place) {
        int line = 1;
        for (int i = 0; i < place; i++) {
            char c = text.charAt(i);
            line += c == '\n' || c == '\r' && text.charAt(i + 1) != '\n' ? 1 : 0;
        }
        return line;
    }

    /**
     * A delimiter that was tried.
     *
     * @param width fields of most rows; empty lines do not count
     * @param share of the rows that have as many
     * @param which rows were looked at
     */
    private record Candidate(char delimiter, int width, double share, String which) {
        /** Empty where there is no row. */
        static List<Candidate> of(String text, int start, boolean whole, Dialect dialect) {
            CsvRows cut = CsvRows.of(text, start, dialect, whole, DELIMITER_ROWS);
            int[] widths = cut.rows().stream().filter(row -> !CsvRows.isBlank(row)).mapToInt(List::size).sorted().toArray();
            if (widths.length == 0) {
                return List.of();
            }
            int width = widths[widths.length / 2];
            String which = cut.rows().size() == DELIMITER_ROWS ? "first " + DELIMITER_ROWS + " rows"
                    : whole && cut.open() >= 0 ? "rows before a quote that is not closed" : "rows";
            return List.of(new Candidate(dialect.delimiter(), width,
                    (double) Arrays.stream(widths).filter(w -> w == width).count() / widths.length, which));
        }

        private boolean beats(Candidate other) {
            return width > 1 && share >= SAME_WIDTH && (share > other.share || share == other.share && width > other.width);
        }

        private String cut() {
            return String.format(Locale.ROOT, "%d %% of the %s have %d field%s", (int) (share * PERCENT), which, width,
                    width == 1 ? "" : "s");
        }
    }

    /** The one that cuts (nearly) all rows into the same number of fields, more than one; of several the one into most. */
    private static char best(List<Candidate> candidates) {
        Candidate best = new Candidate(candidates.isEmpty() ? ',' : candidates.getFirst().delimiter, 1, 0, "rows");
        for (Candidate candidate : candidates) {
            if (candidate.beats(best)) {
                best = candidate;
            }
        }
        return best.delimiter;
    }

    private static String because(List<Candidate> candidates, char delimiter) {
        String chosen = "there is no row to find it from";
        StringBuilder others = new StringBuilder();
        for (Candidate candidate : candidates) {
            if (candidate.delimiter == delimiter) {
                chosen = "with it " + candidate.cut();
            } else if (candidate.width > 1) {
                others.append(", with ").append(Dialect.name(candidate.delimiter)).append(' ').append(candidate.cut());
            }
        }
        return chosen + others;
    }
}
