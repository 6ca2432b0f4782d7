package dev.wharf.nativetests.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file that is loaded, and written out again.
 *
 * @param table       which of the fuzzer's tables
 * @param columns     the column list of both COPYs, or empty
 * @param fromOptions those of COPY FROM
 * @param data        the file
 * @param toOptions   those of a COPY TO STDOUT behind it; null if there is none
 */
record FuzzCase(FuzzTable table, String columns, List<String> fromOptions, byte[] data, List<String> toOptions) {
    private static final byte[] NOTHING = new byte[0];

    FuzzCase withData(byte[] newData) {
        return new FuzzCase(table, columns, fromOptions, newData, toOptions);
    }

    FuzzCase withColumns(String newColumns) {
        return new FuzzCase(table, newColumns, fromOptions, data, toOptions);
    }

    FuzzCase withFromOptions(List<String> options) {
        return new FuzzCase(table, columns, options, data, toOptions);
    }

    FuzzCase withToOptions(List<String> options) {
        return new FuzzCase(table, columns, fromOptions, data, options);
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(0, copy("FROM 'in'", fromOptions), data, List.of()));
        if (toOptions != null) {
            steps.add(new Step(0, copy("TO STDOUT", toOptions), NOTHING, List.of()));
        }
        return steps;
    }

    private String copy(String direction, List<String> options) {
        return "COPY " + table.name() + columns + " " + direction
                + (options.isEmpty() ? "" : " (" + String.join(", ", options) + ")");
    }

    /** As a case of a test file. */
    String toTest(String name, List<Outcome> expected) {
        List<String> lines = new ArrayList<>(List.of("case " + name, table.create() + ";"));
        for (int i = 0; i < expected.size(); i++) {
            Step step = steps().get(i);
            lines.add(step.sql() + ";");
            for (String line : ByteText.encode(step.input())) {
                lines.add(line.isEmpty() ? "<" : "< " + line);
            }
            lines.addAll(expected.get(i).lines());
        }
        return String.join("\n", lines);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FuzzCase c && table == c.table && columns.equals(c.columns)
                && steps().stream().map(Step::sql).toList().equals(c.steps().stream().map(Step::sql).toList())
                && Arrays.equals(data, c.data);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(data);
    }
}
