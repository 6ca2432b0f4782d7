package dev.wharf.bench.copy;

import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.DataSet;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A contender at work. The harness times {@link #load} and {@link #writeBack} from outside with its own clock; nothing
 * else is timed. One thread uses it. Every method throws when the product reports an error.
 */
public interface Subject extends AutoCloseable {
    Contender contender();

    /** Product and version, for the report. */
    String version();

    /** Makes the empty table. */
    void create(DataSet set) throws IOException;

    /** Empties the table. */
    void truncate(DataSet set) throws IOException;

    /** Loads the whole file into the empty table. Timed. @return rows loaded, as the product says */
    long load(DataFile file) throws IOException;

    /**
     * Writes the table to a new CSV file with a header line. Timed.
     *
     * @return rows written, as the product says
     */
    long writeBack(DataSet set, Path out) throws IOException;

    void drop(DataSet set) throws IOException;

    /**
     * How many loads to make before the first measured one. Those that go on getting faster are made to go on; see
     * {@link CopyBenchmark}.
     */
    int warmUps();

    @Override
    void close() throws IOException;
}
