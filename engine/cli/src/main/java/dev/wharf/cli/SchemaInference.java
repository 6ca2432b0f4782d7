package dev.wharf.cli;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import dev.wharf.core.utility.QuoteIdentifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A table's columns from a sample.
 *
 * @param values  what each column was inferred from
 * @param header  whether the first row is names
 * @param because why that is thought
 * @param dates   how dates are read
 * @param remarks what the user should know of choices that were not clear
 */
record SchemaInference(List<Column> columns, List<ColumnInference> values, boolean header, String because,
                       DateOrderInference dates, List<String> remarks) {
    private static final int MAX_NAME_BYTES = 63;

    /** @param said what the user said, the rest of which is decided by the sample */
    static SchemaInference of(CsvSample sample, CsvOptions said) {
        List<List<CsvRows.Field>> rows = sample.rows();
        int width = sample.width();
        List<ColumnInference> below = infer(rows, 1, width);
        boolean isHeader;
        String because = "as you said";
        List<String> remarks = new ArrayList<>();
        if (said.header() != null) {
            isHeader = said.header();
        } else {
            Verdict verdict = judge(rows, below);
            isHeader = verdict == Verdict.HEADER;
            because = verdict.because;
            if (verdict == Verdict.UNDECIDED) {
                remarks.add("The first row may be a header; it is loaded as data. If it is one, load with --header.");
            }
        }
        List<ColumnInference> all = isHeader ? below : infer(rows, 0, width);
        List<String> names = isHeader ? headerNames(rows.getFirst()) : numbered(width);
        DateOrderInference dates = DateOrderInference.of(names, all, said.textColumns(), said.dateOrder());
        if (dates.remark() != null) {
            remarks.add(dates.remark());
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            PgType type = said.textColumns().contains(names.get(i)) ? PgType.of(PgType.Kind.TEXT)
                    : all.get(i).type(sample.whole(), dates.order());
            columns.add(new Column(names.get(i), type, false));
        }
        return new SchemaInference(columns, all, isHeader, because, dates, remarks);
    }

    private enum Verdict {
        HEADER("its first row has names, none of which could be a value of the columns below"),
        DATA("its first row could be a row of values"),
        UNDECIDED("nothing tells whether its first row is names or values");

        private final String because;

        Verdict(String because) {
            this.because = because;
        }
    }

    /**
     * A header only where no cell of the first row could be data of a typed column below it, and all are names that differ.
     * Where nothing below has a type, or only some cells do not fit, nobody can tell.
     */
    private static Verdict judge(List<List<CsvRows.Field>> rows, List<ColumnInference> below) {
        if (rows.isEmpty()) {
            return Verdict.DATA;
        }
        List<CsvRows.Field> first = rows.getFirst();
        boolean names = true;
        boolean misfit = false;
        boolean fit = false;
        boolean typed = false;
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < first.size(); i++) {
            CsvRows.Field field = first.get(i);
            names &= !field.text().isBlank() && seen.add(field.text()) && ColumnInference.forms(field.text()).isEmpty()
                    && field.text().codePoints().anyMatch(Character::isLetter);
            if (below.get(i).isTyped()) {
                typed = true;
                boolean accepts = below.get(i).accepts(field);
                fit |= accepts;
                misfit |= !accepts;
            }
        }
        if (misfit && !fit && names) {
            return Verdict.HEADER;
        }
        if (typed && !misfit) {
            return Verdict.DATA;
        }
        return names || misfit ? Verdict.UNDECIDED : Verdict.DATA;
    }

    private static List<ColumnInference> infer(List<List<CsvRows.Field>> rows, int from, int width) {
        List<ColumnInference> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            columns.add(new ColumnInference());
        }
        for (int r = from; r < rows.size(); r++) {
            List<CsvRows.Field> row = rows.get(r);
            for (int i = 0; i < Math.min(width, row.size()); i++) {
                if (!row.get(i).isNull()) {
                    columns.get(i).add(row.get(i), r + 1L);
                }
            }
        }
        return columns;
    }

    private static List<String> numbered(int width) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
            names.add("column" + i);
        }
        return names;
    }

    /** The header's own words, so that COPY TO with HEADER gives them back; made to differ where they do not. */
    private static List<String> headerNames(List<CsvRows.Field> header) {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (CsvRows.Field field : header) {
            String text = names.isEmpty() && field.text().startsWith("\ufeff") ? field.text().substring(1) : field.text();
            String name = text.isBlank() ? "column" + (names.size() + 1) : cut(text, MAX_NAME_BYTES);
            String unique = name;
            for (int n = 2; !seen.add(unique); n++) {
                String suffix = "_" + n;
                unique = cut(name, MAX_NAME_BYTES - suffix.length()) + suffix;
            }
            names.add(unique);
        }
        return names;
    }

    /** The longest prefix of whole characters that fits. */
    private static String cut(String name, int bytes) {
        int end = name.length();
        while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length > bytes) {
            end = name.offsetByCodePoints(end, -1);
        }
        return name.substring(0, end);
    }

    /** {@code CREATE TABLE} as it is run and shown. */
    String createTable(String table, boolean unlogged) {
        StringBuilder sql = new StringBuilder("CREATE ").append(unlogged ? "UNLOGGED " : "").append("TABLE ")
                .append(QuoteIdentifier.identifier(table)).append(" (\n");
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            sql.append("    ").append(QuoteIdentifier.identifier(column.name())).append(' ')
                    .append(shortType(column.type())).append(i + 1 < columns.size() ? ",\n" : "\n");
        }
        return sql.append(")").toString();
    }

    static String shortType(PgType type) {
        return switch (type.kind()) {
            case TIMESTAMP -> "timestamp";
            case TIMESTAMPTZ -> "timestamptz";
            default -> type.formatType();
        };
    }
}
