package dev.wharf.core.utility;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * PostgreSQL's lexical rules (scan.l) with standard_conforming_strings on. Tokens are read one by one, so that an error
 * in the text is found only when the parser gets there, as in PostgreSQL.
 *
 * <p>Not thread-safe.
 */
final class Lexer {
    private static final String SELF = ",()[].;:+-*/%^<>=";
    private static final String OPERATOR_CHARS = "~!@#^&|`?+-*/%<>=";
    private static final String MAY_END_IN_SIGN = "~!@#%^&|`?";

    private static final String UESCAPE = "uescape";

    private final String sql;
    private final Consumer<Notice> notices;
    private final boolean supplementary;
    private int at;

    Lexer(String sql, Consumer<Notice> notices) {
        this.sql = sql;
        this.notices = notices;
        this.supplementary = sql.codePointCount(0, sql.length()) != sql.length();
    }

    /** From an index in the string to the number of characters before it: what locations are counted in. */
    int location(int index) {
        return supplementary ? sql.codePointCount(0, index) : index;
    }

    String source(Token token) {
        return sql.substring(token.start(), token.end());
    }

    PgError errorNear(String message, int start, int end) {
        return new PgError(SqlState.SYNTAX_ERROR, message + " at or near \"" + sql.substring(start, end) + "\"")
                .withPosition(location(start) + 1);
    }

    Token next() {
        skipSpaceAndComments();
        int start = at;
        if (at == sql.length()) {
            return new Token(Token.Kind.END, "", start, start);
        }
        char c = sql.charAt(at);
        if ((c == 'e' || c == 'E') && peekChar(1) == '\'') {
            at++;
            return escapeString(start);
        }
        if ((c == 'u' || c == 'U') && peekChar(1) == '&' && (peekChar(2) == '\'' || peekChar(2) == '"')) {
            at += 2;
            return unicode(start);
        }
        if (isIdentStart(c)) {
            while (at < sql.length() && isIdentPart(sql.charAt(at))) {
                at++;
            }
            return new Token(Token.Kind.WORD, Identifiers.truncate(Identifiers.foldCase(sql.substring(start, at)), notices),
                    start, at);
        }
        if (c == '\'') {
            return string(start);
        }
        if (c == '"') {
            return quotedIdentifier(start);
        }
        if (c == '$') {
            return dollar(start);
        }
        if (isDigit(c) || c == '.' && isDigit(peekChar(1))) {
            return number(start);
        }
        return operator(start);
    }

    private char peekChar(int ahead) {
        return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isIdentStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
    }

