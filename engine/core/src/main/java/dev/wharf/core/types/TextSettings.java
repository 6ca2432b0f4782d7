package dev.wharf.core.types;

/**
 * What a session's settings say of values as text.
 *
 * @param bytea    how bytea is written: bytea_output
 * @param timeZone what timestamptz is written in, and read in where it names no zone: TimeZone
 * @param order    of dates whose parts could be any: DateStyle
 */
public record TextSettings(ByteaOutput bytea, SessionTimeZone timeZone, DateOrder order) {
    /** Those of a session that has set nothing; what is stored as text is stored so. */
    public static final TextSettings DEFAULT = new TextSettings(ByteaOutput.HEX, SessionTimeZone.UTC, DateOrder.MDY);

    /** Whether a type's input may mean something else than under the default settings. */
    public boolean readsOtherwise(PgType type) {
        return switch (type.kind()) {
            case DATE, TIMESTAMP -> order != DEFAULT.order;
            case TIMESTAMPTZ -> order != DEFAULT.order || !timeZone.equals(DEFAULT.timeZone);
            case ARRAY -> readsOtherwise(type.element());
            default -> false;
        };
    }

    /** Whether arrays of a type, which are stored as text, are to be written otherwise. */
    public boolean rewrites(PgType element) {
        return element.kind() == PgType.Kind.BYTEA && bytea != DEFAULT.bytea
                || element.kind() == PgType.Kind.TIMESTAMPTZ && !timeZone.equals(DEFAULT.timeZone);
    }
}
