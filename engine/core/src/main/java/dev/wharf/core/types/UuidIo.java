package dev.wharf.core.types;

/** uuid: 32 hexadecimal digits, a hyphen allowed after each group of four, braces around; out in the usual 8-4-4-4-12. */
final class UuidIo {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int TEXT_LENGTH = 36;

    private UuidIo() {
    }

    static void parse(byte[] source, int offset, int length, Datum result) {
        int at = offset;
        int end = offset + length;
        boolean braces = length > 0 && source[at] == '{';
        if (braces) {
            at++;
        }
        long hi = 0;
        long lo = 0;
        for (int i = 0; i < 32; i++) {
            int digit = at < end ? InputErrors.hexDigit(source[at]) : -1;
            if (digit < 0) {
                throw InputErrors.invalidSyntax("uuid", source, offset, length);
            }
            at++;
            if (i < 16) {
                hi = hi << 4 | digit;
            } else {
                lo = lo << 4 | digit;
            }
            if (i % 4 == 3 && i < 31 && at < end && source[at] == '-') {
                at++;
            }
        }
        if (braces && at < end && source[at] == '}') {
            at++;
            braces = false;
        }
        if (braces || at != end) {
            throw InputErrors.invalidSyntax("uuid", source, offset, length);
        }
        result.hi = hi;
        result.lo = lo;
    }

    static void format(Datum value, TextBuffer target) {
        byte[] out = target.clear().ensure(TEXT_LENGTH);
        int at = 0;
        for (int i = 0; i < 32; i++) {
            if (i == 8 || i == 12 || i == 16 || i == 20) {
                out[at++] = '-';
            }
            long half = i < 16 ? value.hi : value.lo;
            out[at++] = HEX[(int) (half >>> 60 - 4 * (i & 15)) & 15];
        }
        target.length = at;
    }
}
