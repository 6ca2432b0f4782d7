package dev.wharf.core.tcop;

/**
 * What the client is told once a statement is done. Who runs the statement fills it in; if nobody does, it is the statement's own
 * command tag.
 */
public final class QueryCompletion {
    /** The one command whose tag tells the number of rows. */
    public static final String COPY = "COPY";

    private String commandTag;
    private long nprocessed;

    public void set(String tag, long rows) {
        commandTag = tag;
        nprocessed = rows;
    }

    /** Null as long as nobody has filled it in. */
    public String commandTag() {
        return commandTag;
    }

    /** Rows. */
    public long nprocessed() {
        return nprocessed;
    }

    /** As the client gets it: {@code DROP TABLE}, {@code COPY 5}. */
    @Override
    public String toString() {
        return COPY.equals(commandTag) ? commandTag + " " + nprocessed : commandTag;
    }
}
