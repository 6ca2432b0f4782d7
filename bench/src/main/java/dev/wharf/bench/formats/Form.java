package dev.wharf.bench.formats;

import dev.wharf.bench.copy.Operation;
import dev.wharf.bench.copy.Sql;
import java.nio.file.Path;

/** A way in which lineitem's rows come, and how both products are told. */
public enum Form {
    CSV("csv, a file", "csv", "FORMAT csv, HEADER", 0, 0),
    TEXT("text, a file", "text", "FORMAT text", 8, 8),
    BINARY("binary, a file", "binary", "FORMAT binary", 8, 8),
    PIPE("csv, a program's pipe", "csv", "FORMAT csv, HEADER", 8, 0),
    STDIN("csv, STDIN", "csv", "FORMAT csv, HEADER", 8, 0),
    GZIP("csv, gzip", "csv.gz", "FORMAT csv, HEADER", 0, 0),
    BAD_ROWS("csv, 1 % bad rows, ON_ERROR ignore", "bad.csv", "FORMAT csv, HEADER, ON_ERROR ignore", 0, 0),
    LATIN1("csv in LATIN1", "latin1.csv", "FORMAT csv, HEADER, ENCODING 'LATIN1'", 0, 0);

    private final String label;
    private final String suffix;
    private final String options;
    private final double fromBar;
    private final double toBar;

    Form(String label, String suffix, String options, double fromBar, double toBar) {
        this.label = label;
        this.suffix = suffix;
        this.options = options;
        this.fromBar = fromBar;
        this.toBar = toBar;
    }

    public String label() {
        return label;
    }

    /** The name's end of the file that holds the rows so. */
    String suffix() {
        return suffix;
    }

    /** How many times PostgreSQL's speed it must have at least; 0 where no bar is set. */
    double bar(Operation operation) {
        return operation == Operation.COPY_FROM ? fromBar : toBar;
    }

    /** Whether rows are written so too: not where it would be CSV to a file again. */
    boolean writes() {
        return this != STDIN && this != GZIP && this != BAD_ROWS;
    }

    /** @param decompresses whether the product reads gzip by itself */
    String copyFrom(String table, Path file, boolean decompresses) {
        String source = switch (this) {
            case STDIN -> "STDIN";
            case PIPE -> program("cat ", file);
            case GZIP -> decompresses ? Sql.literal(file) : program("gzip -dc ", file);
            default -> Sql.literal(file);
        };
        return "COPY " + table + " FROM " + source + " (" + options + ")";
    }

    String copyTo(String table, Path file) {
        return "COPY " + table + " TO " + (this == PIPE ? program("cat > ", file) : Sql.literal(file)) + " (" + options + ")";
    }

    private static String program(String command, Path file) {
        return "PROGRAM '" + command + "'" + Sql.literal(file) + "''";
    }
}
