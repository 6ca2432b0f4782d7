package dev.wharf.core.catalog;

import java.util.List;
import java.util.function.ToLongFunction;

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
    default Relation create(String name, List<Column> columns, boolean unlogged) {
        return create(name, columns, unlogged, List.of());
    }

    /** The same with columns that take numbers from sequences; those to be made are made with the table, or not at all. */
    Relation create(String name, List<Column> columns, boolean unlogged, List<NewSequence> sequences);

    /** Waits for COPYs of the table to end. @throws dev.wharf.core.error.PgError 42P01 {@code table "t" does not exist} */
    void drop(String name);

    /** Waits for COPYs of the table to end. @throws dev.wharf.core.error.PgError 42P01 {@code relation "t" does not exist} */
    void truncate(String name);

    List<Sequence> sequences();

    /** Null if there is none. */
    default Sequence sequence(String name) {
        return sequences().stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
    }

    /**
     * @param options    all but name, number and owner
     * @param ownerTable null for none
     */
    Sequence createSequence(String name, Sequence options, String ownerTable, String ownerColumn);

    /** @throws dev.wharf.core.error.PgError 2BP01 if a column's default needs one of them */
    void dropSequences(List<Sequence> sequences);

    Sequence.State state(Sequence sequence);

    /**
     * Takes numbers out of a sequence, durably: nobody else gets them, whatever happens.
     *
     * @param count told the state, says how many to take
     * @return the state before
     */
    Sequence.State take(Sequence sequence, ToLongFunction<Sequence.State> count);

    /** Back to the start. */
    void restart(Sequence sequence);

    /** Rows and bytes on disk, for listings. */
    Size size(Relation relation);

    /** @param bytes of the table's files */
    record Size(long rows, long bytes) {
    }
}
