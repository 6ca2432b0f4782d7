package dev.wharf.core.catalog;

import dev.wharf.core.types.PgType;

/** What a column gets in the rows of a COPY that leaves it out: its DEFAULT, or its identity. */
public sealed interface ColumnDefault {
    /** As PostgreSQL's {@code pg_get_expr} writes it. */
    String expression();

    /**
     * The same value for every row.
     *
     * @param type what the value was written as; it becomes the column's when it is used
     * @param text null for NULL
     */
    record Constant(String expression, PgType type, String text) implements ColumnDefault {
    }

    /**
     * The sequence's next number for each row.
     *
     * @param sequence its oid
     * @param name     its name
     */
    record NextVal(int sequence, String name, Identity identity) implements ColumnDefault {
        @Override
        public String expression() {
            boolean plain = name.matches("[a-z_][a-z0-9_]*");
            String identifier = plain ? name : '"' + name.replace("\"", "\"\"") + '"';
            return "nextval('" + identifier.replace("'", "''") + "'::regclass)";
        }
    }

    /** Whether a column is GENERATED ... AS IDENTITY. COPY takes values for either. */
    enum Identity { NONE, ALWAYS, BY_DEFAULT }
}
