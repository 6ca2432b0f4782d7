package dev.wharf.core.types;

import java.nio.charset.StandardCharsets;

/** A growing run of bytes. Not thread-safe. */
public final class TextBuffer {
    public byte[] bytes = new byte[64];
    public int length;

    /** Room for {@code more} bytes after {@link #length}; what is there stays. */
    public byte[] ensure(int more) {
        if (bytes.length - length < more) {
            bytes = java.util.Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
        return bytes;
    }

    public TextBuffer clear() {
        length = 0;
        return this;
    }

    public TextBuffer put(char ascii) {
        ensure(1)[length++] = (byte) ascii;
        return this;
    }

    public TextBuffer put(String ascii) {
        int n = ascii.length();
        ensure(n);
        for (int i = 0; i < n; i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    public TextBuffer put(TextBuffer text) {
        System.arraycopy(text.bytes, 0, ensure(text.length), length, text.length);
        length += text.length;
        return this;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
