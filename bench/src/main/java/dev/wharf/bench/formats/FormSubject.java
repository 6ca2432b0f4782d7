package dev.wharf.bench.formats;

import java.io.IOException;
import java.nio.file.Path;

/** A product at work. One thread uses it. Every method throws when the product reports an error. */
interface FormSubject extends AutoCloseable {
    /** As the report calls it. */
    String name();

    /** Product and version. */
    String version();

    /** Whether COPY FROM reads a gzip file by itself. */
    boolean decompresses();

    /** Loads to make before the first that counts. */
    int warmUps();

    /** A statement that moves no rows. */
    void execute(String sql) throws IOException;

    /** @return rows copied, as the product says */
    long copy(String sql) throws IOException;

    /** A COPY FROM STDIN that is given the file's bytes. @return rows copied, as the product says */
    long copyIn(String sql, Path data) throws IOException;

    @Override
    void close() throws IOException;
}
