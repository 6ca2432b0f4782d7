package dev.wharf.core.copy;

import java.io.IOException;
import java.nio.file.Path;

/** Does claimed tasks of a COPY FROM and reports them: the part that leader and workers have in common. */
final class CopyFromTask implements CopyTask {
    private final CopyJob job;
    private final TaskQueue queue;
    private final CopySource source;
    /** The source, if that is a stream; else null. */
    private final Spool spool;
    private final TaskLoader loader;

    CopyFromTask(CopyJob job, TaskQueue queue, int participant) {
        this.job = job;
        this.queue = queue;
        spool = job.file() == null ? new Spool(job, false) : null;
        source = spool != null ? spool : CopySource.open(job.file());
        loader = job.isBinary() ? new BinaryLoader(job, source, file(job, participant), queue::stopped)
                : new ChunkLoader(job, source, file(job, participant), participant, queue::stopped);
    }

    /** The file that a participant's batches go to. */
    static Path file(CopyJob job, int participant) {
        return job.directory().resolve("part-" + participant + (job.input() == 0 ? "" : "-" + job.input()) + ".arrow");
    }

    @Override
    public void run(long k) throws IOException {
        long start = spool == null ? job.start() + k * job.taskBytes() : queue.get(k, TaskQueueLayout.T_START);
        long end = spool == null ? Math.min(start + job.taskBytes(), job.size()) : queue.get(k, TaskQueueLayout.T_END);
        ChunkLoader.Outcome outcome;
        if (spool == null) {
            outcome = loader.load(start, end, queue.get(k, TaskQueueLayout.T_KNOWN));
        } else {
            // Whole rows: none begins at the end, where the next task's first does.
            spool.select(k, start, end);
            outcome = loader.load(start, end - 1, start);
        }
        queue.set(k, TaskQueueLayout.T_FIRST_ROW, outcome.firstRow());
        queue.set(k, TaskQueueLayout.T_NEXT_ROW, outcome.nextRow());
        queue.set(k, TaskQueueLayout.T_ERROR_ROW, outcome.errorRow());
        queue.set(k, TaskQueueLayout.T_ROWS, outcome.rows());
        queue.set(k, TaskQueueLayout.T_BATCHES, outcome.batches().size());
        queue.set(k, TaskQueueLayout.T_BATCH_OFFSET,
                outcome.batches().isEmpty() ? 0 : outcome.batches().getFirst().offset());
        queue.set(k, TaskQueueLayout.T_BAD_ROWS, outcome.badRows());
        queue.set(k, TaskQueueLayout.T_BAD_LOG, outcome.badLog());
        queue.set(k, TaskQueueLayout.T_LINES, outcome.lines());
        queue.set(k, TaskQueueLayout.T_NUMBERS, outcome.numbers());
        if (outcome.errorRow() != ChunkLoader.NONE) {
            queue.limit(k + 1);
        }
        queue.complete(k, outcome.rows(), end - start);
    }

    @Override
    public void close() throws IOException {
        loader.close();
        source.close();
    }
}
