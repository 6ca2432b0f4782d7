package dev.wharf.core.utility;

import dev.wharf.core.catalog.ColumnDefault;
import dev.wharf.core.error.PgError;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.IntervalRange;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextInputs;
import dev.wharf.core.types.TextOutputs;
import dev.wharf.core.types.TextSettings;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The expression behind DEFAULT: a constant, or nextval of a sequence. */
final class DefaultParser {
    private static final String DATATYPE_MISMATCH = "42804";
    private static final BigInteger INT4_END = BigInteger.ONE.shiftLeft(31);
    private static final BigInteger INT8_END = BigInteger.ONE.shiftLeft(63);

    private final TokenStream tokens;
    private final String column;
    private final PgType target;

    /** What was read: one of the two, or neither for a plain NULL. */
    private ColumnDefault constant;
    private Token sequence;

    DefaultParser(TokenStream tokens, String column, PgType target) {
        this.tokens = tokens;
        this.column = column;
        this.target = target;
    }

    /** Null for NULL, which is no default, and for nextval. */
    ColumnDefault constant() {
        return constant;
    }

    /** The name in nextval('name'), as a string constant; null if it is another default. */
    Token sequence() {
        return sequence;
    }

    void parse() {
        int open = 0;
        while (tokens.acceptOperator("(")) {
            open++;
        }
        operand();
        for (; open > 0; open--) {
            if (!tokens.peek().isOperator(")")) {
                throw notSupported();
            }
            tokens.next();
        }
        Token next = tokens.peek();
        if (next.kind() == Token.Kind.OPERATOR && !next.isOperator(",") && !next.isOperator(")") && !next.isOperator(";")) {
            throw notSupported();
        }
    }

    private PgError notSupported() {
        Token at = tokens.peek();
        return at.kind() == Token.Kind.END || at.isOperator(",") || at.isOperator(")") || at.isOperator(";")
                ? tokens.syntaxError()
                : tokens.notSupported("a DEFAULT other than a constant or nextval is not supported", at);
    }

    private void operand() {
        Token token = tokens.peek();
        boolean sign = token.isOperator("-") || token.isOperator("+");
        Token number = sign ? tokens.peek(1) : token;
        if (number.kind() == Token.Kind.INTEGER || number.kind() == Token.Kind.NUMBER) {
            if (sign) {
                tokens.next();
            }
            tokens.next();
            number(number.text(), sign ? token.text() : "");
            return;
        }
        if (token.kind() == Token.Kind.STRING) {
            tokens.next();
            PgType cast = cast();
            literal(token, cast == null ? target : cast, cast != null);
        } else if (token.isWord("true") || token.isWord("false")) {
            tokens.next();
            assign(PgType.of(Kind.BOOL), token.text(), token.text());
        } else if (token.isWord("null")) {
            tokens.next();
            nullConstant(cast());
        } else if (token.isWord("cast") && tokens.peek(1).isOperator("(")) {
            tokens.next();
            tokens.next();
            Token value = tokens.peek();
            if (value.kind() != Token.Kind.STRING) {
                throw notSupported();
            }
            tokens.next();
            tokens.expectWord("as");
            PgType type = new TypeNameParser(tokens).parse(column);
            tokens.expectOperator(")");
            literal(value, type, true);
        } else if (token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.QUOTED_IDENT) {
            word();
        } else {
            throw notSupported();
        }
    }

    /** {@code ::type}; null if there is none. */
    private PgType cast() {
        if (!tokens.peek().isOperator(":") || !tokens.peek(1).isOperator(":")) {
            return null;
        }
        tokens.next();
        tokens.next();
        return new TypeNameParser(tokens).parse(column);
    }

    private void word() {
        if (tokens.peek().isWord("pg_catalog") && tokens.peek(1).isOperator(".")) {
            tokens.next();
            tokens.next();
        }
        Token name = tokens.peek();
        if (name.text().equals("nextval") && tokens.peek(1).isOperator("(")) {
            tokens.next();
            tokens.next();
            if (tokens.peek().kind() != Token.Kind.STRING) {
                throw notSupported();
            }
            sequence = tokens.next();
            if (tokens.acceptOperator(":")) {
                tokens.expectOperator(":");
                if (!tokens.peek().isWord("regclass")) {
                    throw notSupported();
                }
                tokens.next();
            }
            tokens.expectOperator(")");
            switch (target.kind()) {
                case INT2, INT4, INT8 -> { }
                default -> throw tokens.notSupported("nextval as the default of type " + target.formatType()
                        + " is not supported", name);
            }
            return;
        }
        if (List.of("date", "time", "timestamp", "timestamptz", "interval", "numeric", "text").contains(name.text())
                && tokens.peek(1).kind() == Token.Kind.STRING) {
            PgType type = new TypeNameParser(tokens).parse(column);
            Token literal = tokens.next();
            Token field = tokens.peek();
            if (type.kind() == Kind.INTERVAL && field.kind() == Token.Kind.WORD
                    && IntervalRange.of(field.text(), field.text()) != 0) {
                throw notSupported();
            }
            literal(literal, type, true);
            return;
        }
        throw notSupported();
    }

