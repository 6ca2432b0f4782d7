package dev.wharf.cli;

import dev.wharf.core.catalog.Catalog;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.ColumnDefault;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.catalog.Sequence;
import dev.wharf.core.error.PgError;
import dev.wharf.core.types.PgType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The backslash commands. */
final class MetaCommands {
    private static final String HELP = """
            General
              \\g                      execute query (same as a semicolon)
              \\q                      quit
              \\p, \\r                  show, clear the query buffer

            Help
              \\?                      this list

            Input/Output
              \\copy ...               perform SQL COPY with data stream to the client host
              \\echo [-n] [STRING]     write string to standard output
              \\warn [-n] [STRING]     write string to standard error
              \\i FILE                 execute commands from file

            Informational
              \\d                      list tables and sequences
              \\d NAME                 describe table or sequence (NAME may hold * and ?)
              \\dt[+] [PATTERN]        list tables, + with size

            Formatting
              \\a                      toggle between unaligned and aligned output mode
              \\t [on|off]             show only rows
              \\timing [on|off]        toggle timing of commands

            Variables
              \\set [NAME [VALUE]]     set internal variable, or list all if no parameters
              \\unset NAME             unset internal variable
            """;

    private final Psql psql;

    MetaCommands(Psql psql) {
        this.psql = psql;
    }

    /** Returns whether it succeeded; what went wrong has been said. */
    boolean run(String name, List<String> arguments) {
        try {
            return switch (name) {
                case "d", "d+", "dt", "dt+" -> describe(name, arguments.isEmpty() ? null : arguments.getFirst());
                case "echo", "qecho" -> echo(psql.console.out(), arguments);
                case "warn" -> echo(psql.console.err(), arguments);
                case "timing" -> timing(arguments);
                case "copy" -> psql.slashCopy(arguments.getFirst());
                case "t" -> tuplesOnly(arguments);
                case "a" -> align();
                case "i", "include" -> include(arguments);
                case "set" -> set(arguments);
                case "unset" -> unset(arguments);
                case "q", "quit" -> {
                    psql.quit = true;
                    yield true;
                }
                case "?" -> {
                    psql.console.out().print(HELP);
                    yield true;
                }
                case "" -> true;
                default -> {
                    boolean interactive = psql.console.inIsTerminal() && psql.prefix().isEmpty();
                    psql.error("invalid command \\" + name + (interactive ? "\nTry \\? for help." : ""));
                    yield false;
                }
            };
        } catch (PgError e) {
            ErrorReport.print(psql.console.err(), psql.prefix(), e, null, psql.verbosity());
            psql.endWith(e);
            return false;
        }
    }

    private boolean echo(java.io.PrintStream to, List<String> arguments) {
        boolean newline = arguments.isEmpty() || !arguments.getFirst().equals("-n");
        psql.console.out().flush();
        to.print(String.join(" ", newline ? arguments : arguments.subList(1, arguments.size())));
        if (newline) {
            to.print('\n');
        }
        return true;
    }

    private boolean timing(List<String> arguments) {
        psql.timing = toggled(psql.timing, arguments);
        say("Timing is " + (psql.timing ? "on." : "off."));
        return true;
    }

    private boolean tuplesOnly(List<String> arguments) {
        psql.tuplesOnly = toggled(psql.tuplesOnly, arguments);
        say("Tuples only is " + (psql.tuplesOnly ? "on." : "off."));
        return true;
    }

    private boolean align() {
        psql.aligned = !psql.aligned;
        say("Output format is " + (psql.aligned ? "aligned." : "unaligned."));
        return true;
    }

    private void say(String message) {
        if (!psql.quiet) {
            psql.console.out().println(message);
        }
    }

    private static boolean toggled(boolean now, List<String> arguments) {
        if (arguments.isEmpty()) {
            return !now;
        }
        return switch (arguments.getFirst().toLowerCase(Locale.ROOT)) {
            case "on", "true", "1", "yes" -> true;
            case "off", "false", "0", "no" -> false;
            default -> now;
        };
    }

    private boolean include(List<String> arguments) {
        if (arguments.isEmpty()) {
            psql.error("\\i: missing required argument");
            return false;
        }
        return psql.include(arguments.getFirst());
    }

    private boolean set(List<String> arguments) {
        if (arguments.isEmpty()) {
            psql.variables.forEach((name, value) -> psql.console.out().println(name + " = '" + value + "'"));
            return true;
        }
        if (!arguments.getFirst().matches("[\\p{L}\\p{N}_]+")) {
            psql.error("invalid variable name: \"" + arguments.getFirst() + "\"");
            return false;
        }
        String value = String.join("", arguments.subList(1, arguments.size()));
        if (arguments.getFirst().equals(Verbosity.VARIABLE) && Verbosity.of(value) == null) {
            psql.error("unrecognized value \"" + value + "\" for \"VERBOSITY\"\n"
                    + "Available values are: default, verbose, terse, sqlstate.");
            return false;
        }
        psql.variables.put(arguments.getFirst(), value);
        return true;
    }

    private boolean unset(List<String> arguments) {
        if (arguments.isEmpty()) {
            psql.error("\\unset: missing required argument");
            return false;
        }
        psql.variables.remove(arguments.getFirst());
        return true;
    }

