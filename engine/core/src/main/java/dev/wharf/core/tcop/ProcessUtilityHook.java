package dev.wharf.core.tcop;

/**
 * What runs a utility statement: PostgreSQL's {@code ProcessUtility_hook}. Whoever installs one is given that which was there
 * before, and calls it, or not: so it may look at a statement, refuse it (by throwing a {@link dev.wharf.core.error.PgError}),
 * hand on another, or do the work itself.
 */
@FunctionalInterface
public interface ProcessUtilityHook {
    /**
     * Runs a statement.
     *
     * @param queryString  the whole string that the client sent; {@code pstmt} says where in it the statement is
     * @param readOnlyTree whether {@code pstmt} will be run again, so that it must stay as it is
     * @param params       null where there are none
     * @param queryEnv     null where there is none
     * @param dest         where results go; the command tag is sent by the caller
     * @param qc           to be filled in by who runs the statement
     */
    void processUtility(PlannedStmt pstmt, String queryString, boolean readOnlyTree, ProcessUtilityContext context,
                        ParamListInfo params, QueryEnvironment queryEnv, DestReceiver dest, QueryCompletion qc);
}
