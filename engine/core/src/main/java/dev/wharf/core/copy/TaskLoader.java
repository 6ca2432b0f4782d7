package dev.wharf.core.copy;

import java.io.IOException;

/** Loads tasks of a COPY FROM into record batches. Not thread-safe. */
interface TaskLoader extends AutoCloseable {
    /**
     * Loads the task.
     *
     * @param known offset of its first row, {@link ChunkLoader#NONE} to guess
     */
    ChunkLoader.Outcome load(long start, long end, long known) throws IOException;

    @Override
    void close() throws IOException;
}
