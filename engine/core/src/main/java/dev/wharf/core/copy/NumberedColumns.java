package dev.wharf.core.copy;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.ColumnDefault;
import dev.wharf.core.catalog.Relation;
import java.util.ArrayList;
import java.util.List;

/** The columns of a COPY FROM that take numbers from sequences: those that the file has not, or in some rows only. */
final class NumberedColumns {
    private final List<Integer> columns = new ArrayList<>();
    private final List<Integer> oids = new ArrayList<>();
    private final List<Boolean> absent = new ArrayList<>();
    private final List<Integer> sequences = new ArrayList<>();

    NumberedColumns(Relation relation, DefaultValues defaults) {
        for (int i = 0; i < relation.columns().size(); i++) {
            if (defaults.isNumbered(i)) {
                int oid = oid(relation.columns().get(i));
                if (!oids.contains(oid)) {
                    oids.add(oid);
                }
                columns.add(i);
                absent.add(defaults.isAbsent(i));
                sequences.add(oids.indexOf(oid));
            }
        }
    }

    private static int oid(Column column) {
        return ((ColumnDefault.NextVal) column.columnDefault()).sequence();
    }

    int count() {
        return columns.size();
    }

    /** The table's column. */
    int column(int i) {
        return columns.get(i);
    }

    int indexOf(int column) {
        return columns.indexOf(column);
    }

    /** Whether the file does not have it, so that every row takes a number. */
    boolean absent(int i) {
        return absent.get(i);
    }

    /** Which of the sequences it takes numbers from. */
    int sequence(int i) {
        return sequences.get(i);
    }

    int sequences() {
        return oids.size();
    }

    /** The oid of a sequence. */
    int oid(int sequence) {
        return oids.get(sequence);
    }

    /** Numbers that every row takes from a sequence. */
    int perRow(int sequence) {
        int n = 0;
        for (int i = 0; i < columns.size(); i++) {
            n += sequences.get(i) == sequence && absent.get(i) ? 1 : 0;
        }
        return n;
    }

    /** How many columns before this one take a number from the same sequence in every row. */
    int place(int column) {
        int n = 0;
        for (int i = 0; i < column; i++) {
            n += sequences.get(i).equals(sequences.get(column)) && absent.get(i) ? 1 : 0;
        }
        return n;
    }

    /** Whether every row that is read is loaded and takes the same count of numbers: see {@link NumberLog}. */
    boolean regular(CopyJob job) {
        return columns.isEmpty() || job.errors().onError() != CopyErrorHandling.OnError.IGNORE && !absent.contains(false);
    }
}
