package dev.wharf.core.tcop;

/** Who has a utility statement run. PostgreSQL's, without the prefix {@code PROCESS_UTILITY_}. */
public enum ProcessUtilityContext {
    /** A client. */
    TOPLEVEL,
    /** A part of a query, in its transaction. */
    QUERY,
    /** A part of a query, which may end its transaction. */
    QUERY_NONATOMIC,
    /** Another utility statement, as a part of it. */
    SUBCOMMAND
}
