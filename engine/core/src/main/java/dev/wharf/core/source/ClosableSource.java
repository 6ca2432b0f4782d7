package dev.wharf.core.source;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A source as {@link CopyDataSource} promises to use it: once it is closed or has ended no read of it begins, however often
 * those who are behind this one still ask.
 *
 * <p>No lock is held while a read waits, since the close is what ends it. So a read may find itself overtaken by a close just
 * as it begins; which it cannot tell from one that came while it waited.
 */
final class ClosableSource implements CopyDataSource {
    private final CopyDataSource source;
    private volatile boolean closed;
    private boolean ended;

    ClosableSource(CopyDataSource source) {
        this.source = source;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (ended || closed) {
            return -1;
        }
        int n = source.read(target);
        ended = n < 0;
        return n;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        source.close();
    }
}
