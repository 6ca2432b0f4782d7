package dev.wharf.core.copy;

import dev.wharf.core.csv.CopyReadLine;
import dev.wharf.core.csv.RowCutter;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.source.CopyDataSource;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * The leader's second thread in a COPY FROM a stream: reads it, cuts it between rows into tasks, and leaves their text in the
 * spool. Never further ahead of what is loaded than the spool has room for.
 *
 * <p>So a stream's tasks know where they begin and are whole rows; nobody has to guess, or to wait in the middle of one for
 * bytes that have not come yet.
 *
 * <p>The queue's TASKS is the hand-over: stored after the text is in the spool, so who claims a task finds its text. The other
 * way {@link #retired} wakes this thread after RETIRED has been stored.
 */
final class StreamReader implements TaskSupply, AutoCloseable {
    /** Read at a time: what is looked through is then still in the core's cache. */
    static final int STEP = 256 << 10;

    private final CopyDataSource data;
    private final CopyStream stream;
    private final CopyFromHead head;
    private final CopyJob job;
    private final LeaderTaskQueue queue;
    private final Spool spool;
    private final Thread thread;
    private long lines;
    private volatile long bytes;
    private volatile boolean complete;
    private volatile boolean stopped;
    /** Set before {@link #complete}. */
    private RuntimeException failure;
    private OutOfMemoryError outOfMemory;

    /**
     * @param data   closed here
     * @param stream of the data; its head has been read, and nobody else uses it from {@link #begin} on
     */
    StreamReader(CopyDataSource data, CopyStream stream, CopyFromHead head, CopyJob job, LeaderTaskQueue queue) {
        this.data = data;
        this.stream = stream;
        this.head = head;
        this.job = job;
        this.queue = queue;
        spool = new Spool(job, true);
        thread = Thread.ofPlatform().daemon().name("copy reader").unstarted(this::run);
    }

    @Override
    public long tasks() {
        return 0;
    }

    @Override
    public void begin() {
        thread.start();
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public boolean pays(CopyTuning tuning) {
        return bytes >= tuning.minParallelBytes();
    }

    /** A task has been retired. */
    void retired() {
        LockSupport.unpark(thread);
    }

    /** @throws PgError what ended the stream, if that was not its end; for when all tasks are loaded: their errors come first */
    void check() {
        if (failure != null) {
            throw failure;
        }
        if (outOfMemory != null) {
            throw outOfMemory;
        }
    }

    private void run() {
        try {
            cut();
        } catch (ChunkLoader.CancelledException e) {
            // The leader has ended the COPY.
        } catch (PgError e) {
            failure = e.context() != null ? e : e.withContext("COPY " + job.relation().name() + ", line " + line(lines));
        } catch (RuntimeException e) {
            failure = e;
        } catch (OutOfMemoryError e) {
            outOfMemory = e;
        } finally {
            complete = true;
            queue.wakeLeader();
        }
    }

    private void cut() {
        RowCutter cutter = job.isBinary() ? RowCutter.binary(job.attributes().length) : RowCutter.of(job.dialect());
        if (head.ended()) {
            return;
        }
        stream.drop((int) (head.firstRow() - stream.start()));
        // The first line's end style was not known yet when its own line ends were counted, so it is left out here.
        int seen = (int) Math.max(0, head.secondLine() - head.firstRow());
        int cut = seen;
        long linesBefore = Math.max(0, head.headLines() - head.firstLines());
        long linesAtStart = linesBefore;
        for (;;) {
            int fresh = stream.length() - seen;
            int end = cutter.scan(stream.address() + seen, fresh);
            lines = linesBefore + cutter.lines();
            cut = end >= 0 ? seen + end : cut;
            seen += fresh;
            bytes += fresh;
            if (cutter.ended()) {
                add(cut, linesAtStart);
                return;
            }
            boolean full = cut > 0 && stream.length() >= job.taskBytes();
            boolean tooLong = cut == 0 && stream.length() > ChunkLoader.MAX_LINE + 1L;
            if (full || tooLong) {
                add(tooLong ? seen : cut, linesAtStart);
                if (tooLong) {
                    return;
                }
                linesAtStart = linesBefore + cutter.linesBeforeCut();
                seen -= cut;
                cut = 0;
            }
            if (!more(cut, linesAtStart, linesBefore + cutter.linesBeforeCut())) {
                break;
            }
        }
        if (seen > 0) {
            add(seen, linesAtStart);
        }
    }

    /** Reads on. Before what fails here come the errors of the rows that are there. */
    private boolean more(int cut, long linesAtStart, long linesAtCut) {
        if (stopped) {
            throw new ChunkLoader.CancelledException();
        }
        try {
            long missing = job.taskBytes() - stream.length();
            return stream.more((int) Math.min(STEP, missing > 0 ? missing : job.taskBytes()));
        } catch (PgError e) {
            if (cut > 0) {
                add(cut, linesAtStart);
            }
            throw e.sqlState().equals(SqlState.CHARACTER_NOT_IN_REPERTOIRE) && !job.isBinary() ? before(e, linesAtCut) : e;
        }
    }

    /** What is wrong with the bytes of a row before those that are not in its encoding; if nothing is, that. */
    private PgError before(PgError encoding, long linesAtCut) {
        CopyReadLine row = new CopyReadLine(job.dialect(), job.dialect().eol());
        try {
            row.read(stream.address(), stream.length(), false);
        } catch (PgError e) {
            return e.withContext("COPY " + job.relation().name() + ", line " + (line(linesAtCut) + row.embeddedLines()));
        }
        return encoding;
    }

    private long line(long ended) {
        return 1 + head.firstLines() + ended;
    }

    /** Makes the stream's first bytes a task. */
    private void add(int length, long linesAtStart) {
        long k = queue.tasks();
        while (k - queue.retired() >= Spool.TASKS) {
            if (stopped) {
                throw new ChunkLoader.CancelledException();
            }
            LockSupport.park(this);
        }
        spool.write(k, stream.head(length));
        queue.add(stream.start(), stream.start() + length, line(linesAtStart));
        stream.drop(length);
    }

    /** Closes the source, waits for the thread's end, and removes the spool. */
    @Override
    public void close() throws IOException {
        stopped = true;
        data.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            LockSupport.unpark(thread);
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        spool.close();
        spool.delete();
    }
}
