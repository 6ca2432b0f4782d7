package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/** bytea: in as {@code \x} and hexadecimal digits or in the escape format, out as either. */
final class ByteaIo {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private ByteaIo() {
    }

    static void parse(byte[] source, int offset, int length, Datum result) {
        if (length >= 2 && source[offset] == '\\' && source[offset + 1] == 'x') {
            parseHex(source, offset + 2, offset + length, result);
        } else {
            parseEscape(source, offset, offset + length, result);
        }
    }

    private static void parseHex(byte[] source, int start, int end, Datum result) {
        byte[] out = result.reserve((end - start) / 2);
        int n = 0;
        int at = start;
        while (at < end) {
            int c = source[at];
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
                at++;
                continue;
            }
            int high = hexDigit(source, at, end);
            if (++at == end) {
                throw PgError.ofValue(SqlState.INVALID_PARAMETER_VALUE, "invalid hexadecimal data: odd number of digits");
            }
            out[n++] = (byte) (high << 4 | hexDigit(source, at++, end));
        }
        result.length = n;
    }

    private static int hexDigit(byte[] source, int at, int end) {
        int value = InputErrors.hexDigit(source[at]);
        if (value < 0) {
            int next = at + 1;
            while (next < end && (source[next] & 0xC0) == 0x80) {
                next++;
            }
            throw PgError.ofValue(SqlState.INVALID_PARAMETER_VALUE,
                    "invalid hexadecimal digit: \"" + InputErrors.text(source, at, next - at) + '"');
        }
        return value;
    }

    private static void parseEscape(byte[] source, int start, int end, Datum result) {
        byte[] out = result.reserve(end - start);
        int n = 0;
        int at = start;
        while (at < end) {
            int c = source[at];
            if (c != '\\') {
                out[n++] = (byte) c;
                at++;
            } else if (at + 3 < end && isOctal(source[at + 1], '3') && isOctal(source[at + 2], '7')
                    && isOctal(source[at + 3], '7')) {
                out[n++] = (byte) (source[at + 1] - '0' << 6 | source[at + 2] - '0' << 3 | source[at + 3] - '0');
                at += 4;
            } else if (at + 1 < end && source[at + 1] == '\\') {
                out[n++] = '\\';
                at += 2;
            } else {
                throw PgError.ofValue(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type bytea");
            }
        }
        result.length = n;
    }

    private static boolean isOctal(int c, char last) {
        return c >= '0' && c <= last;
    }

    /** The escape format: a backslash is doubled, and what is no printable ASCII is octal. */
    static void formatEscape(Datum value, TextBuffer target) {
        byte[] out = target.clear().ensure(Math.multiplyExact(4, value.length));
        byte[] in = value.bytes;
        int at = 0;
        for (int i = 0; i < value.length; i++) {
            byte b = in[i];
            if (b == '\\') {
                out[at++] = '\\';
                out[at++] = '\\';
            } else if (b >= ' ' && b <= '~') {
                out[at++] = b;
            } else {
                out[at++] = '\\';
                out[at++] = (byte) ('0' + (b >> 6 & 3));
                out[at++] = (byte) ('0' + (b >> 3 & 7));
                out[at++] = (byte) ('0' + (b & 7));
            }
        }
        target.length = at;
    }

    static void format(Datum value, TextBuffer target) {
        byte[] out = target.clear().ensure(Math.addExact(2, Math.multiplyExact(2, value.length)));
        byte[] in = value.bytes;
        out[0] = '\\';
        out[1] = 'x';
        int at = 2;
        for (int i = 0; i < value.length; i++) {
            out[at++] = HEX[in[i] >> 4 & 15];
            out[at++] = HEX[in[i] & 15];
        }
        target.length = at;
    }
}
