package dev.wharf.core.utility;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.IntervalRange;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A column's type as written: the grammar's {@code Typename}, looked up, its modifier checked by what is each type's
 * {@code typmodin} in PostgreSQL.
 */
final class TypeNameParser {
    private static final int MAX_NUMERIC_PRECISION = 1000;
    private static final int MAX_NUMERIC_SCALE = 1000;
    private static final int MAX_CHARACTER_LENGTH = 10_485_760;
    private static final int MAX_TIME_PRECISION = 6;
    private static final int FLOAT4_BITS = 24;
    private static final int FLOAT8_BITS = 53;

    /** Names in pg_type; unlike the SQL standard's words they may be quoted and qualified. */
    private static final Map<String, Kind> PG_TYPE = Map.ofEntries(
            Map.entry("bool", Kind.BOOL), Map.entry("int2", Kind.INT2), Map.entry("int4", Kind.INT4),
            Map.entry("int8", Kind.INT8), Map.entry("float4", Kind.FLOAT4), Map.entry("float8", Kind.FLOAT8),
            Map.entry("numeric", Kind.NUMERIC), Map.entry("text", Kind.TEXT), Map.entry("varchar", Kind.VARCHAR),
            Map.entry("bpchar", Kind.CHAR), Map.entry("bytea", Kind.BYTEA), Map.entry("date", Kind.DATE),
            Map.entry("time", Kind.TIME), Map.entry("timestamp", Kind.TIMESTAMP),
            Map.entry("timestamptz", Kind.TIMESTAMPTZ), Map.entry("interval", Kind.INTERVAL),
            Map.entry("json", Kind.JSON), Map.entry("jsonb", Kind.JSONB), Map.entry("uuid", Kind.UUID));

    private static final Set<String> NOT_SUPPORTED = Set.of("timetz", "money", "bit", "varbit",
            "inet", "cidr", "macaddr", "macaddr8", "point", "line", "lseg", "box", "path", "polygon", "circle", "xml",
            "tsvector", "tsquery", "oid", "name", "char", "regclass", "regproc", "regtype", "xid", "xid8", "cid", "tid",
            "pg_lsn", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "int4multirange",
            "int8multirange", "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange", "jsonpath");

    private static final Map<String, Kind> SERIAL = Map.of("smallserial", Kind.INT2, "serial2", Kind.INT2,
            "serial", Kind.INT4, "serial4", Kind.INT4, "bigserial", Kind.INT8, "serial8", Kind.INT8);

    private final TokenStream tokens;
    private boolean serial;
    /** Of the last {@link #intervalRange}: then it may have a precision. */
    private boolean endsInSecond;

    TypeNameParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** Whether the type was serial or one of its kin, which are an integer and a sequence. */
    boolean isSerial() {
        return serial;
    }

    /** @param column whose type it is, for a message */
    PgType parse(String column) {
        Token start = tokens.peek();
        if (tokens.acceptWord("setof")) {
            tokens.defer(new PgError(UtilityErrors.INVALID_TABLE_DEFINITION,
                    "column \"" + column + "\" cannot be declared SETOF"));
            start = tokens.peek();
        }
        PgType type = simple(start);
        boolean array = tokens.peek().isOperator("[");
        if (tokens.acceptWord("array")) {
            array = true;
            if (tokens.acceptOperator("[")) {
                tokens.expectInteger();
                tokens.expectOperator("]");
            }
        } else {
            while (tokens.acceptOperator("[")) {
                if (tokens.peek().kind() == Token.Kind.INTEGER) {
                    tokens.next();
                }
                tokens.expectOperator("]");
            }
        }
        if (array && serial) {
            tokens.defer(error(SqlState.FEATURE_NOT_SUPPORTED, "array of serial is not implemented", start));
        }
        if (array && type.kind() == Kind.ARRAY) {
            tokens.defer(error(SqlState.UNDEFINED_OBJECT, "type \"" + start.text() + "[]\" does not exist", start));
            return type;
        }
        return array ? PgType.arrayOf(type) : type;
    }

