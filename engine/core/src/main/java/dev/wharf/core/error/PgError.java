package dev.wharf.core.error;

/**
 * An ERROR in PostgreSQL's form: SQLSTATE, message, and optionally DETAIL, HINT, CONTEXT and the position in the
 * statement's text. What {@code ereport(ERROR, ...)} is there.
 *
 * <p>Immutable; the {@code with} methods return a copy with one field set and the same cause and stack. Safe to hand to
 * another thread.
 */
public final class PgError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String sqlState;
    private final String detail;
    private final String hint;
    private final String context;
    private final int position;

    private final boolean traced;
    private final ErrorLevel level;

    public PgError(String sqlState, String message) {
        this(sqlState, message, null, null, null, 0, null, true, ErrorLevel.ERROR);
    }

    public PgError(String sqlState, String message, Throwable cause) {
        this(sqlState, message, null, null, null, 0, cause, true, ErrorLevel.ERROR);
    }

    private PgError(String sqlState, String message, String detail, String hint, String context, int position,
                    Throwable cause, boolean traced, ErrorLevel level) {
        super(message, cause, true, traced);
        this.level = level;
        this.traced = traced;
        this.sqlState = sqlState;
        this.detail = detail;
        this.hint = hint;
        this.context = context;
        this.position = position;
    }

    /**
     * An error of a value, without a stack: a load may meet millions of them and go on, and where in the program a value is
     * looked at says nothing about it.
     */
    public static PgError ofValue(String sqlState, String message) {
        return new PgError(sqlState, message, null, null, null, 0, null, false, ErrorLevel.ERROR);
    }

    /** One with which the session is over. @param level FATAL, or WARNING where PostgreSQL's backend just quits */
    public static PgError endingSession(ErrorLevel level, String sqlState, String message) {
        return new PgError(sqlState, message, null, null, null, 0, null, true, level);
    }

    /** Whether it is {@link #ofValue}: PostgreSQL's soft errors, after which a load may go on. */
    public boolean isOfValue() {
        return !traced;
    }

    public PgError withDetail(String text) {
        return copy(text, hint, context, position);
    }

    public PgError withHint(String text) {
        return copy(detail, text, context, position);
    }

    /** Replaces the CONTEXT, for example {@code COPY t, line 3, column a: "x"}. */
    public PgError withContext(String text) {
        return copy(detail, hint, text, position);
    }

    /** @param characterPosition 1-based position, in characters, in the statement's text; 0 for none. */
    public PgError withPosition(int characterPosition) {
        return copy(detail, hint, context, characterPosition);
    }

    private PgError copy(String newDetail, String newHint, String newContext, int newPosition) {
        PgError e = new PgError(sqlState, getMessage(), newDetail, newHint, newContext, newPosition, getCause(), traced,
                level);
        if (traced) {
            e.setStackTrace(getStackTrace());
        }
        return e;
    }

    public String sqlState() {
        return sqlState;
    }

    /** ERROR, unless the session is over. */
    public ErrorLevel level() {
        return level;
    }

    /** Whether it is {@link #endingSession}. */
    public boolean endsSession() {
        return level != ErrorLevel.ERROR;
    }

    /** Null if there is none. */
    public String detail() {
        return detail;
    }

    /** Null if there is none. */
    public String hint() {
        return hint;
    }

    /** Null if there is none; several levels are separated by a newline, innermost first. */
    public String context() {
        return context;
    }

    /** 1-based character position in the statement, 0 if there is none. */
    public int position() {
        return position;
    }
}
