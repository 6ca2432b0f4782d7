package dev.wharf.core.types;

import static dev.wharf.core.types.InputErrors.isDigit;
import static dev.wharf.core.types.InputErrors.isSpace;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.util.Arrays;

/**
 * Arrays: elements in braces, perhaps nested, perhaps with bounds before them. Stored as the text that PostgreSQL prints: an
 * Arrow list has neither lower bounds nor the same depth in every row.
 */
final class ArrayInput implements TextInput {
    static final int MAX_DIMENSIONS = 6;
    static final int MAX_ELEMENTS = 134_217_727;
    private static final String ARRAY_SUBSCRIPT_ERROR = "2202E";

    private final TextInput elementInput;
    private final TextOutput elementOutput;
    private final Datum element = new Datum();
    private final TextBuffer elementText = new TextBuffer();
    private final TextBuffer token = new TextBuffer();
    private final TextBuffer text = new TextBuffer();

    private byte[] source;
    private int offset;
    private int end;
    private int at;

    private int dimensions;
    private boolean bounded;
    private final int[] lower = new int[MAX_DIMENSIONS];
    /** Elements of each dimension, -1 while not known. */
    private final int[] size = new int[MAX_DIMENSIONS];

    private int depth;
    /** Whether an element has been met, so that the number of dimensions is known. */
    private boolean frozen;
    private boolean delimiterNext;
    private final int[] count = new int[MAX_DIMENSIONS];
    private int elements;

    ArrayInput(PgType elementType, TextSettings settings) {
        elementInput = TextInputs.of(elementType, settings);
        elementOutput = TextOutputs.of(elementType);
    }

    @Override
    public void parse(byte[] input, int inputOffset, int length, Datum result) {
        source = input;
        offset = inputOffset;
        at = offset;
        end = offset + length;
        text.clear();
        bounds();
        contents();
        at = InputErrors.skipSpaces(source, at, end);
        if (at < end) {
            throw malformed("Junk after closing right brace.");
        }
        if (elements == 0) {
            text.clear().put("{}");
        }
        TextIo.parse(text.bytes, 0, text.length, result);
    }

    private int peek() {
        return at < end ? source[at] : 0;
    }

    private PgError malformed(String detail) {
        return PgError.ofValue(SqlState.INVALID_TEXT_REPRESENTATION,
                "malformed array literal: \"" + InputErrors.text(source, offset, end - offset) + '"').withDetail(detail);
    }

    private static PgError limit(String message) {
        return PgError.ofValue(SqlState.PROGRAM_LIMIT_EXCEEDED, message);
    }

    private static PgError tooManyDimensions() {
        return limit("number of array dimensions exceeds the maximum allowed (" + MAX_DIMENSIONS + ")");
    }

    /** {@code [2:3][4]=} or nothing; writes them down if a lower bound is not 1. */
    private void bounds() {
        Arrays.fill(size, -1);
        Arrays.fill(lower, 1);
        dimensions = 0;
        for (;;) {
            at = InputErrors.skipSpaces(source, at, end);
            if (peek() != '[') {
                break;
            }
            at++;
            dimension();
        }
        bounded = dimensions > 0;
        if (!bounded) {
            if (peek() != '{') {
                throw malformed("Array value must start with \"{\" or dimension information.");
            }
            return;
        }
        if (peek() != '=') {
            throw malformed("Missing \"=\" after array dimensions.");
        }
        at = InputErrors.skipSpaces(source, at + 1, end);
        if (peek() != '{') {
            throw malformed("Array contents must start with \"{\".");
        }
        putBounds(text, dimensions, lower, size);
    }

    /** Writes bounds down, if a lower one is not 1. */
    static void putBounds(TextBuffer text, int dimensions, int[] lower, int[] size) {
        if (Arrays.stream(lower, 0, dimensions).anyMatch(bound -> bound != 1)) {
            for (int i = 0; i < dimensions; i++) {
                text.put('[').put(Integer.toString(lower[i])).put(':').put(Integer.toString(lower[i] + size[i] - 1)).put(']');
            }
            text.put('=');
        }
    }

    private void dimension() {
        if (dimensions == MAX_DIMENSIONS) {
            throw tooManyDimensions();
        }
        int start = at;
        int first = bound();
        if (at == start) {
            throw malformed("\"[\" must introduce explicitly-specified array dimensions.");
        }
        int low = 1;
        int high = first;
        if (peek() == ':') {
            low = first;
            start = ++at;
            high = bound();
            if (at == start) {
                throw malformed("Missing array dimension value.");
            }
        }
        if (peek() != ']') {
            throw malformed("Missing \"]\" after array dimensions.");
        }
        at++;
        if (high < low) {
            throw PgError.ofValue(ARRAY_SUBSCRIPT_ERROR, "upper bound cannot be less than lower bound");
        }
        if (high == Integer.MAX_VALUE) {
            throw limit("array upper bound is too large: " + high);
        }
        if ((long) high - low + 1 > Integer.MAX_VALUE) {
            throw tooManyElements();
        }
        lower[dimensions] = low;
        size[dimensions++] = high - low + 1;
    }

    static PgError tooManyElements() {
        return limit("array size exceeds the maximum allowed (" + MAX_ELEMENTS + ")");
    }

