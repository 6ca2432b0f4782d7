package dev.wharf.core.copy;

import java.io.IOException;

/** What a participant of a COPY does with the tasks that it claims. Not thread-safe. */
interface CopyTask extends AutoCloseable {
    /** Does task {@code k} and reports it complete. */
    void run(long k) throws IOException;

    @Override
    void close() throws IOException;
}