    private PgType simple(Token start) {
        if (start.kind() == Token.Kind.QUOTED_IDENT) {
            return generic(start);
        }
        if (start.kind() != Token.Kind.WORD) {
            throw tokens.syntaxError();
        }
        return switch (start.text()) {
            case "int", "integer" -> plain(Kind.INT4);
            case "smallint" -> plain(Kind.INT2);
            case "bigint" -> plain(Kind.INT8);
            case "real" -> plain(Kind.FLOAT4);
            case "boolean" -> plain(Kind.BOOL);
            case "double" -> {
                if (!tokens.peek(1).isWord("precision")) {
                    yield generic(start);
                }
                tokens.next();
                yield plain(Kind.FLOAT8);
            }
            case "float" -> floatType();
            case "decimal", "dec", "numeric" -> {
                tokens.next();
                yield modified(Kind.NUMERIC, "numeric", modifiers(), start);
            }
            case "character", "char", "nchar", "varchar", "national" -> character(start);
            case "timestamp", "time" -> datetime(start);
            case "interval" -> interval(start);
            case "json" -> plain(Kind.JSON);
            case "bit" -> throw notSupported(start.text(), start);
            default -> {
                if (!Keywords.isTypeFunctionName(start.text())) {
                    throw tokens.syntaxError();
                }
                yield generic(start);
            }
        };
    }

    private PgType plain(Kind kind) {
        tokens.next();
        return PgType.of(kind);
    }

    private PgType floatType() {
        tokens.next();
        if (!tokens.acceptOperator("(")) {
            return PgType.of(Kind.FLOAT8);
        }
        Token precision = tokens.expectInteger();
        tokens.expectOperator(")");
        int bits = Integer.parseInt(precision.text());
        if (bits < 1) {
            throw invalid("precision for type float must be at least 1 bit", precision);
        }
        if (bits > FLOAT8_BITS) {
            throw invalid("precision for type float must be less than 54 bits", precision);
        }
        return PgType.of(bits <= FLOAT4_BITS ? Kind.FLOAT4 : Kind.FLOAT8);
    }

    private PgType character(Token start) {
        tokens.next();
        boolean varying = start.isWord("varchar");
        if (start.isWord("national") && !tokens.acceptWord("character")) {
            tokens.expectWord("char");
        }
        if (!varying) {
            varying = tokens.acceptWord("varying");
        }
        String length = null;
        if (tokens.acceptOperator("(")) {
            length = tokens.expectInteger().text();
            tokens.expectOperator(")");
        } else if (!varying) {
            length = "1";
        }
        return modified(varying ? Kind.VARCHAR : Kind.CHAR, varying ? "varchar" : "bpchar",
                length == null ? List.of() : List.of(length), start);
    }

    private PgType datetime(Token start) {
        tokens.next();
        List<String> precision = List.of();
        if (tokens.peek().isOperator("(")) {
            precision = precision();
        }
        boolean withZone = false;
        if (tokens.peek().isWord("with") || tokens.peek().isWord("without")) {
            withZone = tokens.next().isWord("with");
            tokens.expectWord("time");
            tokens.expectWord("zone");
        }
        if (start.isWord("time")) {
            if (withZone) {
                throw notSupported("time with time zone", start);
            }
            return modified(Kind.TIME, "time", precision, start);
        }
        return modified(withZone ? Kind.TIMESTAMPTZ : Kind.TIMESTAMP, "timestamp", precision, start);
    }

    private PgType interval(Token start) {
        tokens.next();
        List<String> precision = List.of();
        int range = 0;
        if (tokens.peek().isOperator("(")) {
            precision = precision();
        } else {
            range = intervalRange();
            if (endsInSecond && tokens.peek().isOperator("(")) {
                precision = precision();
            }
        }
        if (precision.isEmpty()) {
            return new PgType(Kind.INTERVAL, PgType.NONE, range);
        }
        PgType type = time(Kind.INTERVAL, integers(precision, start), start);
        return new PgType(Kind.INTERVAL, type.precision(), range);
    }

