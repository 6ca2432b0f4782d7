package dev.wharf.core.copy;

/**
 * How far a COPY is: the columns of pg_stat_progress_copy that a progress bar needs. Written by the process that runs the
 * COPY, readable by any thread of it at any time (volatile, independent fields: a reader may see one a moment newer).
 */
public final class CopyProgress {
    private volatile StatProgressCopy.Type type = StatProgressCopy.Type.FILE;
    private volatile long bytesProcessed;
    private volatile long bytesTotal;
    private volatile long tuplesProcessed;

    /** What the inputs before the one that is read come to. */
    private long bytesBefore;
    private long tuplesBefore;

    /** A COPY begins. @param totalBytes 0 while it is not known */
    public void start(StatProgressCopy.Type from, long totalBytes) {
        type = from;
        bytesProcessed = 0;
        tuplesProcessed = 0;
        bytesTotal = totalBytes;
        bytesBefore = 0;
        tuplesBefore = 0;
    }

    /** The same of files. */
    public void start(long totalBytes) {
        start(StatProgressCopy.Type.FILE, totalBytes);
    }

    /** Where the data come from, or go. */
    public StatProgressCopy.Type type() {
        return type;
    }

    /** How much there is to do in all. */
    public void total(long bytes) {
        bytesTotal = bytes;
    }

    /** Done so far of this input. */
    public void report(long bytes, long tuples) {
        bytesProcessed = bytesBefore + bytes;
        tuplesProcessed = tuplesBefore + tuples;
    }

    /** The next input's figures begin with 0 again. */
    public void next() {
        bytesBefore = bytesProcessed;
        tuplesBefore = tuplesProcessed;
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
