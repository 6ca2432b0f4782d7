package dev.wharf.core.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.core.memory.OffHeap;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {
    /** Against the JDK's decoder, which has the same idea but for NUL. */
    @Test
    void firstInvalid() {
        byte[][] pieces = {"a".getBytes(StandardCharsets.UTF_8), "12345678".getBytes(StandardCharsets.UTF_8),
            "é".getBytes(StandardCharsets.UTF_8), "€".getBytes(StandardCharsets.UTF_8), "😀".getBytes(StandardCharsets.UTF_8),
            {0}, {(byte) 0x80}, {(byte) 0xC3}, {(byte) 0xE2, (byte) 0x82}, {(byte) 0xFF}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xE0, (byte) 0x80, (byte) 0x80}};
        Random random = new Random(1);
        try (OffHeap.Buffer buffer = new OffHeap.Buffer(256)) {
            for (int i = 0; i < 20_000; i++) {
                ByteBuffer text = ByteBuffer.allocate(200);
                for (int n = random.nextInt(12); n > 0; n--) {
                    text.put(pieces[random.nextInt(random.nextInt(5) == 0 ? pieces.length : 5)]);
                }
                text.flip();
                OffHeap.fill(buffer.address(), buffer.capacity(), (byte) (random.nextBoolean() ? 0x80 : 0xFF));
                OffHeap.copy(text.array(), 0, buffer.address(), text.limit());
                assertEquals(reference(text), Utf8.firstInvalid(buffer.address(), text.limit()));
            }
        }
    }

    private static int reference(ByteBuffer text) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer out = CharBuffer.allocate(200);
        CoderResult result = decoder.decode(text, out, true);
        int invalid = result.isError() ? text.position() : Integer.MAX_VALUE;
        for (int i = 0; i < text.limit(); i++) {
            if (text.get(i) == 0) {
                invalid = Math.min(invalid, i);
            }
        }
        return invalid == Integer.MAX_VALUE ? -1 : invalid;
    }

    @ParameterizedTest
    @CsvSource({"ff41,0xff", "00,0x00", "e28241,0xe2 0x82 0x41", "e282,0xe2 0x82", "8041,0x80",
            "f490808041,0xf4 0x90 0x80 0x80", "c3,0xc3"})
    void message(String hex, String shown) {
        byte[] bytes = java.util.HexFormat.of().parseHex(hex);
        try (OffHeap.Buffer buffer = new OffHeap.Buffer(16)) {
            OffHeap.copy(bytes, 0, buffer.address(), bytes.length);
            assertEquals("invalid byte sequence for encoding \"UTF8\": " + shown, Utf8.invalid(buffer.address(),
                    bytes.length).getMessage());
        }
    }
}
