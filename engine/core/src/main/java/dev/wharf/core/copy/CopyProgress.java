package dev.wharf.core.copy;

/**
 * How far a COPY is: the columns of pg_stat_progress_copy that a progress bar needs. Written by the process that runs the
 * COPY, readable by any thread of it at any time (volatile, independent fields: a reader may see one a moment newer).
 */
public final class CopyProgress {
    private volatile long bytesProcessed;
    private volatile long bytesTotal;
    private volatile long tuplesProcessed;

    public void start(long totalBytes) {
        bytesProcessed = 0;
        tuplesProcessed = 0;
        bytesTotal = totalBytes;
    }

    public void report(long bytes, long tuples) {
        bytesProcessed = bytes;
        tuplesProcessed = tuples;
    }

    public long bytesProcessed() {
        return bytesProcessed;
    }

    /** 0 where it is not known. */
    public long bytesTotal() {
        return bytesTotal;
    }

    public long tuplesProcessed() {
        return tuplesProcessed;
    }
}
