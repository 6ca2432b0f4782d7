package dev.wharf.core.utility;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.utility.Statement.CopyStmt;
import dev.wharf.core.utility.Statement.RangeVar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The grammar's {@code CopyStmt}, with both spellings of its options. */
final class CopyParser {
    private final TokenStream tokens;
    private final List<DefElem> options = new ArrayList<>();

    CopyParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** The next token is COPY. */
    CopyStmt parse() {
        tokens.next();
        if (tokens.peek().isOperator("(")) {
            throw tokens.notSupported("COPY (query) TO is not supported", tokens.peek());
        }
        // As in the grammar, BINARY can be no table: it is a type_func_name key word.
        if (tokens.peek().isWord("binary")) {
            add("format", "binary", tokens.next());
        }
        RangeVar relation = tokens.qualifiedName();
        List<String> columns = tokens.peek().isOperator("(") ? columnList() : null;
        boolean isFrom = tokens.acceptWord("from");
        if (!isFrom) {
            tokens.expectWord("to");
        }
        boolean isProgram = tokens.acceptWord("program");
        String filename = null;
        if (tokens.peek().isWord("stdin") || tokens.peek().isWord("stdout")) {
            tokens.next();
            if (isProgram) {
                tokens.defer(new PgError(SqlState.SYNTAX_ERROR, "STDIN/STDOUT not allowed with PROGRAM"));
            }
        } else {
            filename = tokens.expectString();
        }
        if (tokens.peek().isWord("using") || tokens.peek().isWord("delimiters")) {
            tokens.acceptWord("using");
            Token delimiters = tokens.expectWord("delimiters");
            add("delimiter", tokens.expectString(), delimiters);
        }
        tokens.acceptWord("with");
        if (tokens.acceptOperator("(")) {
            genericOptions();
        } else {
            legacyOptions();
        }
        Token where = tokens.peek();
        if (where.isWord("where")) {
            if (!isFrom) {
                throw new PgError(SqlState.SYNTAX_ERROR, "WHERE clause not allowed with COPY TO")
                        .withHint("Try the COPY (SELECT ... WHERE ...) TO variant.")
                        .withPosition(tokens.location(where) + 1);
            }
            throw tokens.notSupported("COPY FROM ... WHERE is not supported", where);
        }
        return new CopyStmt(relation, columns, isFrom, isProgram, filename, List.copyOf(options));
    }

    private void add(String name, Object value, Token at) {
        options.add(new DefElem(name, value, tokens.location(at)));
    }

    private List<String> columnList() {
        tokens.expectOperator("(");
        List<String> columns = new ArrayList<>();
        do {
            columns.add(tokens.expectColId().text());
        } while (tokens.acceptOperator(","));
        tokens.expectOperator(")");
        return columns;
    }

    private void genericOptions() {
        do {
            Token name = tokens.expectColLabel();
            add(name.text(), genericValue(), name);
        } while (tokens.acceptOperator(","));
        tokens.expectOperator(")");
    }

    private Object genericValue() {
        Token token = tokens.peek();
        if (token.isOperator(",") || token.isOperator(")")) {
            return null;
        }
        if (tokens.acceptOperator("*")) {
            return DefElem.Star.STAR;
        }
        if (tokens.acceptWord("default")) {
            return "default";
        }
        if (tokens.acceptOperator("(")) {
            List<String> list = new ArrayList<>();
            do {
                list.add(booleanOrString());
            } while (tokens.acceptOperator(","));
            tokens.expectOperator(")");
            return List.copyOf(list);
        }
        boolean minus = token.isOperator("-");
        if (minus || token.isOperator("+") || token.kind() == Token.Kind.INTEGER || token.kind() == Token.Kind.NUMBER) {
            return number(minus);
        }
        return booleanOrString();
    }

    private Object number(boolean minus) {
        if (!tokens.acceptOperator("-")) {
            tokens.acceptOperator("+");
        }
        Token token = tokens.peek();
        if (token.kind() == Token.Kind.INTEGER) {
            long value = Long.parseLong(tokens.next().text());
            return minus ? -value : value;
        }
        if (token.kind() == Token.Kind.NUMBER) {
            BigDecimal value = new BigDecimal(tokens.next().text());
            return minus ? value.negate() : value;
        }
        throw tokens.syntaxError();
    }

    private String booleanOrString() {
        Token token = tokens.peek();
        boolean word = token.kind() == Token.Kind.WORD
                && (!Keywords.isReserved(token.text()) || Parser.isBooleanWord(token.text()));
        if (word || token.kind() == Token.Kind.STRING || token.kind() == Token.Kind.QUOTED_IDENT) {
            return tokens.next().text();
        }
        throw tokens.syntaxError();
    }

    private void legacyOptions() {
        while (tokens.peek().kind() == Token.Kind.WORD) {
            Token word = tokens.peek();
            switch (word.text()) {
                case "binary", "csv" -> add("format", word.text(), tokens.next());
                case "freeze", "header" -> add(word.text(), Boolean.toString(true), tokens.next());
                case "delimiter", "null", "quote", "escape" -> {
                    tokens.next();
                    tokens.acceptWord("as");
                    add(word.text(), tokens.expectString(), word);
                }
                case "encoding" -> {
                    tokens.next();
                    add("encoding", tokens.expectString(), word);
                }
                case "force" -> force();
                default -> {
                    return;
                }
            }
        }
    }

    private void force() {
        Token force = tokens.next();
        String name;
        if (tokens.acceptWord("quote")) {
            name = "force_quote";
        } else if (tokens.acceptWord("not")) {
            tokens.expectWord("null");
            name = "force_not_null";
        } else {
            tokens.expectWord("null");
            name = "force_null";
        }
        if (tokens.acceptOperator("*")) {
            add(name, DefElem.Star.STAR, force);
            return;
        }
        List<String> columns = new ArrayList<>();
        do {
            columns.add(tokens.expectColId().text());
        } while (tokens.acceptOperator(","));
        add(name, List.copyOf(columns), force);
    }
}
