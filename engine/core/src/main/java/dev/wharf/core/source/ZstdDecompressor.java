package dev.wharf.core.source;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Zstandard frames, one after the other, by the reference implementation. */
final class ZstdDecompressor extends Decompressor {
    private static final int OUTPUT = 128 << 10;

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final ByteBuffer output = ByteBuffer.allocateDirect(OUTPUT).limit(0);
    private boolean inFrame = true;

    ZstdDecompressor(CopyDataSource source, String name, ByteBuffer head) {
        super(source, name, head);
    }

    @Override
    int decompress(ByteBuffer target) throws IOException {
        while (!output.hasRemaining()) {
            if (!decompress()) {
                return -1;
            }
        }
        int n = Math.min(output.remaining(), target.remaining());
        target.put(output.slice(output.position(), n));
        output.position(output.position() + n);
        return n;
    }

    @Override
    void free() {
        context.close();
    }

    private boolean decompress() throws IOException {
        boolean more = hasInput();
        if (!more && !inFrame) {
            return false;
        }
        output.clear();
        int from = input.position();
        try {
            inFrame = !context.decompressDirectByteBufferStream(output, input);
        } catch (ZstdException e) {
            throw damaged(e.getMessage());
        } finally {
            output.flip();
        }
        if (!more && inFrame && output.limit() == 0 && input.position() == from) {
            throw damaged("unexpected end of file");
        }
        return true;
    }
}
