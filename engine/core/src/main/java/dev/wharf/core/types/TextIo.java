package dev.wharf.core.types;

import java.util.Arrays;

/** text, varchar(n), char(n): the bytes as they are; n counts characters, and only spaces may be cut or added. */
final class TextIo {
    private TextIo() {
    }

    static void parse(byte[] source, int offset, int length, Datum result) {
        System.arraycopy(source, offset, result.reserve(length), 0, length);
        result.length = length;
    }

    static TextInput varcharInput(int limit) {
        if (limit == PgType.NONE) {
            return TextIo::parse;
        }
        return (source, offset, length, result) ->
                parse(source, offset, limited(source, offset, length, limit, "character varying"), result);
    }

    static TextInput charInput(int limit) {
        if (limit == PgType.NONE) {
            return TextIo::parse;
        }
        return (source, offset, length, result) -> {
            int characters = countCharacters(source, offset, length);
            if (characters > limit) {
                parse(source, offset, limited(source, offset, length, limit, "character"), result);
                return;
            }
            int padded = Math.addExact(length, limit - characters);
            byte[] out = result.reserve(padded);
            System.arraycopy(source, offset, out, 0, length);
            Arrays.fill(out, length, padded, (byte) ' ');
            result.length = padded;
        };
    }

    /** The bytes that {@code limit} characters take; what follows them must be spaces. */
    private static int limited(byte[] source, int offset, int length, int limit, String typeName) {
        if (length <= limit) {
            return length;
        }
        int at = offset;
        int end = offset + length;
        for (int characters = 0; at < end; at++) {
            if ((source[at] & 0xC0) != 0x80 && ++characters > limit) {
                break;
            }
        }
        for (int i = at; i < end; i++) {
            if (source[i] != ' ') {
                throw InputErrors.valueTooLong(typeName, limit);
            }
        }
        return at - offset;
    }

    private static int countCharacters(byte[] source, int offset, int length) {
        int n = 0;
        for (int i = offset; i < offset + length; i++) {
            if ((source[i] & 0xC0) != 0x80) {
                n++;
            }
        }
        return n;
    }

    static void format(Datum value, TextBuffer target) {
        System.arraycopy(value.bytes, 0, target.clear().ensure(value.length), 0, value.length);
        target.length = value.length;
    }
}
