package dev.wharf.core.copy;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.source.CopyDataSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What has been read of a stream and not been passed on yet: PostgreSQL's {@code raw_buf}. As a {@link CopySource} it gives
 * the stream's head, and reads on as that is asked for.
 *
 * <p>One thread at a time.
 */
final class CopyStream extends CopySource {
    private final CopyDataSource data;
    private final OffHeap.Buffer text;
    private final long step;
    private long start;
    private int length;
    private boolean ended;

    /** @param step bytes that are read at a time, about */
    CopyStream(CopyDataSource data, int step) {
        this.data = data;
        this.step = step;
        text = new OffHeap.Buffer(step);
    }

    /** Waits for the first bytes. */
    void more() {
        more((int) step);
    }

    /** Waits for the next bytes, at most {@code most}; false if there are none: the stream has ended. */
    boolean more(int most) {
        if (ended) {
            return false;
        }
        text.ensure((long) length + most, length);
        ByteBuffer target = text.segment().asSlice(length, most).asByteBuffer();
        try {
            int n = 0;
            while (n == 0) {
                n = data.read(target);
            }
            ended = n < 0;
            length += Math.max(n, 0);
        } catch (IOException e) {
            throw new PgError(SqlState.QUERY_CANCELED, "COPY from stdin failed: " + DurableFile.reason(e), e);
        }
        return !ended;
    }

    /** Whether all of the stream has been read. */
    boolean ended() {
        return ended;
    }

    long address() {
        return text.address();
    }

    /** Offset in the stream of the byte at {@link #address}. */
    long start() {
        return start;
    }

    /** Bytes there. */
    int length() {
        return length;
    }

    /** They are text's segment; good until the next call. */
    MemorySegment head(int bytes) {
        return text.segment().asSlice(0, bytes);
    }

    /** Forgets the first bytes. */
    void drop(int bytes) {
        OffHeap.copy(text.address() + bytes, text.address(), length - bytes);
        start += bytes;
        length -= bytes;
        if (length == 0) {
            text.shrink(4 * step);
        }
    }

    @Override
    long size() {
        return start + length + (ended ? 0 : 1);
    }

    @Override
    int read(MemorySegment target, long position) {
        if (position == start + length) {
            more((int) Math.min(step, target.byteSize()));
        }
        int at = (int) (position - start);
        int n = (int) Math.min(target.byteSize(), length - at);
        target.copyFrom(text.segment().asSlice(at, n));
        return n;
    }

    @Override
    public String toString() {
        return "the input";
    }

    @Override
    public void close() {
        text.close();
    }
}