    /** HOUR TO MINUTE and the like; 0 if nothing like that is next. */
    int intervalRange() {
        String first = tokens.peek().kind() == Token.Kind.WORD ? tokens.peek().text() : "";
        String last = first;
        int range = IntervalRange.of(first, first);
        if (range != 0) {
            tokens.next();
            // SECOND ends a range, and so does whatever is behind a MONTH
            if (!last.equals("second") && !last.equals("month") && tokens.acceptWord("to")) {
                last = tokens.peek().kind() == Token.Kind.WORD ? tokens.peek().text() : "";
                range = last.equals(first) ? 0 : IntervalRange.of(first, last);
                if (range == 0) {
                    throw tokens.syntaxError();
                }
                tokens.next();
            }
        }
        endsInSecond = range != 0 && last.equals("second");
        return range;
    }

    private List<String> precision() {
        tokens.expectOperator("(");
        List<String> precision = List.of(tokens.expectInteger().text());
        tokens.expectOperator(")");
        return precision;
    }

    private PgType generic(Token start) {
        List<String> names = new ArrayList<>();
        names.add(tokens.next().text());
        while (tokens.acceptOperator(".")) {
            names.add(tokens.expectColLabel().text());
        }
        List<String> modifiers = modifiers();
        String name = names.getLast();
        String schema = names.size() > 1 ? names.get(names.size() - 2) : null;
        if (schema != null && !schema.equals("pg_catalog") && !schema.equals("public")) {
            throw error(UtilityErrors.INVALID_SCHEMA_NAME, "schema \"" + schema + "\" does not exist", start);
        }
        boolean visible = schema == null || schema.equals("pg_catalog");
        // an array type's own name is its element's with an underscore
        Kind element = visible && name.startsWith("_") ? PG_TYPE.get(name.substring(1)) : null;
        if (element != null) {
            return PgType.arrayOf(modified(element, String.join(".", names), modifiers, start));
        }
        Kind kind = visible ? PG_TYPE.get(name) : null;
        String written = String.join(".", names);
        if (names.size() == 1 && SERIAL.containsKey(name)) {
            serial = true;
            return modified(SERIAL.get(name), written, modifiers, start);
        }
        if (kind == null) {
            if (visible && NOT_SUPPORTED.contains(name)) {
                throw notSupported(name, start);
            }
            tokens.defer(error(SqlState.UNDEFINED_OBJECT, "type \"" + written + "\" does not exist", start));
            return PgType.of(Kind.TEXT);
        }
        return modified(kind, written, modifiers, start);
    }

    /** {@code opt_type_modifiers}: constants as their text. */
    private List<String> modifiers() {
        List<String> list = new ArrayList<>();
        if (!tokens.acceptOperator("(")) {
            return list;
        }
        do {
            String sign = "";
            if (tokens.acceptOperator("-")) {
                sign = "-";
            } else {
                tokens.acceptOperator("+");
            }
            Token token = tokens.peek();
            boolean number = token.kind() == Token.Kind.INTEGER || token.kind() == Token.Kind.NUMBER;
            boolean word = token.kind() == Token.Kind.STRING || token.kind() == Token.Kind.QUOTED_IDENT
                    || token.kind() == Token.Kind.WORD && Keywords.isColId(token.text());
            if (!number && !(word && sign.isEmpty())) {
                throw tokens.syntaxError();
            }
            list.add(sign + tokens.next().text());
        } while (tokens.acceptOperator(","));
        tokens.expectOperator(")");
        return list;
    }

