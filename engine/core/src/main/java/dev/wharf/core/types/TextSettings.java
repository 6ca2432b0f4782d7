package dev.wharf.core.types;

/**
 * What a session's settings say of values as text.
 *
 * @param bytea    how bytea is written: bytea_output
 * @param timeZone what timestamptz is written in, and read in where it names no zone: TimeZone
 */
public record TextSettings(ByteaOutput bytea, SessionTimeZone timeZone) {
    /** Those of a session that has set nothing; what is stored as text is stored so. */
    public static final TextSettings DEFAULT = new TextSettings(ByteaOutput.HEX, SessionTimeZone.UTC);

    /** Whether arrays of a type, which are stored as text, are to be written otherwise. */
    public boolean rewrites(PgType element) {
        return element.kind() == PgType.Kind.BYTEA && bytea != DEFAULT.bytea
                || element.kind() == PgType.Kind.TIMESTAMPTZ && !timeZone.equals(SessionTimeZone.UTC);
    }
}
