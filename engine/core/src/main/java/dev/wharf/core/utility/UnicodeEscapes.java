package dev.wharf.core.utility;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/** What stands in {@code U&'...'} and {@code U&"..."}: PostgreSQL's str_udeescape. */
final class UnicodeEscapes {
    private static final int SHORT_DIGITS = 4;
    private static final int LONG_DIGITS = 6;

    private final String text;
    private final char escape;
    private final StringBuilder out = new StringBuilder();
    private int at;
    /** The first half of a pair whose second has to come next; 0 for none. */
    private char first;

    private UnicodeEscapes(String text, char escape) {
        this.text = text;
        this.escape = escape;
    }

    /** Which characters UESCAPE may not name. */
    static boolean isEscapeCharacter(char c) {
        return Character.digit(c, 16) < 0 && c != '+' && c != '\'' && c != '"' && c != ' ' && !(c >= '\t' && c <= '\r');
    }

    /** @throws Invalid with the place in {@code text} */
    static String decode(String text, char escape) throws Invalid {
        return text.indexOf(escape) < 0 ? text : new UnicodeEscapes(text, escape).decode();
    }

    private String decode() throws Invalid {
        while (at < text.length()) {
            if (text.charAt(at) != escape) {
                noPairOpen();
                out.append(text.charAt(at++));
            } else if (at + 1 < text.length() && text.charAt(at + 1) == escape) {
                noPairOpen();
                out.append(escape);
                at += 2;
            } else if (hasDigits(at + 1, SHORT_DIGITS)) {
                codePoint(at + 1, SHORT_DIGITS);
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '+' && hasDigits(at + 2, LONG_DIGITS)) {
                codePoint(at + 2, LONG_DIGITS);
            } else {
                throw new Invalid("invalid Unicode escape", "Unicode escapes must be \\XXXX or \\+XXXXXX.", at);
            }
        }
        noPairOpen();
        return out.toString();
    }

    private void noPairOpen() throws Invalid {
        if (first != 0) {
            throw new Invalid("invalid Unicode surrogate pair", null, at);
        }
    }

    private boolean hasDigits(int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (i >= text.length() || text.charAt(i) >= 0x80 || Character.digit(text.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private void codePoint(int from, int digits) throws Invalid {
        int value = Integer.parseInt(text, from, from + digits, 16);
        if (value == 0 || !Character.isValidCodePoint(value)) {
            throw new Invalid("invalid Unicode escape value", null, at);
        }
        boolean second = value <= Character.MAX_VALUE && Character.isLowSurrogate((char) value);
        if (second != (first != 0)) {
            throw new Invalid("invalid Unicode surrogate pair", null, at);
        }
        if (second) {
            out.append(first).append((char) value);
            first = 0;
        } else if (value <= Character.MAX_VALUE && Character.isHighSurrogate((char) value)) {
            first = (char) value;
        } else {
            out.appendCodePoint(value);
        }
        at = from + digits;
    }

    /** What is wrong, and where. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        private final String hint;
        private final int index;

        Invalid(String message, String hint, int index) {
            super(message);
            this.hint = hint;
            this.index = index;
        }

        int index() {
            return index;
        }

        PgError toError(int position) {
            PgError error = new PgError(SqlState.SYNTAX_ERROR, getMessage(), this).withPosition(position);
            return hint == null ? error : error.withHint(hint);
        }
    }
}
