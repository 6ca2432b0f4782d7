package dev.wharf.core.copy;

import dev.wharf.core.activity.BackendStatus;
import dev.wharf.core.error.PgError;
import dev.wharf.shmem.Latch;
import dev.wharf.shmem.WaitEvent;
import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A parallel COPY worker's life: wait until a leader borrows it, take tasks of its COPY until there are none, wait again. It
 * ends when it is terminated, when its supervisor or the leader that has it is gone, and, as the postmaster's, when nobody has
 * wanted it for a while.
 */
public final class CopyWorker implements BackgroundWorkerMain {
    private BackgroundWorkerContext context;
    private ParallelWorkers workers;
    private TaskQueues queues;
    private int entry;
    private BackendStatus status;
    /** Whether other processes than the one that started it may borrow it. */
    private boolean shared;
    /** Processes with which it ends while one of them has it. */
    private final Set<ProcessIdentity> leaders = new HashSet<>();

    public CopyWorker() {
    }

    @Override
    public void main(BackgroundWorkerContext workerContext) throws IOException {
        context = workerContext;
        queues = new TaskQueues(context.segment(), context.proc());
        workers = queues.workers();
        entry = context.slot();
        status = new BackendStatus(context.segment(), context.proc());
        shared = BackgroundWorkers.postmasterPid(context.segment()) == context.supervisorPid();
        WorkerOrder order = WorkerOrder.decode(context.extra());
        workers.enter(entry, ProcessIdentity.of(context.supervisorPid()), order,
                () -> queues.worker(order.queue(), order.participant()).isOpen(order.leader(), order.epoch()));
        context.segment().setLatches(order.leader().pid());
        serve();
    }

    private void serve() throws IOException {
        Latch latch = context.proc().latch();
        long loan = 0;
        long idleSince = System.nanoTime();
        WorkerTaskQueue queue = null;
        long epoch = 0;
        for (;;) {
            latch.reset();
            context.checkForInterrupts();
            if (workers.loan(entry) != loan) {
                if (queue != null) {
                    queue.detach();
                }
                loan = workers.loan(entry);
                queue = ParallelWorkers.isLent(loan) ? attach(loan) : null;
                status.setLeader(queue == null ? 0 : workers.leader(entry).pid());
                epoch = 0;
                idleSince = System.nanoTime();
                continue;
            }
            CopyJob job = queue == null ? null : queue.joinNext(epoch);
            if (job != null) {
                epoch = queue.epoch();
                work(job, queue, latch);
                continue;
            }
            long left = ParallelWorkers.isLent(loan) ? -1 : idleMillisLeft(idleSince);
            if (left == 0 && workers.leave(entry)) {
                return;
            }
            if (left != 0) {
                latch.await(left, queue == null ? WaitEvent.PARALLEL_WORKER_MAIN : WaitEvent.PARALLEL_TASK);
            }
        }
    }

    /** Null if that loan is over already. */
    private WorkerTaskQueue attach(long loan) {
        ProcessIdentity leader = workers.leader(entry);
        WorkerTaskQueue queue = queues.worker(workers.queue(entry), workers.participant(entry));
        if (workers.loan(entry) != loan) {
            return null;
        }
        // One that is this process's supervisor is watched already
        if (shared && leaders.add(leader)) {
            context.endWith(leader, () -> workers.isLentTo(entry, leader));
        }
        return queue.attach(leader, () -> workers.loan(entry) == loan) ? queue : null;
    }

    /** How long it may still be idle: -1 for without end, 0 for no longer. */
    private long idleMillisLeft(long idleSince) {
        int timeout = workers.idleTimeout();
        if (!shared || timeout == 0) {
            return -1;
        }
        return Math.max(0, timeout - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - idleSince));
    }

    private static void work(CopyJob job, WorkerTaskQueue queue, Latch latch) throws IOException {
        try (CopyTask task = open(job, queue, latch)) {
            work(queue, task, latch);
        } catch (ChunkLoader.CancelledException e) {
            // The leader has ended the COPY: what was done of this task is not wanted.
        } finally {
            queue.leave();
        }
    }

    private static CopyTask open(CopyJob job, WorkerTaskQueue queue, Latch latch) throws IOException {
        return job.isFrom() ? new CopyFromTask(job, queue, queue.participant)
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
                latch.await(-1, WaitEvent.PARALLEL_TASK);
            }
        }
    }
}
