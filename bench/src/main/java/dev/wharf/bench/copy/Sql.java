package dev.wharf.bench.copy;

import java.nio.file.Path;

/** The statements that Wharf and PostgreSQL share word for word. */
public final class Sql {
    private Sql() {
    }

    static String copyFrom(String table, Path file) {
        return "COPY " + table + " FROM " + literal(file) + " (FORMAT csv, HEADER)";
    }

    static String copyTo(String table, Path file) {
        return "COPY " + table + " TO " + literal(file) + " (FORMAT csv, HEADER)";
    }

    /** A path as a string literal. */
    public static String literal(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }
}
