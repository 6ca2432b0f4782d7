package dev.wharf.core.source;

import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.encoding.ToUtf8;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A source in another encoding, as UTF-8. What cannot be converted fails when all before it has been read. */
final class Transcoder implements CopyDataSource {
    private static final int INPUT = 64 << 10;

    private final CopyDataSource source;
    private final ToUtf8 conversion;
    private final ByteBuffer input = ByteBuffer.allocate(INPUT).limit(0);
    /** Converted for a target that has not even room for a character. */
    private final ByteBuffer spare = ByteBuffer.allocate(ToUtf8.LONGEST).limit(0);
    private boolean last;

    Transcoder(CopyDataSource source, PgEncoding encoding) {
        this.source = source;
        conversion = new ToUtf8(encoding);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (spare.hasRemaining()) {
            return spare(target);
        }
        if (target.remaining() < ToUtf8.LONGEST) {
            spare.clear();
            int n = convert(spare);
            spare.flip();
            return n < 0 ? n : spare(target);
        }
        return convert(target);
    }

    private int spare(ByteBuffer target) {
        int n = Math.min(spare.remaining(), target.remaining());
        target.put(spare.slice(spare.position(), n));
        spare.position(spare.position() + n);
        return n;
    }

    private int convert(ByteBuffer target) throws IOException {
        int from = target.position();
        for (;;) {
            if (input.hasRemaining()) {
                int used = conversion.convert(input.array(), input.position(), input.limit(), last, target);
                input.position(input.position() + used);
                if (used > 0) {
                    return target.position() - from;
                }
            }
            if (last) {
                return -1;
            }
            input.compact();
            last = source.read(input) < 0;
            input.flip();
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
