package dev.wharf.core.copy;

import dev.wharf.core.error.PgError;
import dev.wharf.shmem.Latch;
import dev.wharf.shmem.bgworker.WorkerContext;
import dev.wharf.shmem.bgworker.WorkerMain;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;

/**
 * A parallel COPY worker's life: wait for a job of its leader, take tasks until there are none, wait again. Started with
 * the leader's slot and its own index; ends when it is terminated or its leader is gone.
 */
public final class CopyWorker implements WorkerMain {
    public CopyWorker() {
    }

    @Override
    public void run(WorkerContext context) throws IOException {
        int slot = Integer.parseInt(context.args().get(0));
        int participant = Integer.parseInt(context.args().get(1));
        WorkerTaskQueue queue = new TaskQueues(context.segment(), context.proc()).worker(slot, participant);
        if (!queue.attach(ProcessIdentity.current(), context.supervisorPid())) {
            return;
        }
        Latch latch = context.proc().latch();
        long epoch = 0;
        for (;;) {
            latch.reset();
            CopyJob job = queue.joinNext(epoch);
            if (job == null) {
                latch.await(-1);
                continue;
            }
            epoch = queue.epoch();
            try (CopyTask task = open(job, queue, participant, latch)) {
                work(queue, task, latch);
            } catch (ChunkLoader.CancelledException e) {
                // The leader has ended the COPY: what was done of this task is not wanted.
            } finally {
                queue.leave();
            }
        }
    }

    private static CopyTask open(CopyJob job, TaskQueue queue, int participant, Latch latch) throws IOException {
        return job.isFrom() ? new CopyFromTask(job, queue, participant)
                : new CopyToTask(job, queue, latch, null, () -> { });
    }

    private static void work(TaskQueue queue, CopyTask task, Latch latch) throws IOException {
        while (queue.isOpen() && !queue.stopped()) {
            latch.reset();
            long k = queue.claim();
            if (k != TaskQueue.NONE) {
                try {
                    task.run(k);
                } catch (PgError | IOException | OutOfMemoryError e) {
                    // The leader meets the same and reports it, or has more luck.
                    queue.giveUp(k);
                    return;
                }
            } else if (queue.isOpen() && !queue.stopped()) {
                latch.await(-1);
            }
        }
    }
}
