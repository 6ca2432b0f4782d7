package dev.wharf.core.tcop;

import dev.wharf.core.utility.RawStmt;
import dev.wharf.core.utility.Statement;

/**
 * A statement ready to run. Immutable: to change one is to make another.
 *
 * @param utilityStmt  the statement itself, as there is no plan for it
 * @param stmtLocation 0-based character offset of its first token in the query string; -1 for a statement that is not in it
 * @param stmtLen      in characters, up to its semicolon; 0 for the rest of the string
 */
public record PlannedStmt(CmdType commandType, Statement utilityStmt, int stmtLocation, int stmtLen) {
    /** A parsed utility statement where it stands. */
    public static PlannedStmt of(RawStmt raw) {
        return new PlannedStmt(CmdType.UTILITY, raw.statement(), raw.location(), raw.length());
    }

    /** The same place, another statement. */
    public PlannedStmt withUtilityStmt(Statement statement) {
        return new PlannedStmt(commandType, statement, stmtLocation, stmtLen);
    }

    /** Its text: what of {@code queryString} is this statement, without the space around it. */
    public String text(String queryString) {
        if (stmtLocation < 0) {
            return queryString.strip();
        }
        int start = queryString.offsetByCodePoints(0, stmtLocation);
        int end = stmtLen == 0 ? queryString.length() : queryString.offsetByCodePoints(start, stmtLen);
        return queryString.substring(start, end).strip();
    }
}
