package dev.wharf.nativetests.judge;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes as lines of plain text, and back, with nothing lost: what cannot be seen is written {@code <cr>}, {@code <tab>} or in
 * hex, {@code <e2 82>}; each line stands for its bytes and a newline, unless it ends with {@code <eof>}. So that a text that
 * looks like one of these is told from it, its {@code <} is written {@code <3c>}.
 */
final class ByteText {
    private static final String EOF = "<eof>";
    private static final Pattern TOKEN = Pattern.compile("<(cr|tab|eof|[0-9a-f]{2}(?: [0-9a-f]{2})*)>");

    private ByteText() {
    }

    static byte[] decode(List<String> lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String line : lines) {
            boolean eof = line.endsWith(EOF);
            out.writeBytes(decodeLine(eof ? line.substring(0, line.length() - EOF.length()) : line));
            if (!eof) {
                out.write('\n');
            }
        }
        return out.toByteArray();
    }

    private static byte[] decodeLine(String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Matcher token = TOKEN.matcher(line);
        int at = 0;
        while (token.find()) {
            out.writeBytes(line.substring(at, token.start()).getBytes(StandardCharsets.UTF_8));
            at = token.end();
            switch (token.group(1)) {
                case "cr" -> out.write('\r');
                case "tab" -> out.write('\t');
                case "eof" -> throw new IllegalArgumentException(EOF + " that does not end a line: " + line);
                default -> out.writeBytes(HexFormat.ofDelimiter(" ").parseHex(token.group(1)));
            }
        }
        out.writeBytes(line.substring(at).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    static List<String> encode(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(encodeLine(bytes, start, i));
                start = i + 1;
            }
        }
        if (start < bytes.length) {
            lines.add(encodeLine(bytes, start, bytes.length) + EOF);
        }
        return lines;
    }

    /** A message on one line. */
    static String encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return encodeLine(bytes, 0, bytes.length);
    }

    private static String encodeLine(byte[] bytes, int from, int to) {
        StringBuilder out = new StringBuilder();
        int hexEnd = -1;
        for (int i = from; i < to;) {
            String character = bytes[i] == '<' && looksLikeToken(bytes, i, to) ? null : visible(bytes, i, to);
            if (character != null) {
                out.append(character);
                i += lengthOfCharacter(bytes[i]);
            } else if (bytes[i] == '\r' || bytes[i] == '\t') {
                out.append(bytes[i++] == '\r' ? "<cr>" : "<tab>");
            } else {
                boolean joins = i == hexEnd;
                out.setLength(out.length() - (joins ? 1 : 0));
                out.append(joins ? ' ' : '<');
                HexFormat.of().toHexDigits(out, bytes[i++]);
                out.append('>');
                hexEnd = i;
            }
        }
        return out.toString();
    }

    /** Whether the text from here on would be taken for a token. */
    private static boolean looksLikeToken(byte[] bytes, int from, int to) {
        return TOKEN.matcher(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)).lookingAt();
    }

    /** The character that begins here; null if it is none, or none that can be seen. */
    private static String visible(byte[] bytes, int at, int to) {
        int length = lengthOfCharacter(bytes[at]);
        if (at + length > to) {
            return null;
        }
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        int c = text.codePointAt(0);
        boolean last = at + length == to;
        boolean seen = c == ' ' ? !last : !Character.isISOControl(c) && !Character.isWhitespace(c) && !Character.isSpaceChar(c)
                && Character.isDefined(c) && Character.getType(c) != Character.FORMAT;
        byte[] itself = Arrays.copyOfRange(bytes, at, at + length);
        return seen && Arrays.equals(itself, text.getBytes(StandardCharsets.UTF_8)) ? text : null;
    }

    private static int lengthOfCharacter(byte lead) {
        int b = lead & 0xFF;
        return b < 0xC0 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    }
}
