package dev.wharf.core.extension;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.guc.GucCheckException;
import dev.wharf.core.guc.GucHooks;
import dev.wharf.core.tcop.ProcessUtilityHook;
import dev.wharf.shmem.ShmemException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.UnaryOperator;

/**
 * Calls of a library's code. Whatever it throws becomes an error of the statement, as an extension's error in PostgreSQL does,
 * and names the library; the log has where it came from. What is an error of PostgreSQL's kind already is handed on as it is.
 */
final class LibraryCalls {
    private final String library;
    private final ServerLog log;

    LibraryCalls(String library, ServerLog log) {
        this.library = library;
        this.log = log;
    }

    /** A hook whose errors, and those of what it makes, are the library's. */
    UnaryOperator<ProcessUtilityHook> processUtility(UnaryOperator<ProcessUtilityHook> hook) {
        String what = "ProcessUtility hook";
        return next -> {
            ProcessUtilityHook own;
            try {
                own = hook.apply(next);
            } catch (Throwable e) {
                throw failure(what, e);
            }
            if (own == null) {
                throw failure(what, new NullPointerException("it gave back null"));
            }
            return (pstmt, queryString, readOnlyTree, context, params, queryEnv, dest, qc) -> {
                try {
                    own.processUtility(pstmt, queryString, readOnlyTree, context, params, queryEnv, dest, qc);
                } catch (Throwable e) {
                    throw failure(what, e);
                }
            };
        };
    }

    /** A parameter's hooks, likewise. */
    <T> GucHooks<T> parameter(String name, GucHooks<T> hooks) {
        String what = " hook of parameter \"" + name + "\"";
        GucHooks.CheckHook<T> check = hooks.check() == null ? null : (value, source) -> {
            try {
                return hooks.check().check(value, source);
            } catch (GucCheckException e) {
                throw e;
            } catch (Throwable e) {
                throw failure("check" + what, e);
            }
        };
        return new GucHooks<>(check, hooks.assign() == null ? null : value -> {
            try {
                hooks.assign().accept(value);
            } catch (Throwable e) {
                throw failure("assign" + what, e);
            }
        }, hooks.show() == null ? null : value -> {
            try {
                return hooks.show().apply(value);
            } catch (Throwable e) {
                throw failure("show" + what, e);
            }
        });
    }

    private PgError failure(String what, Throwable e) {
        if (e instanceof PgError error) {
            return error;
        }
        PgError error = new PgError(e instanceof ShmemException shmem ? shmem.sqlState()
                : e instanceof OutOfMemoryError ? SqlState.OUT_OF_MEMORY : SqlState.INTERNAL_ERROR,
                "library \"" + library + "\" failed in its " + what + ": "
                        + (e instanceof ShmemException ? e.getMessage() : e), e);
        StringWriter stack = new StringWriter();
        e.printStackTrace(new PrintWriter(stack));
        log.write(ErrorLevel.LOG, error.getMessage(), stack.toString().strip(), null);
        return error;
    }
}
