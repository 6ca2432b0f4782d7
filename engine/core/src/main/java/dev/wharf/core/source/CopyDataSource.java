package dev.wharf.core.source;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Gives a COPY FROM its bytes, a piece at a time: PostgreSQL's {@code copy_data_source_cb}. Any
 * {@link java.nio.channels.ReadableByteChannel} is one.
 *
 * <p>Read by a thread of the COPY, ahead of what is loaded; one call at a time.
 */
@FunctionalInterface
public interface CopyDataSource extends AutoCloseable {
    /**
     * Puts at least one byte into {@code target}, which has room and is not to be kept; waits until there is one.
     *
     * @return the bytes put there, -1 at the end
     * @throws IOException fails the COPY: {@code COPY from stdin failed: REASON}
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * The COPY needs no more. After an error this may come from another thread while {@link #read} waits, or is just being
     * called, and should end that: the COPY returns only when it has. No other read follows, nor does one follow the end.
     * Once or more often.
     */
    @Override
    default void close() throws IOException {
    }
}
