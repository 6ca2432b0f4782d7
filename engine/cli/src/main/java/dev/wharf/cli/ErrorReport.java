package dev.wharf.cli;

import dev.wharf.core.error.PgError;
import dev.wharf.core.utility.Notice;
import java.io.PrintStream;

/** Errors and notices as psql writes them, with the line of the statement and a caret under the place. */
final class ErrorReport {
    private static final int DISPLAY_SIZE = 60;
    private static final int MIN_RIGHT_CUT = 10;

    private ErrorReport() {
    }

    /**
     * @param prefix {@code psql:FILE:LINE: }, or empty
     * @param query  what the position counts in; null for none
     */
    static void print(PrintStream err, String prefix, PgError e, String query, Verbosity verbosity) {
        StringBuilder text = new StringBuilder(prefix).append(head(String.valueOf(e.level()), e.sqlState(), e.getMessage(),
                query == null ? 0 : e.position(), query, verbosity));
        if (verbosity == Verbosity.DEFAULT || verbosity == Verbosity.VERBOSE) {
            field(text, "DETAIL", e.detail());
            field(text, "HINT", e.hint());
            field(text, "CONTEXT", e.context());
        }
        err.print(text);
        err.flush();
    }

    static void print(PrintStream err, String prefix, Notice notice, String query, Verbosity verbosity) {
        err.print(prefix + head(notice.severity(), notice.sqlState(), notice.message(), query == null ? 0 : notice.position(),
                query, verbosity));
        err.flush();
    }

    /** The message, and where it is about: what libpq puts before the other fields. */
    private static String head(String severity, String sqlState, String message, int position, String query,
                               Verbosity verbosity) {
        return switch (verbosity) {
            case SQLSTATE -> severity + ":  " + sqlState + "\n";
            case TERSE -> severity + ":  " + message + (position > 0 ? " at character " + position : "") + "\n";
            case DEFAULT, VERBOSE -> severity + ":  " + (verbosity == Verbosity.VERBOSE ? sqlState + ": " : "") + message + "\n"
                    + (position > 0 ? position(query, position) : "");
        };
    }

    private static void field(StringBuilder text, String name, String value) {
        if (value != null) {
            text.append(name).append(":  ").append(value).append('\n');
        }
    }

    /**
     * libpq's {@code reportErrorPosition}: the line that holds the position, cut to {@value #DISPLAY_SIZE} columns around it.
     *
     * @param position in characters, from 1
     */
    static String position(String query, int position) {
        int[] text = query.codePoints().toArray();
        int at = position - 1;
        if (at > text.length) {
            return "";
        }
        int line = 1;
        int begin = 0;
        int end = text.length;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\r' || text[i] == '\n') {
                if (i >= at) {
                    end = i;
                    break;
                }
                if (text[i] == '\r' || i == 0 || text[i - 1] != '\r') {
                    line++;
                }
                begin = i + 1;
            }
        }
        int[] column = new int[text.length + 1];
        for (int i = 0; i < text.length; i++) {
            text[i] = text[i] == '\t' ? ' ' : text[i];
            column[i + 1] = column[i] + Math.max(1, DisplayWidth.of(text[i]));
        }
        boolean cutLeft = false;
        boolean cutRight = false;
        if (column[end] - column[begin] > DISPLAY_SIZE) {
            if (column[begin] + DISPLAY_SIZE >= column[at] + MIN_RIGHT_CUT) {
                while (column[end] - column[begin] > DISPLAY_SIZE) {
                    end--;
                }
                cutRight = true;
            } else {
                while (column[at] + MIN_RIGHT_CUT < column[end]) {
                    end--;
                    cutRight = true;
                }
                while (column[end] - column[begin] > DISPLAY_SIZE) {
                    begin++;
                    cutLeft = true;
                }
            }
        }
        String head = "LINE " + line + ": " + (cutLeft ? "..." : "");
        return head + new String(text, begin, end - begin) + (cutRight ? "..." : "") + "\n"
                + " ".repeat(head.length() + column[at] - column[begin]) + "^\n";
    }
}
