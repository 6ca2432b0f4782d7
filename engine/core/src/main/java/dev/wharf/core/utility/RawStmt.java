package dev.wharf.core.utility;

/**
 * A parsed statement and where it stands in the query string.
 *
 * @param location 0-based character offset of its first token
 * @param length   in characters, up to its semicolon; 0 where there is none: the rest of the string
 */
public record RawStmt(Statement statement, int location, int length) {
}
