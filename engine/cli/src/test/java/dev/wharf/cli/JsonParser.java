package dev.wharf.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON, and refuses all that RFC 8259 does not allow: written for tests, from the grammar alone. */
final class JsonParser {
    private final String text;
    private int at;

    private JsonParser(String text) {
        this.text = text;
    }

    static Object parse(String text) {
        JsonParser parser = new JsonParser(text);
        Object value = parser.value();
        parser.check(parser.at == text.length());
        return value;
    }

    private Object value() {
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object word(String word, Object value) {
        check(text.startsWith(word, at));
        at += word.length();
        return value;
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        expect('{');
        while (text.charAt(at) != '}') {
            if (!object.isEmpty()) {
                expect(',');
            }
            String name = string();
            expect(':');
            check(!object.containsKey(name));
            object.put(name, value());
        }
        expect('}');
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        expect('[');
        while (text.charAt(at) != ']') {
            if (!array.isEmpty()) {
                expect(',');
            }
            array.add(value());
        }
        expect(']');
        return array;
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        expect('"');
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            check(c >= ' ');
            if (c == '\\') {
                c = text.charAt(at++);
                int index = "bfnrt".indexOf(c);
                if (c == 'u') {
                    c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                    at += 4;
                } else if (index >= 0) {
                    c = "\b\f\n\r\t".charAt(index);
                } else {
                    check("\"\\/".indexOf(c) >= 0);
                }
            }
            string.append(c);
        }
        expect('"');
        return string.toString();
    }

    private Long number() {
        int start = at;
        while (at < text.length() && "-0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        check(text.substring(start, at).matches("-?(0|[1-9]\\d*)"));
        return Long.valueOf(text.substring(start, at));
    }

    private void expect(char c) {
        check(text.charAt(at) == c);
        at++;
    }

    private void check(boolean good) {
        if (!good) {
            throw new IllegalArgumentException("not JSON at " + at + ": " + text.substring(Math.max(0, at - 40), at) + "\u2192"
                    + text.substring(at, Math.min(text.length(), at + 40)));
        }
    }
}
