package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.nio.charset.StandardCharsets;

/** The errors that input functions share, and what {@code isspace} and its like say in the C locale. */
final class InputErrors {
    private InputErrors() {
    }

    static String text(byte[] source, int offset, int length) {
        return new String(source, offset, length, StandardCharsets.UTF_8);
    }

    static PgError invalidSyntax(String typeName, byte[] source, int offset, int length) {
        return PgError.ofValue(SqlState.INVALID_TEXT_REPRESENTATION,
                "invalid input syntax for type " + typeName + ": \"" + text(source, offset, length) + '"');
    }

    static PgError valueTooLong(String typeName, int limit) {
        return PgError.ofValue(SqlState.STRING_DATA_RIGHT_TRUNCATION,
                "value too long for type " + typeName + '(' + limit + ')');
    }

    static boolean isSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hexDigit(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    static int toLower(int c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    /** Whether {@code source} goes on with {@code word} (lower case) at {@code position}, in any case. */
    static boolean startsWith(byte[] source, int position, int end, String word) {
        if (end - position < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (toLower(source[position + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static int skipSpaces(byte[] source, int position, int end) {
        int at = position;
        while (at < end && isSpace(source[at])) {
            at++;
        }
        return at;
    }
}
