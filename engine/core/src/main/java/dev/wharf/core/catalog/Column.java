package dev.wharf.core.catalog;

import dev.wharf.core.types.PgType;

/**
 * A table's column: PostgreSQL's {@code pg_attribute}, the part of it that we have.
 *
 * @param columnDefault null for none, which is NULL
 */
public record Column(String name, PgType type, boolean notNull, ColumnDefault columnDefault) {
    /** A column without a default. */
    public Column(String name, PgType type, boolean notNull) {
        this(name, type, notNull, null);
    }
}
