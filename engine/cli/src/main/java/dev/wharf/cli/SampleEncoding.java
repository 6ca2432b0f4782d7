package dev.wharf.cli;

import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.encoding.ToUtf8;
import dev.wharf.core.error.PgError;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What bytes are likely to be that are not the UTF-8 which COPY wants.
 *
 * @param line     of the first that are not, from 1 on
 * @param bytes    these, in hex, as COPY's error shows them
 * @param encoding to load with, null if there is none
 * @param unicode  iconv's name of what they are, which no encoding of PostgreSQL's is; null if it is not that
 * @param because  why that is thought
 */
record SampleEncoding(int line, String bytes, PgEncoding encoding, String unicode, String because) {
    private static final int BUFFER = 8192;
    /** One in so many characters of text may be a control character. */
    private static final int TEXT = 100;
    private static final int UTF_32 = 4;

    /** @param text the same bytes as UTF-8, with replacement characters for what is not; null if all is as COPY wants it */
    static SampleEncoding of(byte[] bytes, int length, boolean whole, String text) {
        if (text.indexOf('\ufffd') < 0 && text.indexOf('\0') < 0) {
            return null;
        }
        int at = firstFault(bytes, length, whole);
        if (at == length) {
            return null;
        }
        int line = 1;
        for (int i = 0; i < at; i++) {
            line += bytes[i] == '\n' || bytes[i] == '\r' && bytes[i + 1] != '\n' ? 1 : 0;
        }
        List<String> hex = new ArrayList<>();
        for (int i = at; i < Math.min(length, at + characterLength(bytes[at])); i++) {
            hex.add("0x" + HexFormat.of().toHexDigits(bytes[i]));
        }
        return likely(bytes, length, whole, line, String.join(" ", hex));
    }

    private static SampleEncoding likely(byte[] bytes, int length, boolean whole, int line, String hex) {
        String marked = markedAs(bytes, length);
        if (marked != null && isText(bytes, length, whole, marked)) {
            return new SampleEncoding(line, hex, null, marked, "by its byte order mark");
        }
        String unmarked = zerosAs(bytes, length);
        if (unmarked != null && isText(bytes, length, whole, unmarked)) {
            return new SampleEncoding(line, hex, null, unmarked, "by where its zero bytes are");
        }
        boolean text = isText(bytes, length, whole, StandardCharsets.ISO_8859_1.name());
        if (text && converts(bytes, length, PgEncoding.WIN1252)) {
            return new SampleEncoding(line, hex, PgEncoding.WIN1252, null, "all that was looked at converts from it; encodings "
                    + "of one byte a character cannot be told apart for sure");
        }
        return new SampleEncoding(line, hex, null, null, text ? "it may be text in an encoding that has to be named"
                : "it has zero bytes, or many control characters");
    }

    /** What it is, and what to do about it. */
    String advice() {
        if (encoding != null) {
            return "It is likely " + encoding + ": " + because + ". Look at the values, and name another --encoding if they "
                    + "are wrong.";
        }
        if (unicode != null) {
            return "It is " + unicode + ", " + because + ". PostgreSQL has no such encoding: convert it first, such as with "
                    + "iconv -f " + unicode + " -t UTF-8 FILE | wharf load - --table T.";
        }
        return because.startsWith("it may") ? "It is not WIN1252, either; " + because + " (--encoding E)."
                : "It does not look like text: " + because + ".";
    }

    /** Where the first byte is that is not UTF-8, or zero, which PostgreSQL's text cannot have; the end if none is. */
    private static int firstFault(byte[] bytes, int length, boolean whole) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
        CharBuffer out = CharBuffer.allocate(BUFFER);
        CoderResult result;
        do {
            result = decoder.decode(in, out.clear(), whole);
        } while (result.isOverflow());
        int fault = result.isError() ? in.position() : length;
        for (int i = 0; i < fault; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return fault;
    }

    /** What the first byte of a character says, as {@code pg_utf_mblen}. */
    private static int characterLength(byte first) {
        return switch (Integer.numberOfLeadingZeros(~first << 24)) {
            case 2 -> 2;
            case 3 -> 3;
            case 4 -> 4;
            default -> 1;
        };
    }

    private static String markedAs(byte[] bytes, int length) {
        int first = length < 2 ? 0 : (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
        int second = length < UTF_32 ? -1 : (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
        return first == 0xFFFE ? second == 0 ? "UTF-32" : "UTF-16" : first == 0xFEFF ? "UTF-16"
                : first == 0 && second == 0xFEFF ? "UTF-32" : null;
    }

    private static String zerosAs(byte[] bytes, int length) {
        int[] zeros = new int[UTF_32];
        for (int i = 0; i < length; i++) {
            zeros[i % UTF_32] += bytes[i] == 0 ? 1 : 0;
        }
        int characters = length / UTF_32;
        if (characters > 0 && zeros[2] == characters && zeros[3] == characters && zeros[0] == 0) {
            return "UTF-32LE";
        }
        if (characters > 0 && zeros[0] >= characters && zeros[1] >= characters && zeros[3] == 0) {
            return "UTF-32BE";
        }
        int even = zeros[0] + zeros[2];
        int odd = zeros[1] + zeros[3];
        boolean most = (even + odd) * UTF_32 > length;
        return !most ? null : even == 0 ? "UTF-16LE" : odd == 0 ? "UTF-16BE" : null;
    }

    /** Whether all of it is characters, nearly all of them such as text has. */
    private static boolean isText(byte[] bytes, int length, boolean whole, String charset) {
        CharsetDecoder decoder = Charset.forName(charset).newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
        CharBuffer out = CharBuffer.allocate(BUFFER);
        long all = 0;
        long controls = 0;
        CoderResult result;
        do {
            result = decoder.decode(in, out.clear(), whole);
            out.flip();
            all += out.length();
            for (int i = 0; i < out.length(); i++) {
                char c = out.charAt(i);
                if (c == 0) {
                    return false;
                }
                controls += c < ' ' && (c < '\t' || c > '\r') || c == 0x7F ? 1 : 0;
            }
        } while (result.isOverflow());
        return !result.isError() && controls * TEXT <= all;
    }

    private static boolean converts(byte[] bytes, int length, PgEncoding encoding) {
        ToUtf8 conversion = new ToUtf8(encoding);
        ByteBuffer to = ByteBuffer.allocate(BUFFER);
        int at = 0;
        try {
            while (at < length) {
                at += conversion.convert(bytes, at, length, true, to.clear());
            }
            return true;
        } catch (PgError _) {
            return false;
        }
    }
}
