package dev.wharf.core.copy;

import java.io.IOException;
import java.nio.file.Path;

/** Does claimed tasks of a COPY FROM and reports them: the part that leader and workers have in common. */
final class CopyFromTask implements CopyTask {
    private final CopyJob job;
    private final TaskQueue queue;
    private final CopySource source;
    private final TaskLoader loader;

    CopyFromTask(CopyJob job, TaskQueue queue, CopySource source, int participant) {
        this.job = job;
        this.queue = queue;
        this.source = source;
        loader = job.isBinary() ? new BinaryLoader(job, source, file(job, participant), queue::stopped)
                : new ChunkLoader(job, source, file(job, participant), queue::stopped);
    }

    /** The file that a participant's batches go to. */
    static Path file(CopyJob job, int participant) {
        return job.directory().resolve("part-" + participant + ".arrow");
    }

    @Override
    public void run(long k) throws IOException {
        long start = job.start() + k * job.taskBytes();
        long end = Math.min(start + job.taskBytes(), job.size());
        ChunkLoader.Outcome outcome = loader.load(start, end, queue.get(k, TaskQueueLayout.T_KNOWN));
        queue.set(k, TaskQueueLayout.T_FIRST_ROW, outcome.firstRow());
        queue.set(k, TaskQueueLayout.T_NEXT_ROW, outcome.nextRow());
        queue.set(k, TaskQueueLayout.T_ERROR_ROW, outcome.errorRow());
        queue.set(k, TaskQueueLayout.T_ROWS, outcome.rows());
        queue.set(k, TaskQueueLayout.T_BATCHES, outcome.batches().size());
        queue.set(k, TaskQueueLayout.T_BATCH_OFFSET,
                outcome.batches().isEmpty() ? 0 : outcome.batches().getFirst().offset());
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
