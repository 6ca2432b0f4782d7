package dev.wharf.nativetests.arrow;

import java.util.ArrayList;
import java.util.List;

/** Reads one line of what {@code rows.mjs} prints: a JSON array of strings and nulls. */
final class JsonRow {
    private final String line;
    private int at;

    private JsonRow(String line) {
        this.line = line;
    }

    /** @throws IllegalArgumentException if it is anything else */
    static String[] parse(String line) {
        return new JsonRow(line).array();
    }

    private String[] array() {
        List<String> values = new ArrayList<>();
        expect('[');
        do {
            values.add(value());
        } while (line.charAt(at++) == ',');
        if (line.charAt(at - 1) != ']' || at != line.length()) {
            throw wrong();
        }
        return values.toArray(String[]::new);
    }

    private String value() {
        if (line.startsWith("null", at)) {
            at += 4;
            return null;
        }
        expect('"');
        StringBuilder text = new StringBuilder();
        for (char c; (c = line.charAt(at++)) != '"';) {
            text.append(c == '\\' ? escaped() : c);
        }
        return text.toString();
    }

    private char escaped() {
        char c = line.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(line, at - 4, at, 16);
            }
            default -> c;
        };
    }

    private void expect(char c) {
        if (at >= line.length() || line.charAt(at++) != c) {
            throw wrong();
        }
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("not an array of strings, at character " + at + ": " + line);
    }
}
