package dev.wharf.core.utility;

import dev.wharf.core.catalog.Sequence;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The options of CREATE SEQUENCE and of an identity column: PostgreSQL's {@code init_params}. */
final class SequenceOptions {
    private static final Set<String> WORDS = Set.of("as", "increment", "minvalue", "maxvalue", "start", "cache", "cycle", "no",
            "owned", "restart", "sequence", "logged", "unlogged");

    private final TokenStream tokens;
    private final boolean identity;
    private final Set<String> seen = new HashSet<>();

    private Kind type;
    private Long increment;
    private Long min;
    private Long max;
    private Long start;
    private Long cache;
    private boolean cycle;
    /** Table and column of OWNED BY; null for none. */
    private String ownerTable;
    private String ownerColumn;

    /** @param type of the column that the sequence is for; null for CREATE SEQUENCE */
    SequenceOptions(TokenStream tokens, Kind type) {
        this.tokens = tokens;
        this.type = type == null ? Kind.INT8 : type;
        identity = type != null;
    }

    String ownerTable() {
        return ownerTable;
    }

    String ownerColumn() {
        return ownerColumn;
    }

    /** Reads options as long as there are any. */
    void parse() {
        while (tokens.peek().kind() == Token.Kind.WORD && WORDS.contains(tokens.peek().text())) {
            option();
        }
    }

    private void option() {
        Token word = tokens.next();
        switch (word.text()) {
            case "as" -> {
                once("as", word);
                PgType given = new TypeNameParser(tokens).parse("");
                if (identity) {
                    tokens.defer(conflict(word));
                } else if (!isInteger(given.kind())) {
                    tokens.defer(invalid("sequence type must be smallint, integer, or bigint"));
                } else {
                    type = given.kind();
                }
            }
            case "increment" -> {
                tokens.acceptWord("by");
                increment = number("increment", word);
            }
            case "minvalue" -> min = number("minvalue", word);
            case "maxvalue" -> max = number("maxvalue", word);
            case "start" -> {
                tokens.acceptWord("with");
                start = number("start", word);
            }
            case "cache" -> cache = number("cache", word);
            case "cycle" -> {
                once("cycle", word);
                cycle = true;
            }
            case "no" -> {
                Token what = tokens.peek();
                if (!what.isWord("minvalue") && !what.isWord("maxvalue") && !what.isWord("cycle")) {
                    throw tokens.syntaxError();
                }
                once(tokens.next().text(), word);
            }
            case "owned" -> ownedBy(word);
            default -> throw tokens.notSupported(word.text().toUpperCase(Locale.ROOT) + " in a sequence is not supported", word);
        }
    }

    private void ownedBy(Token word) {
        if (identity) {
            throw tokens.notSupported("OWNED BY of an identity column is not supported", word);
        }
        tokens.expectWord("by");
        once("owned", word);
        if (tokens.acceptWord("none")) {
            return;
        }
        String first = tokens.expectColId().text();
        if (!tokens.acceptOperator(".")) {
            tokens.defer(new PgError(SqlState.SYNTAX_ERROR, "invalid OWNED BY option")
                    .withHint("Specify OWNED BY table.column or OWNED BY NONE."));
            return;
        }
        ownerTable = first;
        ownerColumn = tokens.expectColLabel().text();
        if (tokens.acceptOperator(".")) {
            ownerTable = ownerColumn;
            ownerColumn = tokens.expectColLabel().text();
        }
    }

    private PgError conflict(Token word) {
        return new PgError(SqlState.SYNTAX_ERROR, "conflicting or redundant options").withPosition(tokens.location(word) + 1);
    }

    private void once(String option, Token word) {
        if (!seen.add(option)) {
            tokens.defer(conflict(word));
        }
    }

    private long number(String option, Token word) {
        once(option, word);
        String sign = tokens.acceptOperator("-") ? "-" : "";
        if (sign.isEmpty()) {
            tokens.acceptOperator("+");
        }
        Token token = tokens.peek();
        if (token.kind() != Token.Kind.INTEGER && token.kind() != Token.Kind.NUMBER) {
            throw tokens.syntaxError();
        }
        tokens.next();
        String text = sign + token.text().replace("_", "");
        try {
            return new BigInteger(text).longValueExact();
        } catch (NumberFormatException e) {
            tokens.defer(new PgError(SqlState.INVALID_TEXT_REPRESENTATION,
                    "invalid input syntax for type bigint: \"" + text + "\""));
        } catch (ArithmeticException e) {
            tokens.defer(new PgError(SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
                    "value \"" + text + "\" is out of range for type bigint"));
        }
        return 1;
    }

    static boolean isInteger(Kind kind) {
        return kind == Kind.INT2 || kind == Kind.INT4 || kind == Kind.INT8;
    }

    private static long largest(Kind kind) {
        return switch (kind) {
            case INT2 -> Short.MAX_VALUE;
            case INT4 -> Integer.MAX_VALUE;
            default -> Long.MAX_VALUE;
        };
    }

    private static PgError invalid(String message) {
        return new PgError(SqlState.INVALID_PARAMETER_VALUE, message);
    }

    /** The sequence as these options have it, without a name or a number; what is wrong is deferred. */
    Sequence sequence() {
        try {
            return checked();
        } catch (PgError e) {
            tokens.defer(e);
            return new Sequence(0, "", type, 1, 1, 1, largest(type), 1, false, 0, null);
        }
    }

    private Sequence checked() {
        long by = increment == null ? 1 : increment;
        if (by == 0) {
            throw invalid("INCREMENT must not be zero");
        }
        long typeMax = largest(type);
        long typeMin = -typeMax - 1;
        long most = max != null ? max : by > 0 ? typeMax : -1;
        if (most > typeMax || most < typeMin) {
            throw invalid("MAXVALUE (" + most + ") is out of range for sequence data type " + PgType.of(type).formatType());
        }
        long least = min != null ? min : by < 0 ? typeMin : 1;
        if (least > typeMax || least < typeMin) {
            throw invalid("MINVALUE (" + least + ") is out of range for sequence data type " + PgType.of(type).formatType());
        }
        if (least >= most) {
            throw invalid("MINVALUE (" + least + ") must be less than MAXVALUE (" + most + ")");
        }
        long first = start != null ? start : by > 0 ? least : most;
        if (first < least) {
            throw invalid("START value (" + first + ") cannot be less than MINVALUE (" + least + ")");
        }
        if (first > most) {
            throw invalid("START value (" + first + ") cannot be greater than MAXVALUE (" + most + ")");
        }
        if (cache != null && cache <= 0) {
            throw invalid("CACHE (" + cache + ") must be greater than zero");
        }
        return new Sequence(0, "", type, first, by, least, most, cache == null ? 1 : cache, cycle, 0, null);
    }
}