    private PgType modified(Kind kind, String written, List<String> modifiers, Token start) {
        if (modifiers.isEmpty()) {
            return PgType.of(kind);
        }
        try {
            return switch (kind) {
                case NUMERIC -> numeric(integers(modifiers, start), start);
                case VARCHAR, CHAR -> character(kind, integers(modifiers, start), start);
                case TIME, TIMESTAMP, TIMESTAMPTZ -> time(kind, integers(modifiers, start), start);
                case INTERVAL -> {
                    // as a plain name it takes the bits of its fields, which nobody writes
                    integers(modifiers, start);
                    throw invalid("invalid INTERVAL type modifier", start);
                }
                default -> throw error(SqlState.SYNTAX_ERROR, "type modifier is not allowed for type \"" + written + "\"",
                        start);
            };
        } catch (PgError e) {
            tokens.defer(e);
            return PgType.of(kind);
        }
    }

    private int[] integers(List<String> modifiers, Token start) {
        int[] values = new int[modifiers.size()];
        for (int i = 0; i < values.length; i++) {
            try {
                values[i] = Integer.parseInt(modifiers.get(i).strip());
            } catch (NumberFormatException e) {
                throw error(SqlState.INVALID_TEXT_REPRESENTATION,
                        "invalid input syntax for type integer: \"" + modifiers.get(i) + "\"", start);
            }
        }
        return values;
    }

    private PgType numeric(int[] modifiers, Token start) {
        if (modifiers.length > 2) {
            throw invalid("invalid NUMERIC type modifier", start);
        }
        int precision = modifiers[0];
        if (precision < 1 || precision > MAX_NUMERIC_PRECISION) {
            throw invalid("NUMERIC precision " + precision + " must be between 1 and " + MAX_NUMERIC_PRECISION, start);
        }
        int scale = modifiers.length == 2 ? modifiers[1] : 0;
        if (scale < -MAX_NUMERIC_SCALE || scale > MAX_NUMERIC_SCALE) {
            throw invalid("NUMERIC scale " + scale + " must be between " + -MAX_NUMERIC_SCALE + " and "
                    + MAX_NUMERIC_SCALE, start);
        }
        return new PgType(Kind.NUMERIC, precision, scale);
    }

    private PgType character(Kind kind, int[] modifiers, Token start) {
        String name = kind == Kind.VARCHAR ? "varchar" : "char";
        single(modifiers, start);
        if (modifiers[0] < 1) {
            throw invalid("length for type " + name + " must be at least 1", start);
        }
        if (modifiers[0] > MAX_CHARACTER_LENGTH) {
            throw invalid("length for type " + name + " cannot exceed " + MAX_CHARACTER_LENGTH, start);
        }
        return new PgType(kind, modifiers[0], 0);
    }

    private PgType time(Kind kind, int[] modifiers, Token start) {
        single(modifiers, start);
        String name = kind == Kind.TIME || kind == Kind.INTERVAL ? kind.name() : "TIMESTAMP";
        String written = name + "(" + modifiers[0] + ")" + (kind == Kind.TIMESTAMPTZ ? " WITH TIME ZONE" : "");
        if (modifiers[0] < 0) {
            throw invalid(written + " precision must not be negative", start);
        }
        if (modifiers[0] > MAX_TIME_PRECISION) {
            tokens.notice(Notice.warning(SqlState.INVALID_PARAMETER_VALUE,
                    written + " precision reduced to maximum allowed, " + MAX_TIME_PRECISION, tokens.location(start) + 1));
        }
        return new PgType(kind, Math.min(modifiers[0], MAX_TIME_PRECISION), 0);
    }

    private void single(int[] modifiers, Token start) {
        if (modifiers.length != 1) {
            throw invalid("invalid type modifier", start);
        }
    }

    private PgError invalid(String message, Token at) {
        return error(SqlState.INVALID_PARAMETER_VALUE, message, at);
    }

    private PgError notSupported(String name, Token at) {
        return tokens.notSupported("type " + name + " is not supported", at);
    }

    private PgError error(String sqlState, String message, Token at) {
        return new PgError(sqlState, message).withPosition(tokens.location(at) + 1);
    }
}
