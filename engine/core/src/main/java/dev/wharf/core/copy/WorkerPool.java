package dev.wharf.core.copy;

import dev.wharf.core.csv.VectorWarmUp;
import dev.wharf.shmem.Latch;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.bgworker.Worker;
import dev.wharf.shmem.bgworker.WorkerLauncher;
import dev.wharf.shmem.bgworker.WorkerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * This process's parallel COPY workers: forked when first wanted, kept for the next COPY, gone with the process.
 *
 * <p>One thread uses it; a worker's end is noted by another thread, which only wakes that one.
 */
public final class WorkerPool implements AutoCloseable {
    private static final List<String> JVM_FLAGS =
            Stream.concat(Stream.of("-Xms64m", "-Xmx512m", "-Xss1m"), VectorWarmUp.JVM_FLAGS.stream()).toList();

    private final Segment segment;
    private final Latch leader;
    private final int slot;
    private final Path log;
    /** Index i holds participant i + 1; null where none lives. */
    private final List<Worker> workers = new ArrayList<>();

    /** @param leader wakes this process when a worker ends */
    public WorkerPool(Segment segment, Latch leader, int slot, Path log) {
        this.segment = segment;
        this.leader = leader;
        this.slot = slot;
        this.log = log;
    }

    /** Forks until {@code wanted} workers live; does not wait for them. */
    void ensure(int wanted) {
        for (int i = 0; i < Math.min(wanted, TaskQueueLayout.PARTICIPANTS - 1); i++) {
            if (i == workers.size()) {
                workers.add(null);
            }
            if (workers.get(i) == null) {
                Worker worker = WorkerLauncher.launch(segment, new WorkerSpec("parallel copy worker",
                        CopyWorker.class.getName(), List.of(Integer.toString(slot), Integer.toString(i + 1)), JVM_FLAGS, log));
                worker.onExit().thenRun(leader::set);
                workers.set(i, worker);
            }
        }
    }

    /** Participants whose process has ended since the last call. */
    List<Integer> takeDead() {
        List<Integer> dead = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            if (workers.get(i) != null && !workers.get(i).isAlive()) {
                workers.set(i, null);
                dead.add(i + 1);
            }
        }
        return dead;
    }

    /** Live workers, started or starting. */
    public int size() {
        int n = 0;
        for (Worker w : workers) {
            n += w != null && w.isAlive() ? 1 : 0;
        }
        return n;
    }

    @Override
    public void close() {
        for (Worker w : workers) {
            if (w != null) {
                w.kill();
            }
        }
        for (Worker w : workers) {
            if (w != null) {
                w.onExit().join();
            }
        }
        workers.clear();
    }
}