    private static boolean isIdentPart(char c) {
        return isIdentStart(c) || isDigit(c) || c == '$';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private void skipSpaceAndComments() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (isSpace(c)) {
                at++;
            } else if (c == '-' && peekChar(1) == '-') {
                skipLineComment();
            } else if (c == '/' && peekChar(1) == '*') {
                skipBlockComment();
            } else {
                return;
            }
        }
    }

    private void skipLineComment() {
        while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
            at++;
        }
    }

    private void skipBlockComment() {
        int start = at;
        int depth = 0;
        do {
            if (at >= sql.length()) {
                throw errorNear("unterminated /* comment", start, sql.length());
            }
            if (sql.charAt(at) == '/' && peekChar(1) == '*') {
                depth++;
                at += 2;
            } else if (sql.charAt(at) == '*' && peekChar(1) == '/') {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0);
    }

    /** {@code at} is on the opening quote. */
    private Token string(int start) {
        StringBuilder text = new StringBuilder();
        do {
            at++;
            quotedRun(text, '\'', "unterminated quoted string", start);
        } while (continues());
        return new Token(Token.Kind.STRING, text.toString(), start, at);
    }

    private Token quotedIdentifier(int start) {
        return new Token(Token.Kind.QUOTED_IDENT, Identifiers.truncate(identifierText(start), notices), start, at);
    }

    private String identifierText(int start) {
        StringBuilder text = new StringBuilder();
        at++;
        quotedRun(text, '"', "unterminated quoted identifier", start);
        if (text.isEmpty()) {
            throw errorNear("zero-length delimited identifier", start, at);
        }
        return text.toString();
    }

    /** {@code at} is on the opening quote behind {@code U&}. UESCAPE may come behind the closing one. */
    private Token unicode(int start) {
        boolean string = sql.charAt(at) == '\'';
        int textStart = at + 1;
        String text = string ? string(start).text() : identifierText(start);
        char escape = uescape();
        try {
            String decoded = UnicodeEscapes.decode(text, escape);
            return string ? new Token(Token.Kind.STRING, decoded, start, at)
                    : new Token(Token.Kind.QUOTED_IDENT, Identifiers.truncate(decoded, notices), start, at);
        } catch (UnicodeEscapes.Invalid e) {
            throw e.toError(location(Math.min(textStart + e.index(), sql.length())) + 1);
        }
    }

    /** The escape character: what UESCAPE says, if that is what comes next. */
    private char uescape() {
        int saved = at;
        skipSpaceAndComments();
        int end = at + UESCAPE.length();
        if (!sql.regionMatches(true, at, UESCAPE, 0, UESCAPE.length()) || end < sql.length() && isIdentPart(sql.charAt(end))) {
            at = saved;
            return '\\';
        }
        at = end;
        skipSpaceAndComments();
        int start = at;
        boolean unicode = Character.toLowerCase(peekChar(0)) == 'u' && peekChar(1) == '&' && peekChar(2) == '\'';
        Token character = next();
        if (character.kind() != Token.Kind.STRING || unicode) {
            String message = "UESCAPE must be followed by a simple string literal";
            throw character.kind() != Token.Kind.END ? errorNear(message, start, character.end())
                    : new PgError(SqlState.SYNTAX_ERROR, message + " at end of input").withPosition(location(start) + 1);
        }
        if (character.text().length() != 1 || !UnicodeEscapes.isEscapeCharacter(character.text().charAt(0))) {
            throw errorNear("invalid Unicode escape character", start, character.end());
        }
        return character.text().charAt(0);
    }

    /** Reads up to and over the closing quote; a doubled quote stands for one. */
    private void quotedRun(StringBuilder text, char quote, String unterminated, int start) {
        while (true) {
            int close = sql.indexOf(quote, at);
            if (close < 0) {
                at = sql.length();
                throw errorNear(unterminated, start, at);
            }
            text.append(sql, at, close);
            at = close + 1;
            if (at >= sql.length() || sql.charAt(at) != quote) {
                return;
            }
            text.append(quote);
            at++;
        }
    }

    /** SQL joins two strings with only white space and line comments between them, if that holds a newline. */
    private boolean continues() {
        int saved = at;
        boolean newline = false;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (isSpace(c)) {
                newline |= c == '\n' || c == '\r';
                at++;
            } else if (c == '-' && peekChar(1) == '-') {
                skipLineComment();
            } else {
                break;
            }
        }
        if (newline && at < sql.length() && sql.charAt(at) == '\'') {
            return true;
        }
        at = saved;
        return false;
    }

    /** {@code at} is on the opening quote. Built as bytes, for {@code \xhh} and {@code \ooo} name bytes, not characters. */
    private Token escapeString(int start) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        do {
            at++;
            escapeRun(text, start);
        } while (continues());
        String value;
        try {
            value = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw new PgError(SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\"", e)
                    .withPosition(location(start) + 1);
        }
        if (value.indexOf('\0') >= 0) {
            throw new PgError(SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\": 0x00")
                    .withPosition(location(start) + 1);
        }
        return new Token(Token.Kind.STRING, value, start, at);
    }

    private void escapeRun(ByteArrayOutputStream text, int start) {
        while (true) {
            if (at >= sql.length() || sql.charAt(at) == '\\' && at + 1 == sql.length()) {
                at = sql.length();
                throw errorNear("unterminated quoted string", start, at);
            }
            char c = sql.charAt(at);
            if (c == '\'') {
                at++;
                if (at >= sql.length() || sql.charAt(at) != '\'') {
                    return;
                }
                text.write('\'');
                at++;
            } else if (c == '\\') {
                at++;
                escape(text, start);
            } else {
                int codePoint = sql.codePointAt(at);
                writeUtf8(text, codePoint);
                at += Character.charCount(codePoint);
            }
        }
    }

    /** {@code at} is after the backslash. */
    private void escape(ByteArrayOutputStream text, int start) {
        char c = sql.charAt(at);
        switch (c) {
            case 'b' -> text.write('\b');
            case 'f' -> text.write('\f');
            case 'n' -> text.write('\n');
            case 'r' -> text.write('\r');
            case 't' -> text.write('\t');
            case 'v' -> text.write('\u000b');
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                text.write(digits(8, 3, at));
                return;
            }
            case 'x' -> {
                if (Character.digit(peekChar(1), 16) >= 0) {
                    text.write(digits(16, 2, at + 1));
                    return;
                }
                text.write('x');
            }
            case 'u', 'U' -> {
                int length = c == 'u' ? 4 : 8;
                int from = at + 1;
                int codePoint = digits(16, length, from);
                if (at != from + length || !Character.isValidCodePoint(codePoint)
                        || codePoint >= 0xd800 && codePoint < 0xe000) {
                    throw new PgError("22025", "invalid Unicode escape")
                            .withHint("Unicode escapes must be \\uXXXX or \\UXXXXXXXX.")
                            .withPosition(location(from - 2) + 1);
                }
                writeUtf8(text, codePoint);
                return;
            }
            default -> {
                int codePoint = sql.codePointAt(at);
                writeUtf8(text, codePoint);
                at += Character.charCount(codePoint);
                return;
            }
        }
        at++;
    }

    /** Reads up to {@code most} digits at {@code from} and leaves {@code at} after them. */
    private int digits(int radix, int most, int from) {
        int value = 0;
        at = from;
        while (at < sql.length() && at < from + most && sql.charAt(at) < 0x80
                && Character.digit(sql.charAt(at), radix) >= 0) {
            value = value * radix + Character.digit(sql.charAt(at), radix);
            at++;
        }
        return value;
    }

    private static void writeUtf8(ByteArrayOutputStream text, int codePoint) {
        if (codePoint < 0x80) {
            text.write(codePoint);
        } else {
            text.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
        }
    }

    private Token dollar(int start) {
        if (isDigit(peekChar(1))) {
            at++;
            while (at < sql.length() && isDigit(sql.charAt(at))) {
                at++;
            }
            if (at < sql.length() && isIdentStart(sql.charAt(at))) {
                throw junk("trailing junk after parameter", start);
            }
            return new Token(Token.Kind.PARAM, sql.substring(start, at), start, at);
        }
        int tagEnd = at + 1;
        while (tagEnd < sql.length() && sql.charAt(tagEnd) != '$' && isIdentPart(sql.charAt(tagEnd))) {
            tagEnd++;
        }
        if (tagEnd >= sql.length() || sql.charAt(tagEnd) != '$') {
            at++;
            return new Token(Token.Kind.OPERATOR, "$", start, at);
        }
        String delimiter = sql.substring(start, tagEnd + 1);
        int close = sql.indexOf(delimiter, tagEnd + 1);
        if (close < 0) {
            at = sql.length();
            throw errorNear("unterminated dollar-quoted string", start, at);
        }
        at = close + delimiter.length();
        return new Token(Token.Kind.STRING, sql.substring(tagEnd + 1, close), start, at);
    }

    private Token number(int start) {
        int radix = switch (Character.toLowerCase(peekChar(1))) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
        };
        if (sql.charAt(at) == '0' && radix != 10) {
            return prefixedInteger(start, radix);
        }
        boolean integer = digitRun(10);
        if (peekChar(0) == '.' && peekChar(1) != '.') {
            integer = false;
            at++;
            digitRun(10);
        }
        char exponent = peekChar(0);
        if (exponent == 'e' || exponent == 'E') {
            int sign = peekChar(1) == '+' || peekChar(1) == '-' ? 1 : 0;
            if (isDigit(peekChar(1 + sign))) {
                integer = false;
                at += 1 + sign;
                digitRun(10);
            }
        }
        return numberToken(start, integer, 10, sql.substring(start, at));
    }

    private Token prefixedInteger(int start, int radix) {
        at += 2;
        int from = at;
        digitRun(radix);
        if (at == from) {
            String name = radix == 16 ? "hexadecimal" : radix == 8 ? "octal" : "binary";
            throw errorNear("invalid " + name + " integer", start, at);
        }
        return numberToken(start, true, radix, sql.substring(from, at));
    }

    /** Digits, single underscores between them. */
    private boolean digitRun(int radix) {
        int from = at;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            boolean digit = c < 0x80 && Character.digit(c, radix) >= 0;
            boolean underscore = c == '_' && Character.digit(peekChar(1), radix) >= 0 && (at > from || radix != 10);
            if (!digit && !underscore) {
                break;
            }
            at++;
        }
        return at > from;
    }

    private Token numberToken(int start, boolean integer, int radix, String digits) {
        if (at < sql.length() && isIdentPart(sql.charAt(at)) && sql.charAt(at) != '$') {
            throw junk("trailing junk after numeric literal", start);
        }
        String plain = digits.replace("_", "");
        if (integer) {
            java.math.BigInteger value = new java.math.BigInteger(plain, radix);
            return new Token(value.bitLength() < Integer.SIZE ? Token.Kind.INTEGER : Token.Kind.NUMBER, value.toString(),
                    start, at);
        }
        return new Token(Token.Kind.NUMBER, plain, start, at);
    }

    private PgError junk(String message, int start) {
        while (at < sql.length() && isIdentPart(sql.charAt(at))) {
            at++;
        }
        return errorNear(message, start, at);
    }

    private Token operator(int start) {
        int end = at;
        while (end < sql.length() && OPERATOR_CHARS.indexOf(sql.charAt(end)) >= 0
                && !sql.startsWith("--", end) && !sql.startsWith("/*", end)) {
            end++;
        }
        // An operator of several characters ends in + or - only if it holds one that standard operators do not.
        while (end - start > 1 && (sql.charAt(end - 1) == '+' || sql.charAt(end - 1) == '-')
                && sql.substring(start, end).chars().noneMatch(c -> MAY_END_IN_SIGN.indexOf(c) >= 0)) {
            end--;
        }
        if (end == start) {
            end = start + (SELF.indexOf(sql.charAt(start)) >= 0 ? 1 : Character.charCount(sql.codePointAt(start)));
        }
        at = end;
        return new Token(Token.Kind.OPERATOR, sql.substring(start, end), start, end);
    }
}
