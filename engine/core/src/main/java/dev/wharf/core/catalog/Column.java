package dev.wharf.core.catalog;

import dev.wharf.core.types.PgType;

/** A table's column: PostgreSQL's {@code pg_attribute}, the part of it that we have. */
public record Column(String name, PgType type, boolean notNull) {
}
