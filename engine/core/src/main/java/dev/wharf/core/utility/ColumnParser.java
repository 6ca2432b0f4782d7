package dev.wharf.core.utility;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.ColumnDefault;
import dev.wharf.core.catalog.ColumnDefault.Identity;
import dev.wharf.core.catalog.NewSequence;
import dev.wharf.core.catalog.Sequence;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.PgType;
import dev.wharf.core.utility.Statement.ColumnSequence;
import java.util.Locale;

/** A column's definition: the grammar's {@code columnDef}, and what {@code transformColumnDefinition} checks of it. */
final class ColumnParser {
    private final TokenStream tokens;
    private final String table;
    private final int index;
    private final String name;
    private final PgType type;

    private boolean notNull;
    private boolean nullable;
    private boolean hasDefault;
    private boolean hasIdentity;
    private ColumnDefault constant;
    private ColumnSequence sequence;

    /** Reads it. @param index of the column in the table */
    ColumnParser(TokenStream tokens, String table, int index) {
        this.tokens = tokens;
        this.table = table;
        this.index = index;
        name = tokens.expectColId().text();
        TypeNameParser typeName = new TypeNameParser(tokens);
        type = typeName.parse(name);
        if (typeName.isSerial()) {
            notNull = true;
            hasDefault = true;
            newSequence(new SequenceOptions(tokens, type.kind()).sequence(), Identity.NONE);
        }
        constraints(typeName.isSerial());
    }

    Column column() {
        return new Column(name, type, notNull, constant);
    }

    /** Null if the column takes no numbers from one. */
    ColumnSequence sequence() {
        return sequence;
    }

    private void constraints(boolean serial) {
        while (true) {
            Token start = tokens.peek();
            if (tokens.acceptWord("constraint")) {
                tokens.expectColId();
                start = tokens.peek();
            }
            if (tokens.acceptWord("not")) {
                tokens.expectWord("null");
                notNull = true;
            } else if (tokens.acceptWord("null")) {
                nullable = true;
            } else if (tokens.acceptWord("default")) {
                columnDefault(start, serial);
            } else if (tokens.acceptWord("generated")) {
                generated(start);
            } else if (start.kind() == Token.Kind.WORD) {
                unsupported(start);
                return;
            } else {
                return;
            }
            if (notNull && nullable) {
                tokens.defer(error(start, "conflicting NULL/NOT NULL declarations for"));
            }
            if (hasDefault && hasIdentity) {
                tokens.defer(error(serial ? null : start, "both default and identity specified for"));
            }
        }
    }

    private PgError error(Token at, String what) {
        PgError error = new PgError(SqlState.SYNTAX_ERROR, what + " column \"" + name + "\" of table \"" + table + "\"");
        return at == null ? error : error.withPosition(tokens.location(at) + 1);
    }

    private void columnDefault(Token start, boolean serial) {
        DefaultParser parser = new DefaultParser(tokens, name, type);
        parser.parse();
        if (hasDefault) {
            tokens.defer(error(serial ? null : start, "multiple default values specified for"));
        }
        hasDefault = true;
        constant = parser.constant();
        if (parser.sequence() != null) {
            sequence = new ColumnSequence(new NewSequence(index, relationName(parser.sequence().text()), null, Identity.NONE),
                    tokens.location(parser.sequence()));
        }
    }

    /** What a string is as a regclass: folded unless quoted, {@code public} left out. */
    private static String relationName(String text) {
        String rest = text.strip();
        rest = rest.toLowerCase(Locale.ROOT).startsWith("public.") ? rest.substring("public.".length()) : rest;
        boolean quoted = rest.length() > 2 && rest.startsWith("\"") && rest.endsWith("\"");
        return quoted ? rest.substring(1, rest.length() - 1).replace("\"\"", "\"") : rest.toLowerCase(Locale.ROOT);
    }

    private void generated(Token start) {
        Identity identity = Identity.ALWAYS;
        if (!tokens.acceptWord("always")) {
            tokens.expectWord("by");
            tokens.expectWord("default");
            identity = Identity.BY_DEFAULT;
        }
        tokens.expectWord("as");
        if (tokens.peek().isOperator("(")) {
            throw tokens.notSupported("a generated column is not supported", start);
        }
        tokens.expectWord("identity");
        boolean fits = SequenceOptions.isInteger(type.kind());
        if (!fits) {
            tokens.defer(new PgError(SqlState.INVALID_PARAMETER_VALUE,
                    "identity column type must be smallint, integer, or bigint"));
        }
        SequenceOptions options = new SequenceOptions(tokens, fits ? type.kind() : PgType.Kind.INT8);
        if (tokens.acceptOperator("(")) {
            options.parse();
            tokens.expectOperator(")");
        }
        if (hasIdentity) {
            tokens.defer(error(start, "multiple identity specifications for"));
        }
        hasIdentity = true;
        notNull = true;
        newSequence(options.sequence(), identity);
    }

    private void newSequence(Sequence options, Identity identity) {
        sequence = new ColumnSequence(new NewSequence(index, null, options, identity), 0);
    }

    private void unsupported(Token start) {
        switch (start.text()) {
            case "primary" -> {
                tokens.next();
                tokens.expectWord("key");
                throw tokens.notSupported("PRIMARY KEY is not supported", start);
            }
            case "check", "collate", "compression", "references", "storage", "unique" ->
                    throw tokens.notSupported(Parser.constraintName(start) + " is not supported", start);
            default -> { }
        }
    }
}
