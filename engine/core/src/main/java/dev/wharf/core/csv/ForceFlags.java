package dev.wharf.core.csv;

/**
 * What FORCE_QUOTE, FORCE_NOT_NULL and FORCE_NULL say, for each field in the file's order. An array is null where no field is
 * named.
 *
 * @param quote   COPY TO: fields in quotes whatever they hold, but for NULL
 * @param notNull COPY FROM: fields that the NULL string is data for
 * @param isNull  COPY FROM: fields that are NULL also where the NULL string is in quotes
 */
public record ForceFlags(boolean[] quote, boolean[] notNull, boolean[] isNull) {
    public static final ForceFlags NONE = new ForceFlags(null, null, null);

    public boolean quote(int field) {
        return quote != null && quote[field];
    }

    public boolean notNull(int field) {
        return notNull != null && notNull[field];
    }

    public boolean isNull(int field) {
        return isNull != null && isNull[field];
    }
}
