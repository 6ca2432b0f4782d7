package dev.wharf.core.catalog;

import java.util.List;

/**
 * A table as the catalog knows it.
 *
 * @param oid      its number, never used twice in a data directory
 * @param unlogged whether its data may be lost when the machine (not the process) crashes: not synced, emptied at the
 *                 first start after a reboot
 */
public record Relation(int oid, String name, List<Column> columns, boolean unlogged) {
    public Relation {
        columns = List.copyOf(columns);
    }

    /** Index of the column, -1 if there is none. */
    public int columnIndex(String columnName) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(columnName)) {
                return i;
            }
        }
        return -1;
    }
}
