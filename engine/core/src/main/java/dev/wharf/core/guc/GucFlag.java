package dev.wharf.core.guc;

/** What is particular about a parameter. PostgreSQL's, without the prefix {@code GUC_}. */
public enum GucFlag {
    /** SET takes several values, and joins them with commas. */
    LIST_INPUT,
    /** As SET joins them, it puts those in double quotes that need it. */
    LIST_QUOTE,
    /** Not for SHOW ALL. */
    NO_SHOW_ALL,
    /** Not for RESET ALL. */
    NO_RESET_ALL,
    /** Not listed in the file that a new data directory gets. */
    NOT_IN_SAMPLE,
    /** Nobody has defined it yet: a name with a dot, and the text that it was given. */
    CUSTOM_PLACEHOLDER,
    /** The value counts bytes. */
    UNIT_BYTE,
    /** The value counts KiB. */
    UNIT_KB,
    /** The value counts blocks of 8 KiB. */
    UNIT_BLOCKS,
    /** The value counts MiB. */
    UNIT_MB,
    /** The value counts milliseconds. */
    UNIT_MS,
    /** The value counts seconds. */
    UNIT_S,
    /** The value counts minutes. */
    UNIT_MIN
}
