package dev.wharf.cli;

import dev.wharf.core.utility.QuoteIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cuts input lines into statements and backslash commands: psqlscan.l. A semicolon ends a statement where it is in no
 * quotes, comment or parentheses; {@code :name}, {@code :'name'} and {@code :"name"} stand for variables.
 */
final class StatementScanner {
    sealed interface Item {
    }

    record Query(String text) implements Item {
    }

    record Backslash(String name, List<String> arguments) implements Item {
    }

    private final Map<String, String> variables;
    private final StringBuilder buffer = new StringBuilder();
    private String line = "";
    private int at;
    /** The quote that is open: ' " E (an escape string) $ (dollar quotes) * (a comment), or 0. */
    private char open;
    private String dollarTag;
    private int commentDepth;
    private int parentheses;

    StatementScanner(Map<String, String> variables) {
        this.variables = variables;
    }

    /** Adds a line; call when {@link #next} has returned null. */
    void feed(String text) {
        if (!buffer.isEmpty()) {
            buffer.append('\n');
        }
        line = text;
        at = 0;
    }

    /** Whether no statement has begun. */
    boolean isEmpty() {
        return buffer.isEmpty();
    }

    String peekBuffer() {
        return buffer.toString();
    }

    /** Takes what has been read of the statement. */
    String rest() {
        String text = buffer.toString();
        reset();
        return text;
    }

    private void reset() {
        buffer.setLength(0);
        open = 0;
        parentheses = 0;
    }

    /** The next complete statement or command, null where the line holds no more. */
    Item next() {
        while (at < line.length()) {
            char c = line.charAt(at);
            if (open != 0) {
                quoted(c);
            } else if (c == ';' && parentheses <= 0) {
                at++;
                buffer.append(c);
                return new Query(rest());
            } else if (c == '\\') {
                at++;
                if (at < line.length() && line.charAt(at) == ';') {
                    take(1);
                } else {
                    return backslash();
                }
            } else {
                plain(c);
            }
        }
        return null;
    }

    private void take(int length) {
        buffer.append(line, at, at + length);
        at += length;
    }

    private void quoted(char c) {
        switch (open) {
            case '\'', '"', 'E' -> {
                if (open == 'E' && c == '\\' && at + 1 < line.length()) {
                    take(2);
                    return;
                }
                if (c == (open == '"' ? '"' : '\'')) {
                    open = 0;
                }
                take(1);
            }
            case '$' -> {
                if (line.startsWith(dollarTag, at)) {
                    open = 0;
                    take(dollarTag.length());
                } else {
                    take(1);
                }
            }
            default -> {
                if (line.startsWith("/*", at)) {
                    commentDepth++;
                    take(2);
                } else if (line.startsWith("*/", at)) {
                    if (--commentDepth == 0) {
                        open = 0;
                    }
                    take(2);
                } else {
                    take(1);
                }
            }
        }
    }

    private void plain(char c) {
        boolean afterName = at > 0 && isNamePart(line.charAt(at - 1));
        switch (c) {
            case '\'' -> {
                boolean escapes = at > 0 && (line.charAt(at - 1) == 'E' || line.charAt(at - 1) == 'e')
                        && (at < 2 || !isNamePart(line.charAt(at - 2)));
                open = escapes ? 'E' : '\'';
                take(1);
            }
            case '"' -> {
                open = '"';
                take(1);
            }
            case '(' -> {
                parentheses++;
                take(1);
            }
            case ')' -> {
                parentheses--;
                take(1);
            }
            case '$' -> dollar(afterName);
            case ':' -> variable();
            case '-' -> take(line.startsWith("--", at) ? line.length() - at : 1);
            case '/' -> {
                if (line.startsWith("/*", at)) {
                    open = '*';
                    commentDepth = 1;
                    take(2);
                } else {
                    take(1);
                }
            }
            default -> {
                if (!buffer.isEmpty() || !Character.isWhitespace(c)) {
                    buffer.append(c);
                }
                at++;
            }
        }
    }

    private void dollar(boolean afterName) {
        int end = at + 1;
        while (end < line.length() && line.charAt(end) != '$' && isNamePart(line.charAt(end))) {
            end++;
        }
        boolean tag = !afterName && end < line.length() && line.charAt(end) == '$'
                && (end == at + 1 || !Character.isDigit(line.charAt(at + 1)));
        if (!tag) {
            take(1);
            return;
        }
        dollarTag = line.substring(at, end + 1);
        open = '$';
        take(dollarTag.length());
    }

    private void variable() {
        if (line.startsWith("::", at)) {
            take(2);
            return;
        }
        char quote = at + 1 < line.length() ? line.charAt(at + 1) : 0;
        boolean quoted = quote == '\'' || quote == '"';
        int start = at + (quoted ? 2 : 1);
        int end = start;
        while (end < line.length() && isVariablePart(line.charAt(end))) {
            end++;
        }
        boolean closed = !quoted || end < line.length() && line.charAt(end) == quote;
        String value = end > start && closed ? variables.get(line.substring(start, end)) : null;
        if (value == null) {
            take(1);
            return;
        }
        at = quoted ? end + 1 : end;
        buffer.append(!quoted ? value : quote == '\'' ? QuoteIdentifier.literal(value)
                : '"' + value.replace("\"", "\"\"") + '"');
    }

    private static boolean isNamePart(char c) {
        return c == '_' || c == '$' || c >= 0x80 || Character.isLetterOrDigit(c);
    }

    private static boolean isVariablePart(char c) {
        return c == '_' || c >= 0x80 || Character.isLetterOrDigit(c);
    }

    /** {@code at} is after the backslash. The command ends with the line or at the next backslash. */
    private Item backslash() {
        int start = at;
        while (at < line.length() && !Character.isWhitespace(line.charAt(at)) && line.charAt(at) != '\\') {
            at++;
        }
        String name = line.substring(start, at);
        List<String> arguments = new ArrayList<>();
        if (name.equalsIgnoreCase("copy")) {
            // It takes the rest of the line, as it is
            arguments.add(line.substring(at));
            at = line.length();
            return new Backslash("copy", arguments);
        }
        while (true) {
            while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
                at++;
            }
            if (at == line.length()) {
                break;
            }
            if (line.charAt(at) == '\\') {
                if (line.startsWith("\\\\", at)) {
                    at += 2;
                }
                break;
            }
            arguments.add(argument());
        }
        return new Backslash(name, arguments);
    }

    private String argument() {
        StringBuilder text = new StringBuilder();
        while (at < line.length()) {
            char c = line.charAt(at);
            if (Character.isWhitespace(c) || c == '\\') {
                break;
            }
            if (c == '\'') {
                singleQuoted(text);
            } else if (c == '"') {
                int close = line.indexOf('"', at + 1);
                int end = close < 0 ? line.length() : close + 1;
                text.append(line, at, end);
                at = end;
            } else if (c == ':') {
                int mark = buffer.length();
                variable();
                text.append(buffer, mark, buffer.length());
                buffer.setLength(mark);
            } else {
                text.append(c);
                at++;
            }
        }
        return text.toString();
    }

    /** With C's escapes, as in psql. */
    private void singleQuoted(StringBuilder text) {
        at++;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '\'') {
                if (at < line.length() && line.charAt(at) == '\'') {
                    at++;
                } else {
                    return;
                }
            } else if (c == '\\' && at < line.length()) {
                char escaped = line.charAt(at++);
                c = switch (escaped) {
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    default -> escaped;
                };
            }
            text.append(c);
        }
    }
}
