package dev.wharf.core.source;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Text out of compressed bytes. Whether bytes are compressed is seen by the first of them: those that gzip and zstd begin with
 * begin no UTF-8 text, so nothing that could be loaded as it is is taken for compressed. Text of other encodings may begin so
 * ({@code (µ/ý}): there a zero byte has to follow soon, which no text may have, and compressed data nearly always has.
 */
abstract class Decompressor implements CopyDataSource {
    private static final int INPUT = 256 << 10;
    /** Bytes that tell. */
    private static final int MAGIC = 4;
    /** Where a zero byte is looked for. */
    private static final int BEGINNING = 4096;

    private final CopyDataSource source;
    private final String name;
    /** Compressed bytes that have been read and not used yet. */
    final ByteBuffer input;
    /** How many have been read before those. */
    private long before;
    private boolean released;

    /** @param head what has been read of the source, ready to be read from */
    Decompressor(CopyDataSource source, String name, ByteBuffer head) {
        this.source = source;
        this.name = name;
        input = ByteBuffer.allocateDirect(INPUT);
        input.put(head).flip();
    }

    /**
     * What {@code source} gives, decompressed if need be.
     *
     * @param converted whether the text is in another encoding than UTF-8
     */
    static CopyDataSource of(CopyDataSource source, String name, boolean converted) {
        return new Recognizing(source, name, converted);
    }

    private static CopyDataSource recognize(CopyDataSource source, String name, boolean converted) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(converted ? BEGINNING : MAGIC).limit(MAGIC);
        while (head.hasRemaining() && mayBeCompressed(head) && source.read(head) >= 0) {
            // until it is clear
        }
        if (converted && isCompressed(head.duplicate().flip())) {
            head.limit(head.capacity());
            while (head.hasRemaining() && !hasZero(head) && source.read(head) >= 0) {
                // until it is clear
            }
            if (!hasZero(head)) {
                return new Begun(source, head.flip());
            }
        }
        head.flip();
        if (isGzip(head)) {
            return new GzipDecompressor(source, name, head);
        }
        return isZstd(head) ? new ZstdDecompressor(source, name, head) : new Begun(source, head);
    }

    /** Looks at the first bytes when they are asked for. */
    private static final class Recognizing implements CopyDataSource {
        private final CopyDataSource source;
        private final String name;
        private final boolean converted;
        private volatile CopyDataSource recognized;

        Recognizing(CopyDataSource source, String name, boolean converted) {
            this.source = source;
            this.name = name;
            this.converted = converted;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (recognized == null) {
                recognized = recognize(source, name, converted);
            }
            return recognized.read(target);
        }

        @Override
        public void close() throws IOException {
            (recognized == null ? source : recognized).close();
        }
    }

    /** Whether text that begins with these bytes is compressed. */
    static boolean isCompressed(ByteBuffer head) {
        return isGzip(head) || isZstd(head);
    }

    private static boolean isGzip(ByteBuffer head) {
        return head.remaining() >= 2 && head.get(0) == 0x1F && head.get(1) == (byte) 0x8B;
    }

    private static boolean isZstd(ByteBuffer head) {
        return head.remaining() >= MAGIC && head.get(0) == 0x28 && head.get(1) == (byte) 0xB5 && head.get(2) == 0x2F
                && head.get(3) == (byte) 0xFD;
    }

    private static boolean hasZero(ByteBuffer head) {
        for (int i = 0; i < head.position(); i++) {
            if (head.get(i) == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayBeCompressed(ByteBuffer head) {
        int n = head.position();
        return n == 0 || head.get(0) == 0x1F && n < 2
                || head.get(0) == 0x28 && (n < 2 || head.get(1) == (byte) 0xB5 && (n < 3 || head.get(2) == 0x2F));
    }

    /** A source of which the first bytes have been read. */
    private record Begun(CopyDataSource source, ByteBuffer head) implements CopyDataSource {
        @Override
        public int read(ByteBuffer target) throws IOException {
            if (!head.hasRemaining()) {
                return source.read(target);
            }
            int n = Math.min(head.remaining(), target.remaining());
            target.put(head.slice(head.position(), n));
            head.position(head.position() + n);
            return n;
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }

    /** Reads on behind the input that is left; false at the source's end. */
    final boolean more() throws IOException {
        before += input.position();
        input.compact();
        try {
            return source.read(input) >= 0;
        } finally {
            input.flip();
        }
    }

    /** Whether there is a byte of input, read or to be read. */
    final boolean hasInput() throws IOException {
        return input.hasRemaining() || more();
    }

    final PgError damaged(String what) {
        return damaged(what, before + input.position());
    }

    /** @param at byte of the compressed input */
    final PgError damaged(String what, long at) {
        return new PgError(SqlState.DATA_CORRUPTED, "could not decompress " + name + ": " + what + " at byte " + at);
    }

    /** Bytes of input that have been used. */
    final long used() {
        return before + input.position();
    }

    @Override
    public final synchronized int read(ByteBuffer target) throws IOException {
        int n = released ? -1 : decompress(target);
        if (n < 0) {
            release();
        }
        return n;
    }

    /** As {@link #read}. */
    abstract int decompress(ByteBuffer target) throws IOException;

    /** Gives native memory back. */
    abstract void free();

    private void release() {
        if (!released) {
            released = true;
            free();
        }
    }

    @Override
    public final void close() throws IOException {
        source.close();
        // Which has ended a read that waited for it
        synchronized (this) {
            release();
        }
    }
}
