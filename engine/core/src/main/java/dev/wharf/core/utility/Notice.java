package dev.wharf.core.utility;

/**
 * A message that is no error.
 *
 * @param severity {@code NOTICE}, {@code WARNING}, {@code INFO}, {@code LOG}, {@code DEBUG}
 * @param context  null if there is none
 * @param position 1-based character position in the query string, 0 for none
 */
public record Notice(String severity, String sqlState, String message, String context, int position) {
    public static Notice notice(String sqlState, String message) {
        return notice(sqlState, message, null);
    }

    public static Notice notice(String sqlState, String message, String context) {
        return new Notice("NOTICE", sqlState, message, context, 0);
    }

    public static Notice warning(String sqlState, String message, int position) {
        return new Notice("WARNING", sqlState, message, null, position);
    }
}
