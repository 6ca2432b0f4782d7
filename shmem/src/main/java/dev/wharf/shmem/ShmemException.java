package dev.wharf.shmem;

/** A segment, struct or lock cannot be had. The message says which, where, and what to do. */
public final class ShmemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Out of shared memory. */
    public static final String OUT_OF_MEMORY = "53200";
    /** No room on the disk. */
    public static final String DISK_FULL = "53100";
    /** Too many processes or workers. */
    public static final String TOO_MANY_CONNECTIONS = "53300";
    /** No such file. */
    public static final String UNDEFINED_FILE = "58P01";
    /** The operating system refused. */
    public static final String IO_ERROR = "58030";
    /** Not in the state for it: left by another boot, being created, in use. */
    public static final String OBJECT_NOT_IN_PREREQUISITE_STATE = "55000";
    /** Not a segment, or altered. */
    public static final String DATA_CORRUPTED = "XX001";
    /** A caller's mistake. */
    public static final String INTERNAL_ERROR = "XX000";

    private final String sqlState;

    public ShmemException(final String sqlState, final String message) {
        super(message);
        this.sqlState = sqlState;
    }

    public ShmemException(final String sqlState, final String message, final Throwable cause) {
        super(message, cause);
        this.sqlState = sqlState;
    }

    /** Five characters, PostgreSQL's code for the condition. */
    public String sqlState() {
        return sqlState;
    }
}