    private void nullConstant(PgType cast) {
        // with a length to be checked it is an expression to PostgreSQL, and so shown
        boolean coerced = target.precision() != PgType.NONE;
        constant = coerced ? new ColumnDefault.Constant("NULL::" + (cast == null ? base(target) : cast).formatType(),
                base(target), null) : null;
    }

    private static PgType base(PgType type) {
        return type.kind() == Kind.ARRAY ? PgType.arrayOf(base(type.element()))
                : type.kind() == Kind.INTERVAL ? type : PgType.of(type.kind());
    }

    private void number(String digits, String sign) {
        PgType type;
        String text;
        // the lexer takes underscores and other bases, BigDecimal does not
        BigDecimal value = new BigDecimal(canonical(PgType.of(Kind.NUMERIC), digits, tokens.settings()));
        boolean whole = digits.matches("[0-9_]+|0[xXoObB][0-9a-fA-F_]+");
        BigInteger integer = whole ? value.toBigIntegerExact() : null;
        if (whole && integer.compareTo(INT4_END) < 0) {
            type = PgType.of(Kind.INT4);
            text = integer.toString();
        } else if (whole && integer.compareTo(INT8_END) < 0) {
            type = PgType.of(Kind.INT8);
            text = integer.toString();
        } else {
            type = PgType.of(Kind.NUMERIC);
            text = value.toPlainString();
        }
        boolean negative = sign.equals("-") && value.signum() != 0;
        String signed = negative ? "-" + text : text;
        String expression = expression(type, signed);
        assign(type, signed, sign.equals("+") ? "(+ " + expression + ")" : expression);
    }

    private void literal(Token token, PgType type, boolean isCast) {
        PgType base = base(type);
        if (isCast && (type.precision() != PgType.NONE && type.kind() != Kind.INTERVAL || !isSameFamily(type))) {
            throw tokens.notSupported("a cast from type " + type.formatType() + " in DEFAULT is not supported", token);
        }
        try {
            String text = canonical(base, token.text(), tokens.settings());
            assign(base, text, expression(base, text));
        } catch (PgError e) {
            tokens.defer(e.withPosition(tokens.location(token) + 1));
        }
    }

    /** Whether a literal of the type becomes the column's by reading its text again. */
    private boolean isSameFamily(PgType type) {
        return type.kind() == target.kind() && (type.kind() != Kind.ARRAY || type.element().kind() == target.element().kind())
                || isText(type.kind()) && isText(target.kind()) || isInteger(type.kind()) && isNumber(target.kind());
    }

    private static boolean isText(Kind kind) {
        return kind == Kind.TEXT || kind == Kind.VARCHAR;
    }

    private static boolean isInteger(Kind kind) {
        return kind == Kind.INT2 || kind == Kind.INT4 || kind == Kind.INT8;
    }

    private static boolean isNumber(Kind kind) {
        return isInteger(kind) || kind == Kind.NUMERIC || kind == Kind.FLOAT4 || kind == Kind.FLOAT8;
    }

    /** As the default settings have it. */
    private static String canonical(PgType type, String text, TextSettings settings) {
        Datum value = new Datum();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TextInputs.of(type, settings).parse(bytes, 0, bytes.length, value);
        TextBuffer out = new TextBuffer();
        TextOutputs.of(type).format(value, out);
        return out.toString();
    }

    /** PostgreSQL's {@code get_const_expr}. */
    private static String expression(PgType type, String text) {
        boolean bare = switch (type.kind()) {
            case INT4 -> !text.startsWith("-");
            case NUMERIC -> Character.isDigit(text.charAt(0)) && text.indexOf('.') >= 0;
            case BOOL -> true;
            default -> false;
        };
        if (type.kind() == Kind.BOOL) {
            return text.equals("t") || text.equals("true") ? "true" : "false";
        }
        return bare ? text : "'" + text.replace("'", "''") + "'::" + type.formatType();
    }

    /** Keeps the constant if PostgreSQL would assign its type to the column's. */
    private void assign(PgType type, String text, String expression) {
        boolean fits = isSameFamily(type) || isNumber(type.kind()) && isNumber(target.kind())
                || (isNumber(type.kind()) || type.kind() == Kind.BOOL) && (isText(target.kind()) || target.kind() == Kind.CHAR);
        if (!fits) {
            tokens.defer(new PgError(DATATYPE_MISMATCH, "column \"" + column + "\" is of type " + target.formatType()
                    + " but default expression is of type " + type.formatType())
                    .withHint("You will need to rewrite or cast the expression."));
            return;
        }
        constant = new ColumnDefault.Constant(expression, type, text);
    }
}
