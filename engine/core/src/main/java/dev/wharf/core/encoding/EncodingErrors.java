package dev.wharf.core.encoding;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/** PostgreSQL's {@code report_invalid_encoding} and {@code report_untranslatable_char}. */
final class EncodingErrors {
    private EncodingErrors() {
    }

    static PgError invalid(PgEncoding encoding, byte[] bytes, int at, int length) {
        return new PgError(SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"" + encoding + "\": "
                + hex(bytes, at, length));
    }

    static PgError untranslatable(PgEncoding from, PgEncoding to, byte[] bytes, int at, int length) {
        return new PgError(SqlState.UNTRANSLATABLE_CHARACTER, "character with byte sequence " + hex(bytes, at, length)
                + " in encoding \"" + from + "\" has no equivalent in encoding \"" + to + "\"");
    }

    static PgError noConversion(PgEncoding from, PgEncoding to) {
        return new PgError(SqlState.UNDEFINED_FUNCTION, "default conversion function for encoding \"" + from + "\" to \"" + to
                + "\" does not exist");
    }

    private static String hex(byte[] bytes, int at, int length) {
        StringBuilder hex = new StringBuilder();
        for (int i = at; i < at + length; i++) {
            hex.append(i == at ? "0x" : " 0x").append(Character.forDigit(bytes[i] >> 4 & 0xF, 16))
                    .append(Character.forDigit(bytes[i] & 0xF, 16));
        }
        return hex.toString();
    }
}
