package dev.wharf.core.copy;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.types.Datum;
import java.util.stream.IntStream;

/** Fills the columns that a file does not have for a block of rows at once. */
final class AbsentColumns {
    /** Bytes that one default may add to a column with a block; beyond that the rows are taken one at a time. */
    private static final long MAX_DEFAULTS = 64L << 20;

    private final Relation relation;
    private final DefaultValues defaults;
    private final int[] columns;

    /** @param attributes indexes of the table's columns in the file's order */
    AbsentColumns(Relation relation, int[] attributes) {
        this.relation = relation;
        defaults = new DefaultValues(relation, attributes, false);
        columns = IntStream.range(0, relation.columns().size()).filter(defaults::isAbsent).toArray();
    }

    /** Appends each column's default for each row; false if one is none to append blindly. */
    boolean fill(ColumnBuilder[] builders, int rows) {
        for (int column : columns) {
            Datum value = defaults.value(column);
            if (value == null && relation.columns().get(column).notNull()
                    || value != null && (long) value.length * rows > MAX_DEFAULTS) {
                return false;
            }
            if (value != null) {
                builders[column].append(value, rows);
                continue;
            }
            for (int r = 0; r < rows; r++) {
                builders[column].appendNull();
            }
        }
        return true;
    }
}
