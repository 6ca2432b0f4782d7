package dev.wharf.core.catalog;

import java.util.List;

/**
 * The tables of a data directory, shared by every process that has it open. Each call reads or changes the catalog's
 * present state under its lock; names are as folded by the parser.
 */
public interface Catalog {
    /** Null if there is none. */
    Relation lookup(String name);

    /** All tables, by name. */
    List<Relation> relations();

    /** @throws dev.wharf.core.error.PgError 42P07 {@code relation "t" already exists} */
    Relation create(String name, List<Column> columns, boolean unlogged);

    /** Waits for COPYs of the table to end. @throws dev.wharf.core.error.PgError 42P01 {@code table "t" does not exist} */
    void drop(String name);

    /** Waits for COPYs of the table to end. @throws dev.wharf.core.error.PgError 42P01 {@code relation "t" does not exist} */
    void truncate(String name);

    /** Rows and bytes on disk, for listings. */
    Size size(Relation relation);

    /** @param bytes of the table's files */
    record Size(long rows, long bytes) {
    }
}
