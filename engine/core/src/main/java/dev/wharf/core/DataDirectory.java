package dev.wharf.core;

import dev.wharf.core.catalog.Catalog;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyFormatOptions;
import dev.wharf.core.copy.CopyProgress;
import dev.wharf.core.copy.CopyResult;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * An open data directory: the segment, the catalog, and this process's pool of COPY workers.
 *
 * <p>Any number of processes may have the same directory open. One thread at a time uses an instance.
 */
public final class DataDirectory implements AutoCloseable {
    private DataDirectory() {
    }

    /** Makes an empty data directory. Fails if {@code directory} holds anything. */
    public static void init(Path directory) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Attaches, cleans up what crashed processes left, and is ready to work.
     *
     * @throws dev.wharf.core.error.PgError if it is not a data directory, or one of another version
     */
    public static DataDirectory open(Path directory) {
        throw new UnsupportedOperationException();
    }

    public Catalog catalog() {
        throw new UnsupportedOperationException();
    }

    /**
     * COPY FROM a file. All rows become visible at once, durably (unless the table is unlogged), or none.
     *
     * @param columns indexes into the table's columns, in the file's order
     * @param workers processes beside this one; a small file uses none
     */
    public CopyResult copyFrom(Relation relation, int[] columns, Path file, CopyFormatOptions options, int workers,
                               CopyProgress progress) {
        throw new UnsupportedOperationException();
    }

    /** COPY TO a file, which is replaced. */
    public CopyResult copyTo(Relation relation, int[] columns, Path file, CopyFormatOptions options, int workers,
                             CopyProgress progress) {
        throw new UnsupportedOperationException();
    }

    /** COPY TO STDOUT. */
    public CopyResult copyTo(Relation relation, int[] columns, WritableByteChannel out, CopyFormatOptions options,
                             int workers, CopyProgress progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
    }
}
