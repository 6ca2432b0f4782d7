package dev.wharf.nativetests.judge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A test file's lines stand for bytes, any bytes, and can be read. */
class ByteTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '~', value = {"a,b", "a\"b", "<", "<x>", "<c>", "é€😀", "x<cr>", "<tab>y",
        "<00 ff>z", "a <ff><cr>", "<3c>cr>", "<3c>ff>", "<3c>3c>", "a<20>", "<eof>",
        "a<eof>", "<3c>eof>", "<e2 82>", "<c2 a0>", "<ef bb bf>"})
    void lines(String line) {
        List<String> lines = line.equals("<eof>") ? List.of() : List.of(line);
        assertEquals(lines, ByteText.encode(ByteText.decode(List.of(line))));
    }

    @Test
    void anyBytes() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] likely = "<>crtabeof0123 \n\r\té€".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(20)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = random.nextInt(4) == 0 ? (byte) random.nextInt() : likely[random.nextInt(likely.length)];
            }
            List<String> lines = ByteText.encode(bytes);
            assertArrayEquals(bytes, ByteText.decode(lines), lines::toString);
        }
    }

    @Test
    void endInTheMiddle() {
        assertThrows(IllegalArgumentException.class, () -> ByteText.decode(List.of("a<eof>b")));
    }
}
