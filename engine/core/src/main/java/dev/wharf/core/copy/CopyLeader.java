package dev.wharf.core.copy;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.shmem.Latch;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.WaitEvent;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Leads parallel COPYs: publishes the job, does tasks like any worker, retires tasks in order, and sees to the dead.
 *
 * <p>Kept by a process from COPY to COPY with its slot in the segment and its workers. One thread uses it.
 */
public final class CopyLeader implements AutoCloseable {
    /**
     * A wake-up is sent for everything that this waits for; the time-out only bounds the harm of a process that dies before
     * it sends its own.
     */
    private static final long WAIT_MILLIS = 100;
    /** So many workers are started for one that is wanted, before their deaths count as an error. */
    private static final int ATTEMPTS = 4;

    private final Proc proc;
    private final Latch latch;
    private final LeaderTaskQueue queue;
    private final WorkerPool pool;
    private final QueryCancel cancel;
    /** Whether a COPY before could have used workers. */
    private boolean again;

    public CopyLeader(Proc proc, TaskQueues queues, BackgroundWorkers launcher, QueryCancel cancel) {
        this.proc = proc;
        this.cancel = cancel;
        latch = proc.latch();
        int slot = queues.take();
        queue = queues.leader(slot);
        pool = new WorkerPool(queues.workers(), launcher, proc, slot);
        cancel.onRequest(() -> {
            queue.stop();
            latch.set();
        });
    }

    /** As {@link QueryCancel#blocked}. */
    QueryCancel.Blocked blocked(Runnable end) {
        return cancel.blocked(end);
    }

    /** @throws PgError 57014 if somebody asked for the end of the statement */
    void checkForInterrupts() {
        cancel.check();
    }

    LeaderTaskQueue queue() {
        return queue;
    }

    Latch latch() {
        return latch;
    }

    /** Takes a done task's result in, in order: accepts it with {@link LeaderTaskQueue#retire}, or has it done again. */
    interface Retirer {
        void retire(long k) throws IOException;
    }

    /** Has the workers that a COPY will want started, and waits until all are there. */
    public void startWorkers(int count) {
        int started = 0;
        for (;;) {
            latch.reset();
            // In this order: one that comes in between is not taken for missing
            int missing = count - pool.starting();
            missing -= pool.idle();
            if (missing > 0) {
                started += missing;
                if (started > ATTEMPTS * count) {
                    throw new PgError(SqlState.INTERNAL_ERROR, "parallel copy workers end while they are starting")
                            .withHint("See worker.log in the data directory.");
                }
                pool.start(missing);
            } else if (pool.idle() >= count) {
                return;
            }
            latch.await(WAIT_MILLIS, WaitEvent.BGWORKER_STARTUP);
        }
    }

    /**
     * Runs a COPY's tasks to the end.
     *
     * @param supply the tasks; told when they can come
     * @param chain where the first row begins; -1 in a COPY TO
     * @param ahead tasks that may be claimed before the first of them is retired
     * @return what each process did, the leader first
     */
    List<CopyResult.ProcessShare> run(CopyJob job, TaskSupply supply, long chain, int ahead, int workers, CopyTuning tuning,
                                      CopyTask own, Retirer retirer, CopyProgress progress) throws IOException {
        boolean finished = false;
        queue.open(job, progress.type(), supply.tasks(), chain, ahead, workers);
        pool.begin(queue.epoch());
        WorkerStart start = new WorkerStart(workers, tuning, again, Runtime.getRuntime().availableProcessors(),
                System.nanoTime());
        boolean parallel = false;
        int forked = 0;
        PgError failure = null;
        long failed = Long.MAX_VALUE;
        List<CopyResult.ProcessShare> shares = new ArrayList<>();
        try {
            supply.begin();
            for (;;) {
                latch.reset();
                checkForInterrupts();
                buryDead();
                if (!parallel && workers > 0 && supply.pays(tuning)) {
                    parallel = true;
                    again = true;
                    forked = Math.max(start.atOnce(), Math.min(pool.available(), workers));
                    pool.ensure(forked);
                    queue.wakeOthers();
                }
                pool.borrow(forked);
                // In this order: what was added before the supply was complete is seen.
                boolean complete = supply.complete();
                while (queue.retired() < queue.tasks() && queue.isDone(queue.retired())) {
                    retirer.retire(queue.retired());
                }
                if (queue.retired() == failed) {
                    throw failure;
                }
                progress.report(queue.progress(TaskQueueLayout.P_BYTES), queue.progress(TaskQueueLayout.P_ROWS));
                if (complete && queue.retired() == queue.tasks()) {
                    break;
                }
                if (parallel && forked < workers) {
                    long left = queue.tasks() - queue.retired();
                    // Of a stream nobody knows; as much again is a fair guess.
                    int due = start.due(queue.retired(), complete ? left : Math.max(left, queue.retired()), System.nanoTime());
                    if (due > forked) {
                        forked = due;
                        pool.ensure(forked);
                    }
                }
                boolean participates = tuning.leaderParticipation() || workers == 0 || pool.size() == 0
                        || queue.gaveUp();
                long k = participates ? queue.claimBefore(failed) : TaskQueue.NONE;
                if (k != TaskQueue.NONE) {
                    try {
                        own.run(k);
                    } catch (PgError e) {
                        if (queue.stopped()) {
                            throw e;
                        }
                        // One that comes before may fail too, and is the one to report: this stays undone until it is the next.
                        failure = e;
                        failed = k;
                        queue.limit(k);
                    }
                } else {
                    latch.await(WAIT_MILLIS, WaitEvent.PARALLEL_FINISH);
                }
            }
            finished = true;
        } catch (ChunkLoader.CancelledException e) {
            checkForInterrupts();
            throw e;
        } finally {
            if (!finished) {
                queue.stop();
            }
            queue.shut();
            queue.leave();
            queue.wakeOthers();
            for (;;) {
                latch.reset();
                buryDead();
                if (!queue.othersActive()) {
                    break;
                }
                latch.await(WAIT_MILLIS, WaitEvent.PARALLEL_FINISH);
            }
            addShares(shares);
            pool.release();
            queue.dismiss();
            if (finished && parallel) {
                pool.leaveForNext(workers);
            }
        }
        return shares;
    }

    private void addShares(List<CopyResult.ProcessShare> shares) {
        shares.add(new CopyResult.ProcessShare(ProcessHandle.current().pid(), true, queue.share(0).tasks(),
                queue.share(0).rows(), queue.share(0).bytes()));
        for (int i = 1; i < TaskQueueLayout.PARTICIPANTS; i++) {
            if (queue.share(i).tasks() > 0) {
                shares.add(queue.share(i));
            }
        }
    }

    /** Frees what workers that have died were working on, for others to do, and returns how many have died. */
    int buryDead() {
        List<Integer> dead = pool.takeDead();
        if (!dead.isEmpty()) {
            proc.segment().reapDeadProcs();
            for (int participant : dead) {
                queue.bury(participant);
            }
            queue.wakeOthers();
        }
        return dead.size();
    }

    @Override
    public void close() {
        queue.giveBack();
    }
}
