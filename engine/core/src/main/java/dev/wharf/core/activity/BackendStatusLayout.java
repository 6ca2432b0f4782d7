package dev.wharf.core.activity;

/**
 * The struct "Backend Status Array": an entry for each slot of the proc table.
 *
 * <pre>
 *   +---------------------------+ 0
 *   | count of changes          |   odd while the entry is being written
 *   | who, since when, state    |
 *   +---------------------------+ APPLICATION_NAME
 *   | application_name          |   UTF-8, up to a zero
 *   +---------------------------+ QUERY
 *   | the statement's text      |   UTF-8, up to a zero
 *   +---------------------------+ LENGTH
 * </pre>
 *
 * Only the slot's thread writes its entry. Times are microseconds since 1970, 0 for none.
 */
final class BackendStatusLayout {
    static final int CHANGES = 0;
    /** Ordinal of {@link BackendStatus.State}. */
    static final int STATE = CHANGES + Integer.BYTES;
    static final int PID = STATE + Integer.BYTES;
    static final int LEADER_PID = PID + Long.BYTES;
    static final int BACKEND_START = LEADER_PID + Long.BYTES;
    static final int QUERY_START = BACKEND_START + Long.BYTES;
    static final int STATE_CHANGE = QUERY_START + Long.BYTES;
    static final int APPLICATION_NAME = 64;
    static final int APPLICATION_NAME_LENGTH = 64;
    static final int QUERY = APPLICATION_NAME + APPLICATION_NAME_LENGTH;
    /** PostgreSQL's default of track_activity_query_size. */
    static final int QUERY_LENGTH = 1024;
    static final int LENGTH = QUERY + QUERY_LENGTH;

    private BackendStatusLayout() {
    }
}
