package dev.wharf.shmem;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** A segment, struct or lock cannot be had. The message says which, where, and what to do. */
public class ShmemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Out of shared memory. */
    public static final String OUT_OF_MEMORY = "53200";
    /** No room on the disk. */
    public static final String DISK_FULL = "53100";
    /** Too many processes or workers. */
    public static final String TOO_MANY_CONNECTIONS = "53300";
    /** Processes are attached. */
    public static final String OBJECT_IN_USE = "55006";
    /** No permission. */
    public static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** No such file. */
    public static final String UNDEFINED_FILE = "58P01";
    /** The operating system refused. */
    public static final String IO_ERROR = "58030";
    /** Not in the state for it: left by another boot, being created, in use. */
    public static final String OBJECT_NOT_IN_PREREQUISITE_STATE = "55000";
    /** Not a segment, or altered. */
    public static final String DATA_CORRUPTED = "XX001";
    /** A name of more bytes than there is room for. */
    public static final String NAME_TOO_LONG = "42622";
    /** A name that is no text: with a NUL, or half of a surrogate pair. */
    public static final String CHARACTER_NOT_IN_REPERTOIRE = "22021";
    /** More than can be counted. */
    public static final String PROGRAM_LIMIT_EXCEEDED = "54000";
    /** A value that is not allowed. */
    public static final String INVALID_PARAMETER_VALUE = "22023";
    /** Not there. */
    public static final String FEATURE_NOT_SUPPORTED = "0A000";
    /** More than the settings allow. */
    public static final String CONFIGURATION_LIMIT_EXCEEDED = "53400";
    /** Somebody told it to end. */
    public static final String ADMIN_SHUTDOWN = "57P01";
    /** There is a supervisor. */
    public static final String LOCK_FILE_EXISTS = "F0001";
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

    /** For what the operating system refused to do with a file: the SQLSTATE and the words that PostgreSQL has for it. */
    static ShmemException of(final String what, final IOException e) {
        final String reason = switch (e) {
            case NoSuchFileException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            case FileSystemException file when file.getReason() != null -> file.getReason();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
        final String sqlState = switch (reason) {
            case "No such file or directory" -> UNDEFINED_FILE;
            case "Permission denied", "Operation not permitted", "Read-only file system" -> INSUFFICIENT_PRIVILEGE;
            case "No space left on device", "Disk quota exceeded", "File too large" -> DISK_FULL;
            default -> IO_ERROR;
        };
        return new ShmemException(sqlState, what + ": " + reason, e);
    }

    /** Five characters, PostgreSQL's code for the condition. */
    public String sqlState() {
        return sqlState;
    }
}
