package dev.wharf.core.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.arrow.BatchBlock;
import dev.wharf.core.error.PgError;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final Manifest TWO_FILES = new Manifest(7, List.of(new Manifest.DataFile("load-1/part-0.arrow", 4096),
            new Manifest.DataFile("load-é/part-1.arrow", 1L << 40)),
            List.of(new Manifest.Batch(1, new BatchBlock(64, 256, 1L << 33, 10)),
                    new Manifest.Batch(0, new BatchBlock(8, 128, 0, 0)),
                    new Manifest.Batch(1, new BatchBlock(1L << 34, 256, 64, 1 << 20))));

    @Test
    void encodeAndDecode() {
        for (Manifest manifest : List.of(Manifest.EMPTY, TWO_FILES)) {
            assertEquals(manifest, Manifest.decode(manifest.encode().array(), "m"));
        }
        assertEquals(10 + (1 << 20), TWO_FILES.rows());
        assertEquals(4096 + (1L << 40), TWO_FILES.bytes());
    }

    @Test
    void append() {
        Manifest more = TWO_FILES.append(8, List.of(new Manifest.DataFile("load-2/part-0.arrow", 1)),
                List.of(new Manifest.Batch(0, new BatchBlock(64, 128, 64, 5))));
        assertEquals(8, more.boot());
        assertEquals(3, more.files().size());
        assertEquals(TWO_FILES.batches(), more.batches().subList(0, 3));
        assertEquals(new Manifest.Batch(2, new BatchBlock(64, 128, 64, 5)), more.batches().getLast());
    }

    /**
     * Any flipped bit, any lost or added byte: an error that names the manifest, never another exception, never other
     * content.
     */
    @Test
    void damage() {
        byte[] good = TWO_FILES.encode().array();
        for (int i = 0; i < good.length * 8; i++) {
            byte[] bad = good.clone();
            bad[i / 8] ^= (byte) (1 << i % 8);
            refused(bad);
        }
        for (int length = 0; length < good.length + 20; length++) {
            if (length != good.length) {
                refused(Arrays.copyOf(good, length));
            }
        }
    }

    private static void refused(byte[] bytes) {
        PgError e = assertThrows(PgError.class, () -> Manifest.decode(bytes, "base/1/manifest"));
        assertEquals("XX001", e.sqlState());
        assertTrue(e.getMessage().startsWith("manifest \"base/1/manifest\" is damaged: "), e.getMessage());
    }
}
