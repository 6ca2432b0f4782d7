package dev.wharf.core.encoding;

import dev.wharf.core.error.PgError;
import java.nio.ByteBuffer;

/** Converts text of another encoding to UTF-8, character by character. Not thread-safe. */
public final class ToUtf8 {
    /** Bytes of a character, at most, in UTF-8: some are two code points. */
    public static final int LONGEST = 6;

    private final PgEncoding encoding;
    private final PgEncoding.Form form;
    private final CharacterTable table;

    public ToUtf8(PgEncoding encoding) {
        this.encoding = encoding;
        form = encoding.form();
        table = new CharacterTable(encoding);
    }

    /**
     * Converts the characters that are there as a whole, as far as there is room.
     *
     * @param from of which as many bytes are used as the return value says
     * @param last whether no bytes come behind those in {@code from}
     * @throws PgError 22021 or 22P05 if the first character is none, or none of UTF8's; a later one ends the conversion before it
     */
    public int convert(byte[] from, int start, int end, boolean last, ByteBuffer to) {
        int at = start;
        while (at < end && to.remaining() >= LONGEST) {
            byte first = from[at];
            if (first > 0) {
                to.put(first);
                at++;
                continue;
            }
            int length = form.length(first & 0xFF, at + 1 < end ? from[at + 1] & 0xFF : 0);
            if (!last && (at + length > end || at + 1 == end && form == PgEncoding.Form.GB18030)) {
                break;
            }
            int there = Math.min(length, end - at);
            if (first == 0 || there < length || !isValid(from, at, length)) {
                int shown = form.shown(first & 0xFF, at + 1 < end ? from[at + 1] & 0xFF : 0);
                if (at > start || !last && at + shown > end) {
                    break;
                }
                throw EncodingErrors.invalid(encoding, from, at, Math.min(shown, end - at));
            }
            int character = table.character(from, at, length);
            if (character == CharacterTable.NONE) {
                if (at > start) {
                    break;
                }
                throw EncodingErrors.untranslatable(encoding, PgEncoding.UTF8, from, at, length);
            }
            put(character, to);
            at += length;
        }
        return at - start;
    }

    private boolean isValid(byte[] from, int at, int length) {
        if (length == 1) {
            return true;
        }
        int[] c = new int[length];
        for (int i = 0; i < length; i++) {
            c[i] = from[at + i] & 0xFF;
        }
        return form.isValid(c);
    }

    private static void put(int c, ByteBuffer to) {
        if (c < 0x80) {
            to.put((byte) c);
        } else if (c < 0x800) {
            to.put((byte) (0xC0 | c >> 6)).put((byte) (0x80 | c & 0x3F));
        } else if (c > Character.MAX_CODE_POINT) {
            put(c & 0xFFFF, to);
            put(c >>> 16, to);
        } else if (c < 0x10000) {
            to.put((byte) (0xE0 | c >> 12)).put((byte) (0x80 | c >> 6 & 0x3F)).put((byte) (0x80 | c & 0x3F));
        } else {
            to.put((byte) (0xF0 | c >> 18)).put((byte) (0x80 | c >> 12 & 0x3F)).put((byte) (0x80 | c >> 6 & 0x3F))
                    .put((byte) (0x80 | c & 0x3F));
        }
    }
}
