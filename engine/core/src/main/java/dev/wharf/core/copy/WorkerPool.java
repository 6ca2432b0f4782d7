package dev.wharf.core.copy;

import dev.wharf.core.csv.VectorWarmUp;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A leader's parallel COPY workers. They are background workers: the postmaster's where there is one, else this process's own.
 * They are borrowed for one COPY, and idle afterwards; new ones are registered where there are not enough.
 *
 * <p>Within one COPY a participant's number is never given to a second worker: its file is the first one's.
 *
 * <p>One thread uses it; what happens to a worker is noted by other threads, which only wake that one.
 */
public final class WorkerPool {
    private static final String TYPE = "parallel copy worker";
    /** Of the workers' JVMs. */
    public static final List<String> JVM_FLAGS =
            Stream.concat(Stream.of("-Xms64m", "-Xmx512m", "-Xss1m"), VectorWarmUp.JVM_FLAGS.stream()).toList();

    private final ParallelWorkers workers;
    private final BackgroundWorkers launcher;
    private final Proc proc;
    private final int queue;
    private final WatchedProcesses watched;
    /** The workers of the COPY that runs: index i holds participant i + 1. */
    private final List<Helper> helpers = new ArrayList<>();
    /** Registered and, as far as is known, not there yet; of COPYs that are over. */
    private final List<BackgroundWorkerHandle> starting = new ArrayList<>();
    private long epoch;

    /** A worker of this COPY. */
    private static final class Helper {
        /** Null if it was borrowed. */
        private final BackgroundWorkerHandle handle;
        /** Null until it has come. */
        private ProcessIdentity process;
        private boolean buried;

        Helper(BackgroundWorkerHandle handle, ProcessIdentity process) {
            this.handle = handle;
            this.process = process;
        }
    }

    /** @param proc of the leader's thread */
    WorkerPool(ParallelWorkers workers, BackgroundWorkers launcher, Proc proc, int queue) {
        this.workers = workers;
        this.launcher = launcher;
        this.proc = proc;
        this.queue = queue;
        watched = new WatchedProcesses(proc.segment().latch(proc.procNumber())::set);
    }

    /** A COPY has been opened. @param newEpoch its number in the queue */
    void begin(long newEpoch) {
        epoch = newEpoch;
    }

    /** Workers that a COPY could have without a new one: idle ones, and those that are starting. */
    int available() {
        return idle() + starting();
    }

    /** Idle ones that live, as the operating system has it. */
    int idle() {
        long postmaster = launcher.postmasterPid();
        int n = 0;
        for (int entry = 0; entry < workers.size(); entry++) {
            if (workers.isIdle(entry, postmaster)) {
                ProcessIdentity worker = workers.worker(entry);
                n += worker != null && worker.isAlive() ? 1 : 0;
            }
        }
        return n;
    }

    /** Those that this process has registered and that may still come. */
    int starting() {
        starting.removeIf(handle -> {
            BackgroundWorkerHandle.State state = handle.getPid();
            ProcessIdentity there = workers.worker(handle.slot());
            return handle.isOrphaned() || switch (state.status()) {
                case STARTED -> there != null && there.pid() == state.pid();
                case NOT_YET_STARTED -> false;
                case STOPPED, POSTMASTER_DIED -> true;
            };
        });
        return starting.size();
    }

    /** Has {@code wanted} workers in this COPY, those that have died in it counted: idle ones at once, others as they come. */
    void ensure(int wanted) {
        borrow(wanted);
        int missing = wanted - helpers.size() - starting();
        for (int i = 0; i < missing; i++) {
            Optional<BackgroundWorkerHandle> handle = register(helpers.size() + 1, epoch);
            if (handle.isEmpty()) {
                return;
            }
            helpers.add(new Helper(handle.get(), null));
        }
    }

    /** Borrows what is idle, up to {@code wanted} workers in this COPY. */
    void borrow(int wanted) {
        int most = Math.min(wanted, TaskQueueLayout.PARTICIPANTS - 1);
        if (helpers.size() >= most) {
            return;
        }
        long postmaster = launcher.postmasterPid();
        for (int entry = 0; entry < workers.size() && helpers.size() < most; entry++) {
            if (workers.isIdle(entry, postmaster)) {
                ProcessIdentity worker = workers.borrow(entry, postmaster, queue, helpers.size() + 1);
                if (worker != null) {
                    helpers.add(new Helper(null, worker));
                    watched.watch(worker);
                }
            }
        }
    }

    /**
     * Has {@code count} more workers started, for whichever COPY comes.
     *
     * @throws PgError 53400 if there may be no more
     */
    void start(int count) {
        for (int i = 0; i < count; i++) {
            starting.add(register(0, 0).orElseThrow(() -> new PgError(SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                    "too many background workers")
                    .withDetail("Up to " + workers.size() + " background workers can be registered with the current settings.")
                    .withHint("Consider increasing the configuration parameter \"max_worker_processes\".")));
        }
    }

    private Optional<BackgroundWorkerHandle> register(int participant, long forEpoch) {
        ProcessIdentity self = ProcessIdentity.current();
        return launcher.registerDynamicBackgroundWorker(proc, new BackgroundWorker(TYPE, CopyWorker.class.getName())
                .withRestartTime(BackgroundWorker.NEVER_RESTART).withNotifyPid(self.pid())
                .withExtra(new WorkerOrder(self, queue, participant, forEpoch).encode()));
    }

    /** Participants whose process has ended since the last call. */
    List<Integer> takeDead() {
        List<Integer> dead = new ArrayList<>();
        for (int i = 0; i < helpers.size(); i++) {
            Helper helper = helpers.get(i);
            if (!helper.buried && !isAlive(helper, i + 1)) {
                helper.buried = true;
                dead.add(i + 1);
            }
        }
        return dead;
    }

    private boolean isAlive(Helper helper, int participant) {
        if (helper.process == null) {
            // First: whether it has come is known only while its slot is its own
            boolean stopped = helper.handle.getPid().status() == BackgroundWorkerHandle.Status.STOPPED
                    || helper.handle.isOrphaned();
            int entry = helper.handle.slot();
            ProcessIdentity there = workers.worker(entry);
            if (there == null || !workers.isLentTo(entry, ProcessIdentity.current()) || workers.queue(entry) != queue
                    || workers.participant(entry) != participant) {
                return !stopped;
            }
            helper.process = there;
            watched.watch(there);
        }
        return watched.isAlive(helper.process);
    }

    /** Workers of this COPY that live, or are being started. */
    int size() {
        int n = 0;
        for (Helper helper : helpers) {
            n += helper.buried ? 0 : 1;
        }
        return n;
    }

    /** The COPY is over, and no worker is in it any more. They are idle from now on, or come to be. */
    void release() {
        workers.release(queue);
        for (Helper helper : helpers) {
            if (helper.process == null && !helper.buried) {
                starting.add(helper.handle);
            }
        }
        helpers.clear();
    }
}
