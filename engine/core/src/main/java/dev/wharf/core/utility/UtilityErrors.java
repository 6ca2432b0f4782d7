package dev.wharf.core.utility;

/** Condition codes that only the parser raises, under the names of PostgreSQL's appendix A. */
final class UtilityErrors {
    static final String INVALID_SCHEMA_NAME = "3F000";
    static final String INVALID_TABLE_DEFINITION = "42P16";

    private UtilityErrors() {
    }
}
