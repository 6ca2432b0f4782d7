package dev.wharf.core.encoding;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.memory.OffHeap;

/** Converts valid UTF-8 to another encoding, character by character. Not thread-safe. */
public final class FromUtf8 implements AutoCloseable {
    /** Bytes of a character, at most, in any encoding. */
    private static final int LONGEST = 4;

    private final PgEncoding encoding;
    private final CharacterTable table;
    private final boolean hasPairs;
    private final boolean escapes;
    private final byte delimiter;
    private final OffHeap.Buffer converted = new OffHeap.Buffer(1 << 16);

    public FromUtf8(PgEncoding encoding) {
        this(encoding, false, (byte) 0);
    }

    /**
     * For text that is escaped already, but for characters that become ASCII ones.
     *
     * @param escapes   whether a backslash and the delimiter are escaped by a backslash
     * @param delimiter one byte
     */
    public FromUtf8(PgEncoding encoding, boolean escapes, byte delimiter) {
        this.encoding = encoding;
        this.escapes = escapes;
        this.delimiter = delimiter;
        table = encoding.hasConversion() ? new CharacterTable(encoding) : null;
        hasPairs = table != null && table.hasPairs();
    }

    /** What {@link #convert} made; its content is good until that is called again. */
    public OffHeap.Buffer converted() {
        return converted;
    }

    /**
     * Converts all of a text, and returns the bytes of it that {@link #converted} has then.
     *
     * @throws dev.wharf.core.error.PgError 42883 if there is no conversion, 22P05 for a character that the encoding does not have
     */
    public long convert(long from, long length) {
        encoding.checkFromUtf8(length);
        converted.ensure(LONGEST * length, 0);
        long to = converted.address();
        long end = from + length;
        for (long at = from; at < end;) {
            int first = getByte(at);
            if (first >= 0) {
                putByte(to++, (byte) first);
                at++;
                continue;
            }
            int n = length(first);
            int character = character(at, n);
            int bytes = CharacterTable.NONE;
            if (hasPairs && at + n < end && character <= 0xFFFF && getByte(at + n) < 0) {
                int second = length(getByte(at + n));
                bytes = pair(character, character(at + n, second));
                n += bytes == CharacterTable.NONE ? 0 : second;
            }
            if (bytes == CharacterTable.NONE) {
                bytes = table.bytes(character);
            }
            if (bytes == CharacterTable.NONE) {
                byte[] source = new byte[n];
                OffHeap.copy(at, source, 0, n);
                throw EncodingErrors.untranslatable(PgEncoding.UTF8, encoding, source, 0, n);
            }
            if (escapes && bytes >>> 7 == 0 && (bytes == '\\' || bytes == delimiter)) {
                putByte(to++, (byte) '\\');
            }
            for (int shift = 24; shift >= 0; shift -= 8) {
                if (bytes >>> shift != 0) {
                    putByte(to++, (byte) (bytes >>> shift));
                }
            }
            at += n;
        }
        return to - converted.address();
    }

    private int pair(int first, int second) {
        return second > 0x7FFF ? CharacterTable.NONE : table.bytes(second << 16 | first);
    }

    private static int length(int first) {
        return first < (byte) 0xE0 ? 2 : first < (byte) 0xF0 ? 3 : 4;
    }

    private static int character(long at, int n) {
        int character = getByte(at) & 0xFF >> n + 1;
        for (int i = 1; i < n; i++) {
            character = character << 6 | getByte(at + i) & 0x3F;
        }
        return character;
    }

    @Override
    public void close() {
        converted.close();
    }
}
