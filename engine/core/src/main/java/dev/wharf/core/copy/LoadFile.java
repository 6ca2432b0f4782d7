package dev.wharf.core.copy;

import dev.wharf.core.arrow.ArrowFileWriter;
import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A participant's file in a load: takes batches from column builders. Created with the first one. Not thread-safe. */
final class LoadFile implements AutoCloseable {
    /** A batch is written out when it reaches either. */
    private static final int BATCH_ROWS = 1 << 20;
    static final long BATCH_BYTES = 64L << 20;

    private final Path target;
    private final List<Column> columns;
    private final ColumnBuilder[] builders;
    private final boolean[] later;
    private ArrowFileWriter writer;

    /** @param later columns whose values the leader will enter */
    LoadFile(Path target, List<Column> columns, ColumnBuilder[] builders, boolean[] later) {
        this.later = later;
        this.target = target;
        this.columns = columns;
        this.builders = builders;
    }

    /** Bytes in the builders. */
    long stagedBytes() {
        long sum = 0;
        for (ColumnBuilder builder : builders) {
            sum += builder.size();
        }
        return sum;
    }

    boolean isBatchFull() {
        return builders[0].rows() >= BATCH_ROWS || stagedBytes() >= BATCH_BYTES;
    }

    /** Writes what is in the builders, if anything, adds it to the batches, and empties them. */
    void flush(List<BatchBlock> batches) throws IOException {
        if (builders[0].rows() > 0) {
            try {
                if (writer == null) {
                    writer = new ArrowFileWriter(target, columns, later);
                }
                batches.add(writer.append(builders));
            } catch (IOException e) {
                throw DurableFile.error("write to file", target, e);
            }
            for (ColumnBuilder builder : builders) {
                builder.clear();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
