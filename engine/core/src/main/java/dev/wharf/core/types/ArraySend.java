package dev.wharf.core.types;

import java.util.Arrays;

/** {@code array_send}, from the text that arrays are stored as. */
final class ArraySend implements TextOutput {
    private final int oid;
    private final TextInput elementInput;
    private final TextOutput elementOutput;
    private final Datum element = new Datum();
    private final TextBuffer token = new TextBuffer();
    private final TextBuffer sent = new TextBuffer();
    private final TextBuffer elements = new TextBuffer();
    private final int[] size = new int[ArrayInput.MAX_DIMENSIONS];
    private final int[] lower = new int[ArrayInput.MAX_DIMENSIONS];
    private int dimensions;
    private boolean hasNull;

    ArraySend(PgType type) {
        oid = TypeOids.of(type.element().kind());
        elementInput = TextInputs.of(type.element());
        elementOutput = BinaryOutputs.of(type.element());
    }

    @Override
    public void format(Datum value, TextBuffer target) {
        read(value.bytes, value.length);
        target.clear();
        BinaryOutputs.put(target, dimensions, 4);
        BinaryOutputs.put(target, hasNull ? 1 : 0, 4);
        BinaryOutputs.put(target, oid, 4);
        for (int i = 0; i < dimensions; i++) {
            BinaryOutputs.put(target, size[i], 4);
            BinaryOutputs.put(target, lower[i], 4);
        }
        append(elements, target);
    }

    /** Takes the text apart: it is as PostgreSQL prints it, so there is nothing to be checked. */
    private void read(byte[] text, int length) {
        elements.clear();
        hasNull = false;
        dimensions = 0;
        Arrays.fill(lower, 1);
        int at = bounds(text);
        if (text[at] == '{' && text[at + 1] == '}') {
            return;
        }
        int depth = 0;
        while (at < length) {
            switch (text[at]) {
                case '{' -> {
                    size[depth++] = 0;
                    dimensions = Math.max(dimensions, depth);
                    at++;
                }
                case '}' -> {
                    depth--;
                    if (depth > 0) {
                        size[depth - 1]++;
                    }
                    at++;
                }
                case ',' -> at++;
                default -> {
                    at = element(text, at);
                    size[depth - 1]++;
                }
            }
        }
    }

    /** Reads {@code [2:3][4:5]=}, if that is there, and returns where the braces begin. */
    private int bounds(byte[] text) {
        int at = 0;
        for (int i = 0; text[at] == '['; i++) {
            boolean negative = text[++at] == '-';
            at += negative ? 1 : 0;
            long bound = 0;
            for (; text[at] != ':'; at++) {
                bound = bound * 10 + text[at] - '0';
            }
            lower[i] = (int) (negative ? -bound : bound);
            while (text[at++] != ']') {
                // the upper one follows from the elements
            }
        }
        return text[at] == '=' ? at + 1 : at;
    }

    private int element(byte[] text, int start) {
        token.clear();
        int at = start;
        boolean quoted = text[at] == '"';
        if (quoted) {
            for (at++; text[at] != '"'; at++) {
                at += text[at] == '\\' ? 1 : 0;
                token.ensure(1)[token.length++] = text[at];
            }
            at++;
        } else {
            for (; text[at] != ',' && text[at] != '}'; at++) {
                token.ensure(1)[token.length++] = text[at];
            }
        }
        if (!quoted && ArrayInput.isNullWord(token)) {
            hasNull = true;
            BinaryOutputs.put(elements, -1, 4);
            return at;
        }
        elementInput.parse(token.bytes, 0, token.length, element);
        elementOutput.format(element, sent.clear());
        BinaryOutputs.put(elements, sent.length, 4);
        append(sent, elements);
        return at;
    }

    private static void append(TextBuffer from, TextBuffer to) {
        System.arraycopy(from.bytes, 0, to.ensure(from.length), to.length, from.length);
        to.length += from.length;
    }
}
