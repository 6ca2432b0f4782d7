package dev.wharf.cli.options;

/** Words behind a command that it cannot take. The message says which and what to do; the command's help belongs after it. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
