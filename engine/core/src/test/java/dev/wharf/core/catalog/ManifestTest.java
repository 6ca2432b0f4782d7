package dev.wharf.core.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.catalog.ColumnStatistics.Value;
import dev.wharf.core.error.PgError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final Manifest TWO_FILES = new Manifest(7, List.of(new Manifest.DataFile("load-1/part-0.arrow", 4096),
            new Manifest.DataFile("load-é/part-1.arrow", 1L << 40)),
            List.of(new Manifest.Batch(1, new BatchBlock(64, 256, 1L << 33, 10), BatchStatistics.of(List.of(
                    new ColumnStatistics(0, Value.of(-3), Value.of(1L << 40)), new ColumnStatistics(10, null, null)))),
                    new Manifest.Batch(0, new BatchBlock(8, 128, 0, 0), BatchStatistics.NONE),
                    new Manifest.Batch(1, new BatchBlock(1L << 34, 256, 64, 1 << 20), BatchStatistics.of(List.of(
                    new ColumnStatistics(1 << 20, null, null), new ColumnStatistics(70_000, new Value(-1, 5),
                    new Value(7, 0)))))));

    private static final BatchStatistics STATISTICS = BatchStatistics.of(List.of(new ColumnStatistics(5, null, null)));

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
                List.of(new Manifest.Batch(0, new BatchBlock(64, 128, 64, 5), STATISTICS)));
        assertEquals(8, more.boot());
        assertEquals(3, more.files().size());
        assertEquals(TWO_FILES.batches(), more.batches().subList(0, 3));
        assertEquals(new Manifest.Batch(2, new BatchBlock(64, 128, 64, 5), STATISTICS), more.batches().getLast());
    }

    /** What the first version of the format holds: all but the statistics, which are unknown then. */
    @Test
    void withoutStatistics() {
        byte[] name = "load-1/part-0.arrow".getBytes(StandardCharsets.UTF_8);
        ByteBuffer b = ByteBuffer.allocate(40 + 12 + name.length + 28).order(ByteOrder.LITTLE_ENDIAN);
        b.put("WHARFMAN".getBytes(StandardCharsets.UTF_8)).putInt(1).putInt(0).putLong(b.capacity()).putLong(7);
        b.putInt(1).putInt(name.length).put(name).putLong(4096);
        b.putInt(1).putInt(0).putLong(64).putInt(256).putLong(1024).putInt(10);
        CRC32C crc = new CRC32C();
        crc.update(b.array(), 16, b.capacity() - 16);
        b.putInt(12, (int) crc.getValue());
        assertEquals(0, b.remaining());
        Manifest expected = new Manifest(7, List.of(new Manifest.DataFile("load-1/part-0.arrow", 4096)),
                List.of(new Manifest.Batch(0, new BatchBlock(64, 256, 1024, 10), BatchStatistics.NONE)));
        assertEquals(expected, Manifest.decode(b.array(), "m"));
        assertEquals(expected, Manifest.decode(expected.encode().array(), "m"), "written anew");
        assertNull(expected.batches().getFirst().statistics().column(0));
    }

    @Test
    void laterVersion() {
        byte[] later = TWO_FILES.encode().array();
        later[8] = 3;
        PgError e = assertThrows(PgError.class, () -> Manifest.decode(later, "base/1/manifest"));
        assertEquals("manifest \"base/1/manifest\" is damaged: its version is 3, this program reads 2", e.getMessage());
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