    private int bound() {
        int start = at;
        boolean negative = peek() == '-';
        if (negative || peek() == '+') {
            at++;
        }
        if (!isDigit(peek())) {
            at = start;
            return 0;
        }
        long value = 0;
        for (; isDigit(peek()); at++) {
            value = Math.min(value * 10 + source[at] - '0', Integer.MAX_VALUE + 2L);
        }
        value = negative ? -value : value;
        if (value != (int) value) {
            throw limit("array bound is out of integer range");
        }
        return (int) value;
    }

    private void contents() {
        depth = 0;
        frozen = bounded;
        delimiterNext = false;
        elements = 0;
        do {
            at = InputErrors.skipSpaces(source, at, end);
            switch (peek()) {
                case 0 -> throw endOfInput();
                case '{' -> open();
                case '}' -> close();
                case ',' -> {
                    if (!delimiterNext) {
                        throw unexpected(',');
                    }
                    delimiterNext = false;
                    text.put(',');
                    at++;
                }
                default -> element();
            }
        } while (depth > 0);
    }

    private PgError endOfInput() {
        return malformed("Unexpected end of input.");
    }

    private PgError unexpected(char c) {
        return malformed("Unexpected \"" + c + "\" character.");
    }

    private PgError mismatch() {
        return malformed(bounded ? "Specified array dimensions do not match array contents."
                : "Multidimensional arrays must have sub-arrays with matching dimensions.");
    }

    private void open() {
        if (delimiterNext) {
            throw unexpected('{');
        }
        if (depth == MAX_DIMENSIONS) {
            throw tooManyDimensions();
        }
        count[depth++] = 0;
        if (depth > dimensions) {
            if (frozen) {
                throw mismatch();
            }
            dimensions = depth;
        }
        text.put('{');
        at++;
    }

    private void close() {
        if (count[depth - 1] > 0 && !delimiterNext) {
            throw unexpected('}');
        }
        depth--;
        if (depth > 0) {
            count[depth - 1]++;
        }
        if (size[depth] < 0) {
            size[depth] = count[depth];
        } else if (size[depth] != count[depth]) {
            throw mismatch();
        }
        delimiterNext = true;
        text.put('}');
        at++;
    }

    private void element() {
        boolean isNull = false;
        if (peek() == '"') {
            quoted();
        } else {
            isNull = unquoted();
        }
        if (delimiterNext) {
            throw malformed("Unexpected array element.");
        }
        if (elements == MAX_ELEMENTS) {
            throw tooManyElements();
        }
        if (!isNull) {
            elementInput.parse(token.bytes, 0, token.length, element);
        }
        elements++;
        frozen = true;
        if (depth != dimensions) {
            throw mismatch();
        }
        count[depth - 1]++;
        delimiterNext = true;
        if (isNull) {
            text.put("NULL");
        } else {
            elementOutput.format(element, elementText.clear());
            appendElement(elementText, text);
        }
    }

    private void quoted() {
        token.clear();
        at++;
        while (peek() != '"') {
            if (peek() == '\\') {
                at++;
            }
            if (at >= end) {
                throw endOfInput();
            }
            token.ensure(1)[token.length++] = source[at++];
        }
        at = InputErrors.skipSpaces(source, at + 1, end);
        if (at >= end) {
            throw endOfInput();
        }
        if (peek() != ',' && peek() != '}' && peek() != '{') {
            throw malformed("Incorrectly quoted array element.");
        }
    }

    /** Takes an element without quotes; true if it is NULL. */
    private boolean unquoted() {
        token.clear();
        int length = 0;
        boolean escaped = false;
        while (peek() != ',' && peek() != '}') {
            if (at >= end) {
                throw endOfInput();
            }
            int c = source[at];
            if (c == '{') {
                throw unexpected('{');
            }
            if (c == '"') {
                throw malformed("Incorrectly quoted array element.");
            }
            if (c == '\\') {
                escaped = true;
                if (++at >= end) {
                    throw endOfInput();
                }
            }
            token.ensure(1)[token.length++] = source[at++];
            if (c == '\\' || !isSpace(c)) {
                length = token.length;
            }
        }
        token.length = length;
        return !escaped && isNullWord(token);
    }

    static boolean isNullWord(TextBuffer word) {
        return word.length == 4 && InputErrors.startsWith(word.bytes, 0, 4, "null");
    }

    /** Appends an element's text, in quotes if it needs them. */
    static void appendElement(TextBuffer elementText, TextBuffer text) {
        byte[] bytes = elementText.bytes;
        int length = elementText.length;
        boolean quote = length == 0 || isNullWord(elementText);
        for (int i = 0; i < length && !quote; i++) {
            int c = bytes[i];
            quote = c == '"' || c == '\\' || c == '{' || c == '}' || c == ',' || isSpace(c);
        }
        text.ensure(2 * length + 2);
        if (!quote) {
            System.arraycopy(bytes, 0, text.bytes, text.length, length);
            text.length += length;
            return;
        }
        text.put('"');
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '"' || bytes[i] == '\\') {
                text.put('\\');
            }
            text.ensure(1)[text.length++] = bytes[i];
        }
        text.put('"');
    }
}
