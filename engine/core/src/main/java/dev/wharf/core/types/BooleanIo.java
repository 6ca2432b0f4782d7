package dev.wharf.core.types;

/** boolean: the words true, false, yes, no, on, off, 1, 0 and their unique prefixes in any case; out as t and f. */
final class BooleanIo {
    private BooleanIo() {
    }

    static void parse(byte[] source, int offset, int length, Datum result) {
        int end = offset + length;
        int start = InputErrors.skipSpaces(source, offset, end);
        while (end > start && InputErrors.isSpace(source[end - 1])) {
            end--;
        }
        int n = end - start;
        int value = n == 0 ? -1 : switch (InputErrors.toLower(source[start])) {
            case 't' -> isPrefix(source, start, n, "true") ? 1 : -1;
            case 'f' -> isPrefix(source, start, n, "false") ? 0 : -1;
            case 'y' -> isPrefix(source, start, n, "yes") ? 1 : -1;
            case 'n' -> isPrefix(source, start, n, "no") ? 0 : -1;
            // "o" alone could be either
            case 'o' -> n < 2 ? -1 : isPrefix(source, start, n, "on") ? 1 : isPrefix(source, start, n, "off") ? 0 : -1;
            case '1' -> n == 1 ? 1 : -1;
            case '0' -> n == 1 ? 0 : -1;
            default -> -1;
        };
        if (value < 0) {
            throw InputErrors.invalidSyntax("boolean", source, offset, length);
        }
        result.lo = value;
    }

    private static boolean isPrefix(byte[] source, int start, int length, String word) {
        if (length > word.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (InputErrors.toLower(source[start + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static void format(Datum value, TextBuffer target) {
        target.clear().put(value.lo != 0 ? 't' : 'f');
    }
}
