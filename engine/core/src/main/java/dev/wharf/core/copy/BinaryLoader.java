package dev.wharf.core.copy;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Loads tasks of the binary format: block by block, and where something in a block is not as usual, its rows one at a time. A
 * task owns the rows that {@link ChunkLoader} says, and guesses its first one, too, if it is not told. Not thread-safe.
 */
final class BinaryLoader implements TaskLoader {
    private final CopyJob job;
    private final CopySource source;
    private final BooleanSupplier cancelled;
    private final LoadFile file;
    private final BinaryRowReader reader;
    private final BinaryBlockConverter converter;
    private final ColumnBuilder[] builders;
    private long rows;

    /**
     * @param target    file for the batches; created with the first
     * @param cancelled looked at now and then; true ends the task with a {@link ChunkLoader.CancelledException}
     */
    BinaryLoader(CopyJob job, CopySource source, Path target, BooleanSupplier cancelled) {
        this.job = job;
        this.source = source;
        this.cancelled = cancelled;
        reader = new BinaryRowReader(job, source);
        converter = new BinaryBlockConverter(job);
        builders = converter.builders();
        file = new LoadFile(target, job.relation().columns(), builders, DefaultValues.of(job).numbered());
    }

    @Override
    public ChunkLoader.Outcome load(long start, long end, long known) throws IOException {
        for (ColumnBuilder builder : builders) {
            builder.clear();
        }
        rows = 0;
        List<BatchBlock> batches = new ArrayList<>();
        long first = known == ChunkLoader.NONE ? guess(start, end) : known;
        if (first == ChunkLoader.NONE) {
            return outcome(first, first, batches, ChunkLoader.NONE);
        }
        reader.begin(first);
        long next = first;
        while (next <= end && next < source.size()) {
            if (cancelled.getAsBoolean()) {
                throw new ChunkLoader.CancelledException();
            }
            reader.fill();
            int before = builders[0].rows();
            int taken = converter.convert(reader.address(), reader.length(), end - next);
            reader.skip(taken);
            rows += builders[0].rows() - before;
            if (taken == 0) {
                long bad = loadExactly(end);
                if (bad != ChunkLoader.NONE) {
                    return outcome(first, bad, batches, bad);
                }
            }
            next = reader.position();
            if (file.isBatchFull()) {
                file.flush(batches);
            }
        }
        file.flush(batches);
        reader.shrink();
        return outcome(first, next, batches, ChunkLoader.NONE);
    }

    private long guess(long start, long end) {
        try (BinaryRowGuess guess = new BinaryRowGuess(job, source, cancelled)) {
            return guess.first(start, end);
        }
    }

    private ChunkLoader.Outcome outcome(long first, long next, List<BatchBlock> batches, long error) {
        return new ChunkLoader.Outcome(first, next, rows, batches, error, 0, 0, 0, 0);
    }

    /**
     * Reads the rows that are in the buffer one at a time, and one at least. Behind the last row it goes to the source's end.
     *
     * @return offset of a row that cannot be loaded; {@link ChunkLoader#NONE} if all could
     */
    private long loadExactly(long end) {
        long last = Math.min(end, reader.position() + reader.length() - 1);
        do {
            long row = reader.position();
            try {
                if (!reader.readRow(0)) {
                    reader.begin(source.size());
                    break;
                }
            } catch (PgError e) {
                if (e.sqlState().equals(SqlState.IO_ERROR)) {
                    throw e;
                }
                return row;
            }
            reader.append(builders);
            rows++;
        } while (reader.position() <= last && file.stagedBytes() < LoadFile.BATCH_BYTES);
        return ChunkLoader.NONE;
    }

    /**
     * What is wrong with a row of a task.
     *
     * @param start of the task's first row
     * @param line  that row's number
     */
    static PgError error(CopyJob job, CopySource source, long start, long line) {
        try (BinaryRowReader reader = new BinaryRowReader(job, source)) {
            reader.begin(start);
            long number = line;
            while (reader.readRow(number)) {
                number++;
            }
        } catch (PgError e) {
            return e;
        }
        return new PgError(SqlState.INTERNAL_ERROR,
                "a row of " + source + " could not be loaded, and then could be read");
    }

    @Override
    public void close() throws IOException {
        file.close();
        reader.close();
        converter.close();
    }
}
