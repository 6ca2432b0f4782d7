package dev.wharf.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * CSV text cut by COPY's rules: a quote toggles wherever it stands; inside, a newline is data, and so is what follows an
 * escape if that is a quote or an escape.
 *
 * @param rows fields in order; a last row that does not end is left out
 * @param open where the quote is that the text ends within, -1 if there is none
 */
record CsvRows(List<List<Field>> rows, int open) {
    /** @param quoted whether any of it was in quotes: then an empty one is no NULL */
    record Field(String text, boolean quoted) {
        boolean isNull() {
            return text.isEmpty() && !quoted;
        }
    }

    /**
     * @param start where the first row begins
     * @param whole whether the end of the text is the end of a row
     * @param most  rows to be cut
     */
    static CsvRows of(String text, int start, Dialect dialect, boolean whole, int most) {
        List<List<Field>> rows = new ArrayList<>();
        List<Field> row = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        int open = -1;
        boolean quoted = false;
        int n = text.length();
        for (int i = start; i < n && rows.size() < most; i++) {
            char c = text.charAt(i);
            if (open >= 0) {
                if (c == dialect.escape() && i + 1 < n
                        && (text.charAt(i + 1) == dialect.quote() || text.charAt(i + 1) == dialect.escape())) {
                    field.append(text.charAt(++i));
                } else if (c == dialect.quote()) {
                    open = -1;
                } else {
                    field.append(c);
                }
            } else if (c == dialect.quote()) {
                open = i;
                quoted = true;
            } else if (c == dialect.delimiter() || c == '\n' || c == '\r') {
                row.add(new Field(field.toString(), quoted));
                field.setLength(0);
                quoted = false;
                if (c != dialect.delimiter()) {
                    rows.add(row);
                    row = new ArrayList<>();
                    if (c == '\r' && i + 1 < n && text.charAt(i + 1) == '\n') {
                        i++;
                    }
                }
            } else {
                field.append(c);
            }
        }
        boolean begun = !field.isEmpty() || quoted || !row.isEmpty();
        if (whole && begun && open < 0 && rows.size() < most) {
            row.add(new Field(field.toString(), quoted));
            rows.add(row);
        }
        return new CsvRows(rows, open);
    }

    /** Whether the row is an empty line. */
    static boolean isBlank(List<Field> row) {
        return row.size() == 1 && row.getFirst().isNull();
    }
}
