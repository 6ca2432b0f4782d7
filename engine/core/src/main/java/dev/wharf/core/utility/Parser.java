package dev.wharf.core.utility;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.TextSettings;
import dev.wharf.core.utility.Statement.ColumnSequence;
import dev.wharf.core.utility.Statement.CreateSeqStmt;
import dev.wharf.core.utility.Statement.CreateStmt;
import dev.wharf.core.utility.Statement.DropSeqStmt;
import dev.wharf.core.utility.Statement.DropStmt;
import dev.wharf.core.utility.Statement.RangeVar;
import dev.wharf.core.utility.Statement.TruncateStmt;
import dev.wharf.core.utility.Statement.VariableSetKind;
import dev.wharf.core.utility.Statement.VariableSetStmt;
import dev.wharf.core.utility.Statement.VariableShowStmt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Utility statements by recursive descent: PostgreSQL's {@code raw_parser} for what we have, and its messages and error
 * positions. Statements that PostgreSQL has and we do not are {@code 0A000}; what is none in PostgreSQL is its syntax error.
 */
public final class Parser {
    /** MaxHeapAttributeNumber. */
    private static final int MAX_COLUMNS = 1600;

    private static final Set<String> OTHER_STATEMENTS = Set.of("abort", "alter", "analyse", "analyze", "begin", "call",
            "checkpoint", "close", "cluster", "comment", "commit", "deallocate", "declare", "delete", "discard", "do", "end",
            "execute", "explain", "fetch", "grant", "import", "insert", "listen", "load", "lock", "merge", "move", "notify",
            "prepare", "reassign", "refresh", "reindex", "release", "revoke", "rollback", "savepoint", "security", "select",
            "start", "table", "unlisten", "update", "vacuum", "values", "with");
    /** What may follow CREATE and DROP beside TABLE. */
    private static final Set<String> OTHER_OBJECTS = Set.of("access", "aggregate", "assertion", "cast", "collation",
            "constraint", "conversion", "database", "default", "domain", "event", "extension", "foreign", "function",
            "global", "group", "index", "language", "local", "materialized", "operator", "or", "owned", "policy",
            "procedural", "procedure", "publication", "recursive", "role", "routine", "rule", "schema", "server",
            "statistics", "subscription", "tablespace", "temp", "temporary", "text", "transform", "trigger", "trusted",
            "type", "unique", "user", "view");
    private static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "cmax", "xmax", "cmin", "xmin", "ctid");

    private static final String TIME_ZONE = "timezone";

    private final TokenStream tokens;

    private Parser(String sql, Consumer<Notice> notices, TextSettings settings) {
        this.tokens = new TokenStream(sql, notices, settings);
    }

    /**
     * All statements of a query string. Empty ones (a lone semicolon, a comment) are left out, as in PostgreSQL.
     *
     * @param notices  told of what is worth a NOTICE or WARNING
     * @param settings under which the literals of defaults are read
     * @throws PgError the first syntax error, else the first other error
     */
    public static List<RawStmt> parse(String sql, Consumer<Notice> notices, TextSettings settings) {
        return new Parser(sql, notices, settings).statements();
    }

    /** The same under the default settings. */
    public static List<RawStmt> parse(String sql, Consumer<Notice> notices) {
        return parse(sql, notices, TextSettings.DEFAULT);
    }

    private List<RawStmt> statements() {
        List<RawStmt> list = new ArrayList<>();
        while (true) {
            while (tokens.acceptOperator(";")) {
                // an empty statement
            }
            Token start = tokens.peek();
            if (start.kind() == Token.Kind.END) {
                tokens.throwDeferred();
                return list;
            }
            Statement statement = statement(start);
            Token end = tokens.peek();
            if (!end.endsStatement()) {
                throw tokens.syntaxError();
            }
            int location = tokens.location(start);
            list.add(new RawStmt(statement, location,
                    end.kind() == Token.Kind.END ? 0 : tokens.location(end) - location));
        }
    }

    private Statement statement(Token start) {
        if (start.isOperator("(")) {
            throw tokens.notSupported("SELECT is not supported", start);
        }
        if (start.kind() != Token.Kind.WORD) {
            throw tokens.syntaxError();
        }
        return switch (start.text()) {
            case "create" -> create();
            case "drop" -> drop();
            case "truncate" -> truncate();
            case "copy" -> new CopyParser(tokens).parse();
            case "set" -> set();
            case "reset" -> reset();
            case "show" -> show();
            default -> {
                if (OTHER_STATEMENTS.contains(start.text())) {
                    throw tokens.notSupported(start.text().toUpperCase(Locale.ROOT) + " is not supported", start);
                }
                throw tokens.syntaxError();
            }
        };
    }

    private PgError otherObject(String verb) {
        Token object = tokens.peek();
        if (object.kind() == Token.Kind.WORD && OTHER_OBJECTS.contains(object.text())) {
            return tokens.notSupported(verb + " " + object.text().toUpperCase(Locale.ROOT) + " is not supported", object);
        }
        return tokens.syntaxError();
    }

    private Statement create() {
        tokens.next();
        boolean unlogged = tokens.acceptWord("unlogged");
        if (!unlogged && tokens.acceptWord("sequence")) {
            return createSequence();
        }
        if (!tokens.peek().isWord("table")) {
            throw unlogged ? tokens.syntaxError() : otherObject("CREATE");
        }
        tokens.next();
        boolean ifNotExists = ifNotExists();
        RangeVar relation = tokens.qualifiedName();
        Token next = tokens.peek();
        if (next.isWord("as") || next.isWord("of") || next.isWord("partition")) {
            throw tokens.notSupported("CREATE TABLE ... " + next.text().toUpperCase(Locale.ROOT) + " is not supported", next);
        }
        tokens.expectOperator("(");
        if (tokens.peek().isOperator(")")) {
            throw tokens.notSupported("tables without columns are not supported", tokens.peek());
        }
        List<Column> columns = new ArrayList<>();
        List<ColumnSequence> sequences = new ArrayList<>();
        do {
            ColumnParser parser = columnDef(relation.name(), columns.size());
            columns.add(parser.column());
            if (parser.sequence() != null) {
                sequences.add(parser.sequence());
            }
        } while (tokens.acceptOperator(","));
        tokens.expectOperator(")");
        noTableOptions();
        checkColumns(columns);
        return new CreateStmt(relation, columns, unlogged, ifNotExists, sequences, tokens.settings());
    }

    private boolean ifNotExists() {
        if (!tokens.acceptWords("if", "not")) {
            return false;
        }
        tokens.expectWord("exists");
        return true;
    }

    private Statement createSequence() {
        boolean ifNotExists = ifNotExists();
        RangeVar sequence = tokens.qualifiedName();
        SequenceOptions options = new SequenceOptions(tokens, null);
        options.parse();
        return new CreateSeqStmt(sequence, options.sequence(), options.ownerTable(), options.ownerColumn(), ifNotExists);
    }

    private void noTableOptions() {
        Token next = tokens.peek();
        if (next.kind() != Token.Kind.WORD) {
            return;
        }
        switch (next.text()) {
            case "as", "inherits", "on", "partition", "tablespace", "using", "with", "without" -> throw tokens.notSupported(
                    "CREATE TABLE ... " + next.text().toUpperCase(Locale.ROOT) + " is not supported", next);
            default -> { }
        }
    }

    private void checkColumns(List<Column> columns) {
        if (columns.size() > MAX_COLUMNS) {
            tokens.defer(new PgError(SqlState.TOO_MANY_COLUMNS, "tables can have at most " + MAX_COLUMNS + " columns"));
        }
        Set<String> seen = new HashSet<>();
        for (Column column : columns) {
            if (!seen.add(column.name())) {
                tokens.defer(new PgError(SqlState.DUPLICATE_COLUMN,
                        "column \"" + column.name() + "\" specified more than once"));
            }
        }
        for (Column column : columns) {
            if (SYSTEM_COLUMNS.contains(column.name())) {
                tokens.defer(new PgError(SqlState.DUPLICATE_COLUMN,
                        "column name \"" + column.name() + "\" conflicts with a system column name"));
            }
        }
    }

    private ColumnParser columnDef(String table, int index) {
        Token first = tokens.peek();
        if (first.kind() == Token.Kind.WORD) {
            switch (first.text()) {
                case "constraint", "check", "unique", "primary", "foreign", "exclude", "like" -> {
                    if (!first.isWord("exclude") || tokens.peek(1).isWord("using") || tokens.peek(1).isOperator("(")) {
                        throw tokens.notSupported(constraintName(first) + " is not supported", first);
                    }
                }
                default -> { }
            }
        }
        return new ColumnParser(tokens, table, index);
    }

    static String constraintName(Token word) {
        return switch (word.text()) {
            case "primary" -> "PRIMARY KEY";
            case "foreign" -> "FOREIGN KEY";
            default -> word.text().toUpperCase(Locale.ROOT);
        };
    }

    private Statement drop() {
        tokens.next();
        boolean sequence = tokens.acceptWord("sequence");
        if (!sequence && !tokens.acceptWord("table")) {
            throw otherObject("DROP");
        }
        boolean missingOk = tokens.acceptWords("if", "exists");
        List<RangeVar> relations = new ArrayList<>();
        do {
            relations.add(tokens.qualifiedName());
        } while (tokens.acceptOperator(","));
        Token behavior = tokens.peek();
        dropBehavior();
        if (sequence && behavior.isWord("cascade")) {
            throw tokens.notSupported("DROP SEQUENCE ... CASCADE is not supported", behavior);
        }
        return sequence ? new DropSeqStmt(relations, missingOk) : new DropStmt(relations, missingOk);
    }

    /** Nothing depends on a table but sequences that go with it, so that both say the same. */
    private void dropBehavior() {
        if (!tokens.acceptWord("cascade")) {
            tokens.acceptWord("restrict");
        }
    }

    private Statement truncate() {
        tokens.next();
        tokens.acceptWord("table");
        List<RangeVar> relations = new ArrayList<>();
        do {
            // There is no inheritance: ONLY and * change nothing.
            boolean only = tokens.acceptWord("only");
            boolean parenthesis = only && tokens.acceptOperator("(");
            relations.add(tokens.qualifiedName());
            if (parenthesis) {
                tokens.expectOperator(")");
            } else if (!only) {
                tokens.acceptOperator("*");
            }
        } while (tokens.acceptOperator(","));
        boolean restart = tokens.acceptWord("restart");
        if (restart || tokens.acceptWord("continue")) {
            tokens.expectWord("identity");
        }
        dropBehavior();
        return new TruncateStmt(relations, restart);
    }

    private Statement set() {
        tokens.next();
        boolean isLocal = false;
        Token next = tokens.peek();
        Token after = tokens.peek(1);
        boolean hasName = !after.isOperator("=") && !after.isWord("to") && !after.isOperator(".");
        if (hasName && next.isWord("local")) {
            tokens.next();
            isLocal = true;
        } else if (hasName && next.isWord("session")) {
            tokens.next();
        }
        VariableSetStmt special = specialSet(isLocal);
        if (special != null) {
            return special;
        }
        noSpecialSetting("SET");
        String name = variableName();
        if (!tokens.acceptWord("to") && !tokens.acceptOperator("=")) {
            throw tokens.syntaxError();
        }
        if (tokens.acceptWord("default")) {
            return new VariableSetStmt(VariableSetKind.DEFAULT, name, List.of(), isLocal);
        }
        List<String> values = new ArrayList<>();
        do {
            values.add(variableValue());
        } while (tokens.acceptOperator(","));
        return new VariableSetStmt(VariableSetKind.VALUE, name, values, isLocal);
    }

    /** SET NAMES, SET TIME ZONE and such, which are other spellings of {@code name = value}; null for all else. */
    private VariableSetStmt specialSet(boolean isLocal) {
        Token after = tokens.peek(1);
        if (after.isOperator("=") || after.isWord("to") || after.isOperator(".")) {
            return null;
        }
        if (tokens.acceptWord("names")) {
            Token next = tokens.peek();
            boolean none = next.kind() == Token.Kind.END || next.isOperator(";");
            return set("client_encoding", none || tokens.acceptWord("default") ? null : tokens.expectString(), isLocal);
        }
        if (acceptTimeZone()) {
            if (tokens.peek().isWord("interval")) {
                return set(TIME_ZONE, TimeZoneInterval.parse(tokens), isLocal);
            }
            boolean none = tokens.acceptWord("local") || tokens.acceptWord("default");
            return set(TIME_ZONE, none ? null : variableValue(), isLocal);
        }
        if (tokens.peek().isWord("schema") && after.kind() == Token.Kind.STRING) {
            tokens.next();
            return set("search_path", tokens.expectString(), isLocal);
        }
        if (tokens.acceptWords("xml", "option")) {
            if (!tokens.peek().isWord("document") && !tokens.peek().isWord("content")) {
                throw tokens.syntaxError();
            }
            return set("xmloption", tokens.next().text(), isLocal);
        }
        return null;
    }

    /** @param value null for DEFAULT */
    private static VariableSetStmt set(String name, String value, boolean isLocal) {
        return value == null ? new VariableSetStmt(VariableSetKind.DEFAULT, name, List.of(), isLocal)
                : new VariableSetStmt(VariableSetKind.VALUE, name, List.of(value), isLocal);
    }

    private boolean acceptTimeZone() {
        return tokens.acceptWords("time", "zone");
    }

    /** SET TRANSACTION, SET ROLE and such: their syntax is no {@code name = value}. */
    private void noSpecialSetting(String verb) {
        Token word = tokens.peek();
        Token after = tokens.peek(1);
        if (word.kind() != Token.Kind.WORD || after.isOperator("=") || after.isWord("to") || after.isOperator(".")) {
            return;
        }
        switch (word.text()) {
            case "transaction", "characteristics", "time", "role", "names", "constraints", "catalog", "schema", "session",
                 "xml", "authorization" -> {
                if (after.kind() != Token.Kind.END && !after.isOperator(";")) {
                    throw tokens.notSupported(verb + " " + word.text().toUpperCase(Locale.ROOT) + " is not supported", word);
                }
            }
            default -> { }
        }
    }

    private String variableName() {
        StringBuilder name = new StringBuilder(tokens.expectColId().text());
        while (tokens.acceptOperator(".")) {
            name.append('.').append(tokens.expectColId().text());
        }
        return name.toString();
    }

    private String variableValue() {
        String sign = signed();
        Token token = tokens.peek();
        boolean number = token.kind() == Token.Kind.INTEGER || token.kind() == Token.Kind.NUMBER;
        if (number) {
            return sign + tokens.next().text();
        }
        boolean word = token.kind() == Token.Kind.STRING || token.kind() == Token.Kind.QUOTED_IDENT
                || token.kind() == Token.Kind.WORD && (!Keywords.isReserved(token.text()) || isBooleanWord(token.text()));
        if (!word || !sign.isEmpty()) {
            throw tokens.syntaxError();
        }
        return tokens.next().text();
    }

    private String signed() {
        if (tokens.acceptOperator("-")) {
            return "-";
        }
        if (tokens.acceptOperator("+")) {
            if (tokens.peek().kind() != Token.Kind.INTEGER && tokens.peek().kind() != Token.Kind.NUMBER) {
                throw tokens.syntaxError();
            }
        }
        return "";
    }

    /** Reserved words that {@code opt_boolean_or_string} has beside the unreserved ones. */
    static boolean isBooleanWord(String word) {
        return word.equals("true") || word.equals("false") || word.equals("on");
    }

    private Statement reset() {
        tokens.next();
        if (tokens.acceptWord("all")) {
            return new VariableSetStmt(VariableSetKind.RESET_ALL, null, List.of(), false);
        }
        if (acceptTimeZone()) {
            return new VariableSetStmt(VariableSetKind.RESET, TIME_ZONE, List.of(), false);
        }
        noSpecialSetting("RESET");
        return new VariableSetStmt(VariableSetKind.RESET, variableName(), List.of(), false);
    }

    private Statement show() {
        tokens.next();
        if (tokens.acceptWord("all")) {
            return new VariableShowStmt("all");
        }
        if (acceptTimeZone()) {
            return new VariableShowStmt(TIME_ZONE);
        }
        noSpecialSetting("SHOW");
        return new VariableShowStmt(variableName());
    }
}