    private boolean describe(String command, String pattern) {
        boolean list = command.startsWith("dt") || pattern == null;
        Pattern name = pattern == null ? Pattern.compile(".*") : pattern(pattern);
        List<Relation> found = psql.directory.catalog().relations().stream()
                .filter(relation -> name.matcher(relation.name()).matches()).toList();
        List<Sequence> sequences = command.startsWith("dt") ? List.of() : psql.directory.catalog().sequences().stream()
                .filter(sequence -> name.matcher(sequence.name()).matches()).toList();
        if (found.isEmpty() && sequences.isEmpty()) {
            String what = command.startsWith("dt") ? "tables" : pattern == null ? "relations" : "relation";
            if (pattern == null && psql.quiet) {
                return true;
            }
            psql.error("Did not find any " + what + (pattern == null ? "." : " named \"" + pattern + "\"."));
            return pattern == null;
        }
        if (list) {
            list(command, found, sequences);
        } else {
            found.forEach(this::describeTable);
            sequences.forEach(this::describeSequence);
        }
        return true;
    }

    private void list(String command, List<Relation> relations, List<Sequence> sequences) {
        boolean verbose = command.endsWith("+");
        List<String> headers = new ArrayList<>(List.of("Schema", "Name", "Type", "Owner"));
        if (verbose) {
            headers.addAll(List.of("Persistence", "Rows", "Size"));
        }
        List<List<String>> rows = new ArrayList<>();
        for (Relation relation : relations) {
            List<String> row = new ArrayList<>(List.of("public", relation.name(), "table",
                    System.getProperty("user.name", "")));
            if (verbose) {
                Catalog.Size size = psql.directory.catalog().size(relation);
                row.addAll(List.of(relation.unlogged() ? "unlogged" : "permanent", Long.toString(size.rows()),
                        prettySize(size.bytes())));
            }
            rows.add(row);
        }
        for (Sequence sequence : sequences) {
            List<String> row = new ArrayList<>(List.of("public", sequence.name(), "sequence",
                    System.getProperty("user.name", "")));
            if (verbose) {
                row.addAll(List.of("permanent", "", ""));
            }
            rows.add(row);
        }
        rows.sort(Comparator.comparing(row -> row.get(1)));
        List<Boolean> right = headers.stream().map(header -> header.equals("Rows")).toList();
        psql.printer().print(new TablePrinter.Table(command.startsWith("dt") ? "List of tables" : "List of relations",
                headers, right, rows, true, List.of()));
    }

    private void describeTable(Relation relation) {
        List<List<String>> rows = new ArrayList<>();
        for (Column column : relation.columns()) {
            rows.add(List.of(column.name(), column.type().formatType(), "", column.notNull() ? "not null" : "",
                    columnDefault(column)));
        }
        psql.printer().print(TablePrinter.Table.of(
                (relation.unlogged() ? "Unlogged table" : "Table") + " \"public." + relation.name() + "\"",
                List.of("Column", "Type", "Collation", "Nullable", "Default"), rows, false));
    }

    private static String columnDefault(Column column) {
        return switch (column.columnDefault()) {
            case null -> "";
            case ColumnDefault.NextVal n when n.identity() == ColumnDefault.Identity.ALWAYS -> "generated always as identity";
            case ColumnDefault.NextVal n when n.identity() == ColumnDefault.Identity.BY_DEFAULT ->
                    "generated by default as identity";
            case ColumnDefault other -> other.expression();
        };
    }

    private void describeSequence(Sequence s) {
        List<String> row = new ArrayList<>(List.of(PgType.of(s.type()).formatType()));
        for (long value : new long[] {s.start(), s.min(), s.max(), s.increment()}) {
            row.add(Long.toString(value));
        }
        row.add(s.cycle() ? "yes" : "no");
        row.add(Long.toString(s.cache()));
        psql.printer().print(new TablePrinter.Table("Sequence \"public." + s.name() + "\"", List.of("Type", "Start", "Minimum",
                "Maximum", "Increment", "Cycles?", "Cache"), List.of(false, true, true, true, true, false, true),
                List.of(row), false, footer(s)));
    }

    private List<String> footer(Sequence s) {
        return psql.directory.catalog().relations().stream().filter(r -> r.oid() == s.owner()).findFirst().map(table -> {
            boolean identity = table.columns().get(table.columnIndex(s.ownerColumn())).columnDefault()
                    instanceof ColumnDefault.NextVal n && n.sequence() == s.oid() && n.identity() != ColumnDefault.Identity.NONE;
            return (identity ? "Sequence for identity column: " : "Owned by: ") + "public." + table.name() + "."
                    + s.ownerColumn();
        }).map(List::of).orElse(List.of());
    }

    /** psql's name patterns: * and ?, folded outside double quotes; a schema before a dot is dropped. */
    private static Pattern pattern(String text) {
        StringBuilder regex = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == '*') {
                regex.append(".*");
            } else if (!quoted && c == '?') {
                regex.append('.');
            } else if (!quoted && c == '.') {
                regex.setLength(0);
            } else {
                regex.append(Pattern.quote(String.valueOf(quoted ? c : Character.toLowerCase(c))));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /** {@code pg_size_pretty}. */
    static String prettySize(long bytes) {
        String[] units = {"bytes", "kB", "MB", "GB", "TB"};
        if (bytes < 10 * 1024) {
            return bytes + " " + units[0];
        }
        // Counted in halves of the unit, to round half up at the end.
        long halves = bytes >> 9;
        int unit = 1;
        while (unit < units.length - 1 && halves >= 20 * 1024 - 1) {
            halves >>= 10;
            unit++;
        }
        return (halves + 1) / 2 + " " + units[unit];
    }
}
