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

    /** Whether a type's input means the same under other settings, whatever it is. */
    public boolean readsLike(TextSettings other, PgType type) {
        return switch (type.kind()) {
            case DATE, TIMESTAMP, TIMESTAMPTZ -> order == other.order && timeZone.equals(other.timeZone);
            case ARRAY -> readsLike(other, type.element());
            default -> true;
        };
    }

    /** Whether arrays of a type, which are stored as text, are to be written otherwise. */
    public boolean rewrites(PgType element) {
        return element.kind() == PgType.Kind.BYTEA && bytea != DEFAULT.bytea
                || element.kind() == PgType.Kind.TIMESTAMPTZ && !timeZone.equals(DEFAULT.timeZone);
    }
}
