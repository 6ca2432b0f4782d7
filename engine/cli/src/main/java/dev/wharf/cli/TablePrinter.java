package dev.wharf.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A result set as psql prints it, aligned or unaligned. */
final class TablePrinter {
    private final PrintStream out;
    private final boolean aligned;
    private final boolean tuplesOnly;

    TablePrinter(PrintStream out, boolean aligned, boolean tuplesOnly) {
        this.out = out;
        this.aligned = aligned;
        this.tuplesOnly = tuplesOnly;
    }

    /**
     * @param title      null for none
     * @param rightAlign for each column
     * @param rowCount   whether {@code (n rows)} follows
     */
    record Table(String title, List<String> headers, List<Boolean> rightAlign, List<List<String>> rows, boolean rowCount,
                 List<String> footers) {
        static Table of(String title, List<String> headers, List<List<String>> rows, boolean rowCount) {
            return new Table(title, headers, headers.stream().map(_ -> false).toList(), rows, rowCount, List.of());
        }
    }

    void print(Table table) {
        StringBuilder text = new StringBuilder();
        if (aligned) {
            aligned(table, text);
        } else {
            unaligned(table, text);
        }
        out.append(text);
    }

    private void unaligned(Table table, StringBuilder text) {
        if (!tuplesOnly) {
            if (table.title() != null) {
                text.append(table.title()).append('\n');
            }
            text.append(String.join("|", table.headers())).append('\n');
        }
        for (List<String> row : table.rows()) {
            text.append(String.join("|", row)).append('\n');
        }
        if (!tuplesOnly) {
            footer(table, text);
        }
    }

    private static void footer(Table table, StringBuilder text) {
        table.footers().forEach(line -> text.append(line).append('\n'));
        if (table.rowCount()) {
            int n = table.rows().size();
            text.append('(').append(n).append(n == 1 ? " row)" : " rows)").append('\n');
        }
    }

    private void aligned(Table table, StringBuilder text) {
        int columns = table.headers().size();
        int[] widths = new int[columns];
        for (int c = 0; c < columns; c++) {
            widths[c] = DisplayWidth.of(table.headers().get(c));
        }
        List<List<String[]>> cells = new ArrayList<>();
        for (List<String> row : table.rows()) {
            List<String[]> lines = new ArrayList<>();
            for (int c = 0; c < columns; c++) {
                String cell = row.get(c);
                // Few have several lines: a regular expression is loaded for those only.
                String[] parts = cell.indexOf('\n') < 0 ? new String[] {cell} : cell.split("\r?\n", -1);
                lines.add(parts);
                for (String part : parts) {
                    widths[c] = Math.max(widths[c], DisplayWidth.of(part));
                }
            }
            cells.add(lines);
        }
        if (!tuplesOnly) {
            head(table, widths, text);
        }
        for (List<String[]> row : cells) {
            row(table, widths, row, text);
        }
        if (!tuplesOnly) {
            footer(table, text);
        }
        text.append('\n');
    }

    private static void head(Table table, int[] widths, StringBuilder text) {
        int columns = widths.length;
        if (table.title() != null) {
            int total = 3 * columns - 1;
            for (int width : widths) {
                total += width;
            }
            text.repeat(' ', Math.max(0, (total - DisplayWidth.of(table.title())) / 2)).append(table.title()).append('\n');
        }
        StringBuilder rule = new StringBuilder();
        for (int c = 0; c < columns; c++) {
            String header = table.headers().get(c);
            int space = widths[c] - DisplayWidth.of(header);
            text.append(' ').repeat(' ', space / 2).append(header).repeat(' ', (space + 1) / 2).append(' ')
                    .append(c + 1 < columns ? "|" : "\n");
            rule.repeat('-', widths[c] + 2).append(c + 1 < columns ? "+" : "\n");
        }
        text.append(rule);
    }

    /** A cell of several lines: a plus sign says that the next line goes on with it. */
    private static void row(Table table, int[] widths, List<String[]> row, StringBuilder text) {
        int height = 1;
        for (String[] parts : row) {
            height = Math.max(height, parts.length);
        }
        for (int line = 0; line < height; line++) {
            for (int c = 0; c < widths.length; c++) {
                String[] parts = row.get(c);
                String part = line < parts.length ? parts[line] : "";
                boolean goesOn = line + 1 < parts.length;
                boolean last = c + 1 == widths.length;
                int space = widths[c] - DisplayWidth.of(part);
                text.append(' ');
                if (table.rightAlign().get(c)) {
                    text.repeat(' ', space).append(part);
                } else {
                    text.append(part).repeat(' ', last && !goesOn ? 0 : space);
                }
                if (goesOn) {
                    text.append('+');
                } else if (!last) {
                    text.append(' ');
                }
                text.append(last ? "\n" : "|");
            }
        }
    }
}
