package dev.wharf.core.guc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** PostgreSQL's SplitIdentifierString: names parted by commas, folded unless they are in double quotes. */
final class IdentifierList {
    private final String text;
    private int at;

    private IdentifierList(String text) {
        this.text = text;
    }

    /** Null if it is no such list. */
    static List<String> parse(String text) {
        return new IdentifierList(text).list();
    }

    private List<String> list() {
        List<String> names = new ArrayList<>();
        skipSpace();
        if (at == text.length()) {
            return names;
        }
        while (true) {
            skipSpace();
            String name = at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
            if (name == null) {
                return null;
            }
            names.add(name);
            skipSpace();
            if (at == text.length()) {
                return names;
            }
            if (text.charAt(at++) != ',') {
                return null;
            }
        }
    }

    private String quoted() {
        StringBuilder name = new StringBuilder();
        at++;
        while (true) {
            int close = text.indexOf('"', at);
            if (close < 0) {
                return null;
            }
            name.append(text, at, close);
            at = close + 1;
            if (at == text.length() || text.charAt(at) != '"') {
                return name.toString();
            }
            name.append('"');
            at++;
        }
    }

    private String plain() {
        int start = at;
        while (at < text.length() && text.charAt(at) != ',' && !isSpace(text.charAt(at))) {
            at++;
        }
        return at == start ? null : text.substring(start, at).toLowerCase(Locale.ROOT);
    }

    private void skipSpace() {
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
