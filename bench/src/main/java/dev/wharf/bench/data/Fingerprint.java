package dev.wharf.bench.data;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * What tells two CSV files apart, in two strengths: {@code bytes} and {@code crc32c} depend on the order of the rows,
 * {@code bytes} and {@code rowSum} do not. The second is for PostgreSQL, whose heap does not keep the order of a load:
 * a short row may still go into an earlier page.
 *
 * @param crc32c of all bytes
 * @param rowSum sum, modulo 2^64, of a hash of each row; a row ends at a line feed outside quotes
 */
public record Fingerprint(long bytes, long crc32c, long rowSum) {
    /** Whether the files have the same rows, in any order. */
    public boolean sameRows(Fingerprint other) {
        return bytes == other.bytes && rowSum == other.rowSum;
    }

    /** Reads the whole file. */
    public static Fingerprint of(Path path) throws IOException {
        Builder builder = new Builder();
        byte[] buffer = new byte[1 << 20];
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
             var in = Channels.newInputStream(channel)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                builder.update(buffer, count);
            }
        }
        return builder.build();
    }

    /** Takes a file's bytes in order, in pieces of any size. Not thread-safe. */
    public static final class Builder {
        private static final long PRIME = 0x100000001B3L;
        private static final long BASIS = 0xCBF29CE484222325L;

        private final CRC32C crc = new CRC32C();
        private long bytes;
        private long rowSum;
        private long row = BASIS;
        private boolean quoted;

        public void update(byte[] piece, int count) {
            crc.update(piece, 0, count);
            bytes += count;
            long hash = row;
            boolean inside = quoted;
            for (int i = 0; i < count; i++) {
                byte b = piece[i];
                hash = (hash ^ b & 0xFF) * PRIME;
                inside ^= b == '"';
                if (b == '\n' && !inside) {
                    rowSum += mix(hash);
                    hash = BASIS;
                }
            }
            row = hash;
            quoted = inside;
        }

        public Fingerprint build() {
            return new Fingerprint(bytes, crc.getValue(), rowSum + (row == BASIS ? 0 : mix(row)));
        }

        /** The FNV hashes of rows that differ in their last byte are close: a sum must not cancel that. */
        private static long mix(long hash) {
            return new SplitMix(hash).nextLong();
        }
    }
}
