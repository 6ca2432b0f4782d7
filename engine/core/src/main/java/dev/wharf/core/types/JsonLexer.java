package dev.wharf.core.types;

import static dev.wharf.core.types.InputErrors.hexDigit;
import static dev.wharf.core.types.InputErrors.isDigit;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/** The tokens of a JSON text, and PostgreSQL's errors for what is wrong with one. Not thread-safe. */
final class JsonLexer {
    /** Kinds of tokens beside the punctuation marks, which are themselves. */
    static final int END = 0;
    static final int STRING = 's';
    static final int NUMBER = 'n';
    static final int TRUE = 't';
    static final int FALSE = 'f';
    static final int NULL = 'z';

    /** Bytes of a line before the error that its CONTEXT shows. */
    private static final int CONTEXT_LENGTH = 50;
    private static final int SHORT_LINE_START = 3;

    private final boolean unescapes;
    /** The last string without quotes and escapes; only if these are undone. */
    final TextBuffer string = new TextBuffer();

    private byte[] source;
    private int end;
    private int line;
    private int lineStart;
    private int kind;
    private int start;
    private int stop;

    /** @param unescapes whether strings are wanted as what they stand for, and so must stand for something */
    JsonLexer(boolean unescapes) {
        this.unescapes = unescapes;
    }

    /** Begins a text, at its first token. */
    void open(byte[] input, int offset, int length) {
        source = input;
        end = offset + length;
        line = 1;
        lineStart = offset;
        stop = offset;
        kind = -1;
        next();
    }

    int kind() {
        return kind;
    }

    int start() {
        return start;
    }

    int length() {
        return stop - start;
    }

    void next() {
        int at = stop;
        while (at < end && (source[at] == ' ' || source[at] == '\t' || source[at] == '\n' || source[at] == '\r')) {
            if (source[at++] == '\n') {
                line++;
                lineStart = at;
            }
        }
        start = at;
        if (at == end) {
            stop = at;
            kind = END;
            return;
        }
        int c = source[at];
        switch (c) {
            case '{', '}', '[', ']', ',', ':' -> {
                stop = at + 1;
                kind = c;
            }
            case '"' -> {
                string(at + 1);
                kind = STRING;
            }
            case '-' -> number(at + 1);
            default -> {
                if (isDigit(c)) {
                    number(at);
                } else {
                    word(at);
                }
            }
        }
    }

    private void word(int at) {
        stop = wordEnd(at);
        if (stop == at) {
            stop++;
            throw invalidToken();
        }
        if (is("true")) {
            kind = TRUE;
        } else if (is("false")) {
            kind = FALSE;
        } else if (is("null")) {
            kind = NULL;
        } else {
            throw invalidToken();
        }
    }

