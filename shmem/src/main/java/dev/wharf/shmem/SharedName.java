package dev.wharf.shmem;

import java.nio.charset.StandardCharsets;

/** Names in a segment: UTF-8 that a zero ends, so what cannot be read back as it was is refused. */
final class SharedName {
    private SharedName() {
    }

    /** @throws ShmemException if {@code name} has a NUL, or half of a surrogate pair */
    static byte[] utf8(final String name) {
        if (name.indexOf('\0') >= 0) {
            throw invalid("0x00");
        }
        final byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        // Else a question mark has taken the place of something
        if (!new String(bytes, StandardCharsets.UTF_8).equals(name)) {
            final int half = name.codePoints().filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                .findFirst().orElseThrow();
            throw invalid("0x%02x 0x%02x 0x%02x".formatted(half >> 12 | 0xe0, half >> 6 & 0x3f | 0x80, half & 0x3f | 0x80));
        }
        return bytes;
    }

    private static ShmemException invalid(final String bytes) {
        return new ShmemException(ShmemException.CHARACTER_NOT_IN_REPERTOIRE,
            "invalid byte sequence for encoding \"UTF8\": " + bytes);
    }
}
