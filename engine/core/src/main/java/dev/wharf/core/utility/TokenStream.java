package dev.wharf.core.utility;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.TextSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The parser's view of a query string: tokens with a little look-ahead, and the errors that name them.
 *
 * <p>What is wrong in a statement but no matter of syntax (an unknown type, a column twice) is {@link #defer deferred}: as
 * in PostgreSQL a syntax error anywhere in the string comes first.
 */
final class TokenStream {
    private final Lexer lexer;
    private final Consumer<Notice> notices;
    private final ArrayDeque<Token> ahead = new ArrayDeque<>();
    private final TextSettings settings;
    private PgError deferred;

    /** @param settings under which literals are read */
    TokenStream(String sql, Consumer<Notice> notices, TextSettings settings) {
        this.settings = settings;
        this.lexer = new Lexer(sql, notices);
        this.notices = notices;
    }

    TextSettings settings() {
        return settings;
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int distance) {
        while (ahead.size() <= distance) {
            ahead.add(lexer.next());
        }
        if (distance == 0) {
            return ahead.peek();
        }
        int i = 0;
        for (Token token : ahead) {
            if (i++ == distance) {
                return token;
            }
        }
        throw new AssertionError();
    }

    Token next() {
        Token token = peek();
        ahead.remove();
        return token;
    }

    int location(Token token) {
        return lexer.location(token.start());
    }

    boolean acceptWord(String word) {
        if (!peek().isWord(word)) {
            return false;
        }
        next();
        return true;
    }

    boolean acceptWords(String first, String second) {
        if (!peek().isWord(first) || !peek(1).isWord(second)) {
            return false;
        }
        next();
        next();
        return true;
    }

    boolean acceptOperator(String operator) {
        if (!peek().isOperator(operator)) {
            return false;
        }
        next();
        return true;
    }

    Token expectWord(String word) {
        if (!peek().isWord(word)) {
            throw syntaxError();
        }
        return next();
    }

    void expectOperator(String operator) {
        if (!acceptOperator(operator)) {
            throw syntaxError();
        }
    }

    /** A table's or column's name: the grammar's {@code ColId}. */
    Token expectColId() {
        Token token = peek();
        if (token.kind() == Token.Kind.QUOTED_IDENT
                || token.kind() == Token.Kind.WORD && Keywords.isColId(token.text())) {
            return next();
        }
        throw syntaxError();
    }

    /** Any word: the grammar's {@code ColLabel}. */
    Token expectColLabel() {
        if (!peek().isName()) {
            throw syntaxError();
        }
        return next();
    }

    String expectString() {
        if (peek().kind() != Token.Kind.STRING) {
            throw syntaxError();
        }
        return next().text();
    }

    /** An integer constant without a sign. */
    Token expectInteger() {
        if (peek().kind() != Token.Kind.INTEGER) {
            throw syntaxError();
        }
        return next();
    }

    /** {@code schema.name}; {@code public} is the only schema. */
    Statement.RangeVar qualifiedName() {
        Token first = expectColId();
        List<String> names = new ArrayList<>();
        names.add(first.text());
        while (acceptOperator(".")) {
            names.add(expectColLabel().text());
        }
        int location = location(first);
        String all = String.join(".", names);
        if (names.size() > 3) {
            throw new PgError(SqlState.SYNTAX_ERROR, "improper qualified name (too many dotted names): " + all)
                    .withPosition(location + 1);
        }
        if (names.size() == 3) {
            defer(new PgError(SqlState.FEATURE_NOT_SUPPORTED,
                    "cross-database references are not implemented: \"" + all + "\""));
        } else if (names.size() == 2 && !names.getFirst().equals("public")) {
            defer(new PgError(UtilityErrors.INVALID_SCHEMA_NAME, "schema \"" + names.getFirst() + "\" does not exist"));
        }
        return new Statement.RangeVar(names.size() == 1 ? null : names.get(names.size() - 2), names.getLast(), location);
    }

    /** PostgreSQL's error for the next token. */
    PgError syntaxError() {
        Token token = peek();
        if (token.kind() == Token.Kind.END) {
            return new PgError(SqlState.SYNTAX_ERROR, "syntax error at end of input").withPosition(location(token) + 1);
        }
        return lexer.errorNear("syntax error", token.start(), token.end());
    }

    /** For what PostgreSQL has and we do not. */
    PgError notSupported(String what, Token at) {
        return new PgError(SqlState.FEATURE_NOT_SUPPORTED, what).withPosition(location(at) + 1);
    }

    void defer(PgError error) {
        if (deferred == null) {
            deferred = error;
        }
    }

    void throwDeferred() {
        if (deferred != null) {
            throw deferred;
        }
    }

    void notice(Notice notice) {
        notices.accept(notice);
    }
}
