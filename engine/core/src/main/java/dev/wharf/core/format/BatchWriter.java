package dev.wharf.core.format;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.memory.OffHeap;

/** Turns a batch's columns into rows of a file: COPY TO's inner loop. Not thread-safe. */
public interface BatchWriter extends AutoCloseable {
    /**
     * Fills {@code out} from its start and returns the length of the rows.
     *
     * @param first whether no rows stand before these
     */
    long format(ColumnData[] columns, int rows, boolean first, OffHeap.Buffer out);

    @Override
    void close();
}