    private boolean is(String word) {
        if (stop - start != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (source[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where letters, digits and what is not ASCII end: all that is one wrong token. */
    private int wordEnd(int from) {
        int at = from;
        while (at < end && (source[at] < 0 || isDigit(source[at]) || source[at] == '_' || DateTimeFields.isAlpha(source[at]))) {
            at++;
        }
        return at;
    }

    private void number(int from) {
        int at = digits(from);
        boolean good = at > from && (at == from + 1 || source[from] != '0');
        if (at > from + 1 && source[from] == '0') {
            at = from + 1;
        }
        if (at < end && source[at] == '.') {
            int fraction = at + 1;
            at = digits(fraction);
            good &= at > fraction;
        }
        if (at < end && (source[at] | 0x20) == 'e') {
            int exponent = at + 1 < end && (source[at + 1] == '+' || source[at + 1] == '-') ? at + 2 : at + 1;
            at = digits(exponent);
            good &= at > exponent;
        }
        stop = wordEnd(at);
        if (!good || stop > at) {
            throw invalidToken();
        }
        kind = NUMBER;
    }

    private int digits(int from) {
        int at = from;
        while (at < end && isDigit(source[at])) {
            at++;
        }
        return at;
    }

    private void string(int from) {
        string.clear();
        int high = -1;
        int at = from;
        for (;; at++) {
            if (at >= end) {
                throw unterminated(at);
            }
            int c = source[at];
            if (c == '"') {
                break;
            }
            if (c == '\\') {
                if (++at >= end) {
                    throw unterminated(at);
                }
                if (source[at] == 'u') {
                    high = unicode(at, high);
                    at += 4;
                } else {
                    escape(at, high);
                }
                continue;
            }
            noHighBefore(at, high);
            if (c >= 0 && c < ' ') {
                stop = at;
                throw error(String.format("Character with value 0x%02x must be escaped.", c));
            }
            if (unescapes) {
                string.ensure(1)[string.length++] = (byte) c;
            }
        }
        stop = at + 1;
        if (high != -1) {
            throw error("Unicode low surrogate must follow a high surrogate.");
        }
    }

    private void escape(int at, int high) {
        int c = source[at];
        if (unescapes) {
            noHighBefore(at, high);
        }
        int meant = switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> {
                start = at;
                stop = characterEnd(at);
                throw error("Escape sequence \"\\" + token() + "\" is invalid.");
            }
        };
        string.ensure(1)[string.length++] = (byte) meant;
    }

    /** Takes four digits behind the u at {@code at}; returns a high surrogate that waits for its other half, or -1. */
    private int unicode(int at, int high) {
        int unit = 0;
        for (int i = 1; i <= 4; i++) {
            if (at + i >= end) {
                throw unterminated(at + i);
            }
            int digit = hexDigit(source[at + i]);
            if (digit < 0) {
                stop = characterEnd(at + i);
                throw error("\"\\u\" must be followed by four hexadecimal digits.");
            }
            unit = unit * 16 + digit;
        }
        if (!unescapes) {
            return -1;
        }
        stop = at + 5;
        char c = (char) unit;
        if (Character.isHighSurrogate(c)) {
            if (high != -1) {
                throw error("Unicode high surrogate must not follow a high surrogate.");
            }
            return unit;
        }
        if (Character.isLowSurrogate(c) != (high != -1)) {
            throw error("Unicode low surrogate must follow a high surrogate.");
        }
        if (unit == 0) {
            throw error(SqlState.UNTRANSLATABLE_CHARACTER, "unsupported Unicode escape sequence",
                    "\\u0000 cannot be converted to text.");
        }
        append(high == -1 ? unit : Character.toCodePoint((char) high, c));
        return -1;
    }

    private void append(int codePoint) {
        byte[] bytes = Character.toString(codePoint).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, string.ensure(bytes.length), string.length, bytes.length);
        string.length += bytes.length;
    }

    private void noHighBefore(int at, int high) {
        if (high != -1) {
            stop = characterEnd(at);
            throw error("Unicode low surrogate must follow a high surrogate.");
        }
    }

    private PgError unterminated(int at) {
        stop = at;
        return invalidToken();
    }

    private int characterEnd(int at) {
        return Math.min(at + characterLength(source[at]), end);
    }

    private static int characterLength(int lead) {
        return lead >= 0 ? 1 : (lead & 0xE0) == 0xC0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : (lead & 0xF8) == 0xF0 ? 4 : 1;
    }

    private String token() {
        return InputErrors.text(source, start, stop - start);
    }

    /** For a token that cannot be: {@code Token "x" is invalid.} */
    private PgError invalidToken() {
        return error("Token \"" + token() + "\" is invalid.");
    }

    /** For a token that cannot be here. */
    PgError expected(String what) {
        return error(kind == END ? "The input string ended unexpectedly."
                : "Expected " + what + ", but found \"" + token() + "\".");
    }

    private PgError error(String detail) {
        return error(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type json", detail);
    }

    private PgError error(String sqlState, String message, String detail) {
        int from = lineStart;
        while (stop - from >= CONTEXT_LENGTH) {
            from += characterLength(source[from]);
        }
        if (from - lineStart <= SHORT_LINE_START) {
            from = lineStart;
        }
        boolean goesOn = kind != END && stop < end && source[stop] != '\n' && source[stop] != '\r';
        return PgError.ofValue(sqlState, message).withDetail(detail).withContext("JSON data, line " + line + ": "
                + (from > lineStart ? "..." : "") + InputErrors.text(source, from, stop - from) + (goesOn ? "..." : ""));
    }
}
