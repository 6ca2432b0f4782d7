package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.ShmemException;

/**
 * What a supervisor has to say, in PostgreSQL's words.
 *
 * @param sqlState null for none
 * @param detail null for none
 * @param hint null for none
 */
public record PostmasterMessage(Level level, String sqlState, String message, String detail, String hint) {
    /** PostgreSQL's, those that a supervisor uses. */
    public enum Level { DEBUG1, LOG }

    static PostmasterMessage debug(final String message) {
        return new PostmasterMessage(Level.DEBUG1, null, message, null, null);
    }

    static PostmasterMessage log(final String message) {
        return new PostmasterMessage(Level.LOG, null, message, null, null);
    }

    static PostmasterMessage log(final ShmemException e) {
        return new PostmasterMessage(Level.LOG, e.sqlState(), e.getMessage(), null, null);
    }
}
