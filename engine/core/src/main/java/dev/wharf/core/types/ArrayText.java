package dev.wharf.core.types;

import java.util.Arrays;

/** Takes an array's text apart: it is as PostgreSQL prints it, so there is nothing to be checked. Not thread-safe. */
abstract class ArrayText {
    private final TextInput elementInput;
    private final Datum element = new Datum();
    private final TextBuffer token = new TextBuffer();
    protected final int[] lower = new int[ArrayInput.MAX_DIMENSIONS];

    ArrayText(PgType type) {
        elementInput = TextInputs.of(type.element());
    }

    /** A brace that opens. */
    abstract void open();

    /** A brace that closes. */
    abstract void close();

    abstract void comma();

    /** @param element null for NULL; good until the next one */
    abstract void element(Datum element);

    final void read(byte[] text, int length) {
        Arrays.fill(lower, 1);
        int at = bounds(text);
        while (at < length) {
            switch (text[at]) {
                case '{' -> {
                    open();
                    at++;
                }
                case '}' -> {
                    close();
                    at++;
                }
                case ',' -> {
                    comma();
                    at++;
                }
                default -> at = element(text, at);
            }
        }
    }

    /** Bytes of {@code [2:3][4:5]=} before the braces; 0 if there is no such thing. */
    static int boundsLength(byte[] text) {
        int at = 0;
        while (text[at] != '{') {
            at++;
        }
        return at;
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
            element(null);
            return at;
        }
        elementInput.parse(token.bytes, 0, token.length, element);
        element(element);
        return at;
    }
}
