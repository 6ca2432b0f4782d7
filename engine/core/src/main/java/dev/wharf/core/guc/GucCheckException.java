package dev.wharf.core.guc;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/** A check hook does not like a value. What it does not say is said for it. */
public final class GucCheckException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sqlState;
    private final String detail;
    private final String hint;

    /** With PostgreSQL's message, and this DETAIL; null for none. */
    public GucCheckException(String detail) {
        this(SqlState.INVALID_PARAMETER_VALUE, null, detail, null);
    }

    /** @param message null for {@code invalid value for parameter ...}; detail and hint may be null */
    public GucCheckException(String sqlState, String message, String detail, String hint) {
        super(message);
        this.sqlState = sqlState;
        this.detail = detail;
        this.hint = hint;
    }

    PgError toError(String message) {
        PgError error = new PgError(sqlState, getMessage() == null ? message : getMessage(), this);
        error = detail == null ? error : error.withDetail(detail);
        return hint == null ? error : error.withHint(hint);
    }
}
