package dev.wharf.core.encoding;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * What an encoding's bytes stand for, and the other way. Filled as it is asked from Java's charset; all at once from a table
 * of PostgreSQL's where there is none. Not thread-safe.
 *
 * <p>Such a table is a compressed resource: the characters that bytes stand for, then the bytes of the characters for which
 * these are others (0: none). Each part is its number of entries, and these by rising key: how much greater the key is than
 * the one before, and the value, all of four bytes. Two code points are one character, the second shifted by 16.
 */
final class CharacterTable {
    /** No character: not even looked up, or there is none. */
    private static final int UNKNOWN = 0;
    static final int NONE = -1;
    private static final int REPLACEMENT = 0xFFFD;
    private static final int FIRST_PRIVATE = 0xE000;
    private static final int LAST_PRIVATE = 0xF8FF;

    private final CharsetDecoder decoder;
    private final CharsetEncoder encoder;
    /** By bytes: those of two, behind these those of three that begin with single shift 3. */
    private final int[] characters = new int[2 << 16];
    /** By code unit; the bytes, the first highest. */
    private final int[] bytes = new int[1 << 16];

    /** Four bytes that stand for something else than Java has them stand for. */
    private final Map<Integer, Integer> fourBytes = new HashMap<>();
    /** The bytes of characters beyond the code units, and of two code points. */
    private final Map<Integer, Integer> others = new HashMap<>();
    private final boolean hasPairs;
    private final boolean withoutPrivate;

    CharacterTable(PgEncoding encoding) {
        withoutPrivate = encoding.isWithoutPrivate();
        if (encoding.charset() == null) {
            decoder = null;
            encoder = null;
            hasPairs = read(encoding.name().toLowerCase(Locale.ROOT) + ".table.gz");
            return;
        }
        hasPairs = false;
        decoder = encoding.charset().newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        encoder = encoding.charset().newEncoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        String[] differences = encoding.differences();
        for (int i = 0; i < differences.length; i += 2) {
            differ(HexFormat.of().parseHex(differences[i]), Integer.parseInt(differences[i + 1], 16));
        }
    }

    /** Returns whether two code points are a character somewhere. */
    private boolean read(String resource) {
        Arrays.fill(characters, NONE);
        Arrays.fill(bytes, NONE);
        boolean pairs = false;
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(CharacterTable.class.getResourceAsStream(resource)))) {
            int code = 0;
            for (int n = in.readInt(); n > 0; n--) {
                code += in.readInt();
                int character = in.readInt();
                pairs |= character > Character.MAX_CODE_POINT;
                if (code >>> 24 != 0) {
                    fourBytes.put(code, character);
                } else {
                    characters[code > 0xFFFF ? code & 0xFFFF | 1 << 16 : code] = character;
                }
                setBytes(character, code);
            }
            int character = 0;
            for (int n = in.readInt(); n > 0; n--) {
                character += in.readInt();
                int other = in.readInt();
                setBytes(character, other == 0 ? NONE : other);
            }
            return pairs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void setBytes(int character, int code) {
        if (character > 0xFFFF) {
            others.put(character, code);
        } else {
            bytes[character] = code;
        }
    }

    boolean hasPairs() {
        return hasPairs;
    }

    /** Two bytes stand for another character; what they stood for and the bytes of that one change places. */
    private void differ(byte[] twoBytes, int character) {
        int code = (twoBytes[0] & 0xFF) << 8 | twoBytes[1] & 0xFF;
        int before = decode(twoBytes, 0, 2);
        if (before != NONE) {
            int other = encode(character);
            fourBytes.put(other, before);
            bytes[before] = other;
        }
        characters[code] = character;
        bytes[character] = code;
    }

    /** The code point, or two, the second shifted by 16, {@link #NONE} if there is none. */
    int character(byte[] from, int at, int length) {
        if (length > 3) {
            Integer other = fourBytes.get((from[at] & 0xFF) << 24 | (from[at + 1] & 0xFF) << 16 | (from[at + 2] & 0xFF) << 8
                    | from[at + 3] & 0xFF);
            return other != null ? other : decode(from, at, length);
        }
        int index = length == 1 ? from[at] & 0xFF : (from[at + length - 2] & 0xFF) << 8 | from[at + length - 1] & 0xFF
                | (length == 3 ? 1 << 16 : 0);
        if (characters[index] == UNKNOWN) {
            characters[index] = decode(from, at, length);
        }
        return characters[index];
    }

    private int decode(byte[] from, int at, int length) {
        if (decoder == null) {
            return NONE;
        }
        try {
            CharBuffer text = decoder.decode(ByteBuffer.wrap(Arrays.copyOfRange(from, at, at + length)));
            String s = text.toString();
            int c = s.codePointCount(0, s.length()) == 1 ? s.codePointAt(0) : NONE;
            return c == REPLACEMENT || withoutPrivate && c >= FIRST_PRIVATE && c <= LAST_PRIVATE ? NONE : c;
        } catch (CharacterCodingException e) {
            return NONE;
        }
    }

    /** The character's bytes, the first highest, {@link #NONE} if it has none. */
    int bytes(int character) {
        if (character > 0xFFFF) {
            return encoder == null ? others.getOrDefault(character, NONE) : encode(character);
        }
        if (bytes[character] == UNKNOWN) {
            bytes[character] = encode(character);
        }
        return bytes[character];
    }

    private int encode(int character) {
        try {
            ByteBuffer encoded = encoder.encode(CharBuffer.wrap(Character.toString(character)));
            int value = 0;
            while (encoded.hasRemaining()) {
                value = value << 8 | encoded.get() & 0xFF;
            }
            // What comes back as another character is a makeshift of Java's.
            return decode(encoded.array(), 0, encoded.limit()) == character ? value : NONE;
        } catch (CharacterCodingException e) {
            return NONE;
        }
    }
}
