package dev.wharf.core.copy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** What a COPY FROM reads, as bytes at offsets. */
abstract class CopySource implements AutoCloseable {
    static CopySource open(Path file) {
        return CopySourceFile.of(file);
    }

    /** The offset behind the last byte; of a stream that may go on, at least one more than has been read. */
    abstract long size();

    /** Reads until {@code target} is full or there is no more, of a stream perhaps less, and returns the bytes read. */
    abstract int read(MemorySegment target, long position);

    /** @throws dev.wharf.core.error.PgError if the source is not what it was when the COPY began */
    void checkUnchanged() {
    }

    @Override
    public abstract void close();
}
