package dev.wharf.core.guc;

import dev.wharf.core.catalog.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The syntax of postgresql.conf: {@code name = value} a line, the sign left out if one likes; {@code #} begins a comment. A
 * value is a number with or without a unit, a simple word, or a text in single quotes with C's escapes.
 */
final class ConfigFile {
    private static final int MAX_ERRORS = 100;

    /** A setting and the line that it is in. */
    record Item(String name, String value, int line, GucSource source) {
        Item(String name, String value, int line) {
            this(name, value, line, GucSource.FILE);
        }
    }

    private final String file;
    private final String text;
    private final List<Item> items = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private int at;
    private int line = 1;

    private ConfigFile(Path file, String text) {
        this.file = file.toString();
        this.text = text;
    }

    /** As {@link #parse}; that there is no such file is an error too. */
    static ConfigFile read(Path file) {
        String why;
        try {
            return parse(file, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString());
        } catch (CharacterCodingException e) {
            why = "configuration file \"" + file + "\" is not UTF-8 text";
        } catch (IOException e) {
            why = "could not open configuration file \"" + file + "\": " + DurableFile.reason(e);
        }
        ConfigFile config = new ConfigFile(file, "");
        config.errors.add(why);
        return config;
    }

    /** What could be read; {@link #errors} has what could not. */
    static ConfigFile parse(Path file, String text) {
        ConfigFile config = new ConfigFile(file, text);
        config.lines();
        return config;
    }

    /** Settings that are known already. @param file where they are from, for messages */
    static ConfigFile of(Path file, List<Item> items) {
        ConfigFile config = new ConfigFile(file, "");
        config.items.addAll(items);
        return config;
    }

    List<Item> items() {
        return items;
    }

    List<String> errors() {
        return errors;
    }

    private void lines() {
        while (at < text.length()) {
            if (errors.size() >= MAX_ERRORS) {
                errors.add("too many syntax errors found, abandoning file \"" + file + "\"");
                return;
            }
            line();
            while (at < text.length() && text.charAt(at) != '\n') {
                at++;
            }
            at++;
            line++;
        }
    }

    private void line() {
        skipSpace();
        if (atEndOfLine()) {
            return;
        }
        int start = at;
        String name = name();
        if (name == null) {
            syntaxError(start);
            return;
        }
        skipSpace();
        if (peek() == '=') {
            at++;
            skipSpace();
        }
        start = at;
        String value = peek() == '\'' ? quoted() : unquoted();
        if (value == null) {
            syntaxError(start);
            return;
        }
        skipSpace();
        if (!atEndOfLine()) {
            syntaxError(at);
            return;
        }
        items.add(new Item(name, value, line));
    }

    /** Two simple identifiers with a dot between them at most. */
    private String name() {
        int start = at;
        if (!identifier()) {
            return null;
        }
        if (peek() == '.') {
            at++;
            if (!identifier()) {
                return null;
            }
        }
        return text.substring(start, at);
    }

    private boolean identifier() {
        if (!isLetter(peek())) {
            return false;
        }
        while (isLetter(peek()) || isDigit(peek())) {
            at++;
        }
        return true;
    }

    /** A word, or a number with perhaps a unit. */
    private String unquoted() {
        int start = at;
        if (isLetter(peek())) {
            while (isLetter(peek()) || isDigit(peek()) || peek() != '\0' && "-._:/".indexOf(peek()) >= 0) {
                at++;
            }
        } else if (!number()) {
            return null;
        }
        return text.substring(start, at);
    }

    private boolean number() {
        if (peek() == '-' || peek() == '+') {
            at++;
        }
        int start = at;
        if (peek() == '0' && at + 2 < text.length() && text.charAt(at + 1) == 'x' && isHexDigit(text.charAt(at + 2))) {
            at += 2;
            while (isHexDigit(peek())) {
                at++;
            }
        } else {
            while (isDigit(peek())) {
                at++;
            }
            if (peek() == '.') {
                at++;
                while (isDigit(peek())) {
                    at++;
                }
                exponent();
                return at > start;
            }
            if (at == start) {
                return false;
            }
        }
        while (peek() >= 'a' && peek() <= 'z' || peek() >= 'A' && peek() <= 'Z') {
            at++;
        }
        return true;
    }

    private void exponent() {
        int start = at;
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '-' || peek() == '+') {
                at++;
            }
            if (!isDigit(peek())) {
                at = start;
            }
            while (isDigit(peek())) {
                at++;
            }
        }
    }

    /** A text in quotes, without them; null if it does not end in this line. */
    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '\n') {
            char c = text.charAt(at++);
            if (c == '\'') {
                if (peek() != '\'') {
                    return value.toString();
                }
                at++;
            } else if (c == '\\') {
                if (at == text.length() || peek() == '\n') {
                    return null;
                }
                c = escape();
            }
            value.append(c);
        }
        return null;
    }

    private char escape() {
        char c = text.charAt(at++);
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                int value = c - '0';
                for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; i++) {
                    value = value * 8 + text.charAt(at++) - '0';
                }
                yield (char) (value & 0xff);
            }
            default -> c;
        };
    }

    /** @param where of the token that does not belong there */
    private void syntaxError(int where) {
        at = where;
        String what = "syntax error in file \"" + file + "\" line " + line + ", near ";
        errors.add(atEndOfLine() ? what + "end of line" : what + "token \"" + token() + "\"");
    }

    private String token() {
        int start = at;
        String value = peek() == '\'' ? quoted() : unquoted();
        if (value == null || at == start) {
            at = start + 1;
        }
        return text.substring(start, at);
    }

    private void skipSpace() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\r') {
            at++;
        }
    }

    private boolean atEndOfLine() {
        return at >= text.length() || peek() == '\n' || peek() == '#';
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHexDigit(char c) {
        return c < 0x80 && Character.digit(c, 16) >= 0;
    }
}
