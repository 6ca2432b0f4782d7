package dev.wharf.core.copy;

import static dev.wharf.core.copy.WorkerPoolLayout.ENTRY_LENGTH;
import static dev.wharf.core.copy.WorkerPoolLayout.HEAD_LENGTH;
import static dev.wharf.core.copy.WorkerPoolLayout.IDLE_TIMEOUT;
import static dev.wharf.core.copy.WorkerPoolLayout.LAUNCHER;
import static dev.wharf.core.copy.WorkerPoolLayout.LEADER;
import static dev.wharf.core.copy.WorkerPoolLayout.LOAN;
import static dev.wharf.core.copy.WorkerPoolLayout.PARTICIPANT;
import static dev.wharf.core.copy.WorkerPoolLayout.PROC;
import static dev.wharf.core.copy.WorkerPoolLayout.QUEUE;
import static dev.wharf.core.copy.WorkerPoolLayout.WORKER;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The parallel COPY workers of a data directory, in the segment: idle, or lent to a leader for one COPY.
 *
 * <pre>
 *            enter: the COPY that it was started for is still open
 *   (start) ------------------------------------------------------> LENT --- the leader dies ---> (end)
 *      |                                  lend                       | |
 *      | enter: it is over      IDLE ------------------------------>-+ |
 *      +----------------------> IDLE <------- release -----------------+
 *                                 | leave: idle for too long, its supervisor ends
 *                                 +-------> (end)
 * </pre>
 *
 * <p>A leader borrows what its own process has started, or the postmaster. A worker ends with the leader that it is lent to: what
 * that one's COPY had it do can then not be found half done by another. So no worker is ever lost: it is idle, or somebody who is
 * alive has it.
 *
 * <p>An instance belongs to one thread, but for {@link #isLentTo} and {@link #loan}.
 */
final class ParallelWorkers {
    static final String STRUCT = "Parallel COPY Workers";

    private final UnsafeBuffer table;
    private final int size;
    private final LWLock lock;
    private final Proc proc;

    /** @param lock what guards it */
    ParallelWorkers(UnsafeBuffer table, LWLock lock, Proc proc) {
        this.table = table;
        this.lock = lock;
        this.proc = proc;
        size = (table.capacity() - HEAD_LENGTH) / ENTRY_LENGTH;
    }

    static int structSize(int maxWorkerProcesses) {
        return HEAD_LENGTH + maxWorkerProcesses * ENTRY_LENGTH;
    }

    // A worker's side.

    /**
     * Makes a worker known that has just been started.
     *
     * @param lent whether the COPY that it was started for is still open; looked at under the lock
     */
    void enter(int entry, ProcessIdentity launcher, WorkerOrder order, BooleanSupplier lent) {
        locked(() -> {
            int at = at(entry);
            long loan = table.getLong(at + LOAN);
            table.putLongRelease(at + WORKER, 0);
            table.putLong(at + LAUNCHER, launcher.packed());
            table.putInt(at + PROC, proc.procNumber());
            table.putLong(at + LOAN, loan + (isLent(loan) ? 1 : 2));
            if (lent.getAsBoolean()) {
                lend(at, order.leader(), order.queue(), order.participant());
            }
            table.putLongRelease(at + WORKER, ProcessIdentity.current().packed());
            return null;
        });
    }

    /** Takes an idle worker out, which then ends. False if it has been lent meanwhile. */
    boolean leave(int entry) {
        return locked(() -> {
            boolean idle = !isLent(loan(entry));
            if (idle) {
                table.putLongRelease(at(entry) + WORKER, 0);
            }
            return idle;
        });
    }

    /** Changes with each loan and at its end. */
    long loan(int entry) {
        return table.getLongVolatile(at(entry) + LOAN);
    }

    static boolean isLent(long loan) {
        return (loan & 1) != 0;
    }

    /** Of a loan; whoever reads more of it looks afterwards whether it is still the same. */
    ProcessIdentity leader(int entry) {
        return ProcessIdentity.unpacked(table.getLongVolatile(at(entry) + LEADER));
    }

    int queue(int entry) {
        return table.getInt(at(entry) + QUEUE);
    }

    int participant(int entry) {
        return table.getInt(at(entry) + PARTICIPANT);
    }

    boolean isLentTo(int entry, ProcessIdentity leader) {
        return isLent(loan(entry)) && leader(entry).equals(leader);
    }

    /** Milliseconds; 0 for never. */
    int idleTimeout() {
        return table.getIntVolatile(IDLE_TIMEOUT);
    }

    // A supervisor's side.

    /** Idle workers look at the new one at once. */
    void setIdleTimeout(int millis) {
        table.putIntVolatile(IDLE_TIMEOUT, millis);
        for (int entry = 0; entry < size; entry++) {
            if (worker(entry) != null) {
                wake(entry);
            }
        }
    }

    // A leader's side.

    int size() {
        return size;
    }

    /** Null if there is none. */
    ProcessIdentity worker(int entry) {
        long word = table.getLongVolatile(at(entry) + WORKER);
        return word == 0 ? null : ProcessIdentity.unpacked(word);
    }

    /** Whether a worker seems to be idle that a process with {@code launcher}'s workers may have. A moment's view. */
    boolean isIdle(int entry, long postmasterPid) {
        ProcessIdentity launcher = ProcessIdentity.unpacked(table.getLongVolatile(at(entry) + LAUNCHER));
        return worker(entry) != null && !isLent(loan(entry))
                && (launcher.pid() == postmasterPid || launcher.equals(ProcessIdentity.current()));
    }

    /** Borrows a worker, and wakes it; null if it is not idle, or dead. */
    ProcessIdentity borrow(int entry, long postmasterPid, int queue, int participant) {
        ProcessIdentity borrowed = locked(() -> {
            ProcessIdentity worker = worker(entry);
            if (!isIdle(entry, postmasterPid) || !worker.isAlive()) {
                return null;
            }
            lend(at(entry), ProcessIdentity.current(), queue, participant);
            return worker;
        });
        if (borrowed != null) {
            wake(entry);
        }
        return borrowed;
    }

    private void lend(int at, ProcessIdentity leader, int queue, int participant) {
        table.putLong(at + LEADER, leader.packed());
        table.putInt(at + QUEUE, queue);
        table.putInt(at + PARTICIPANT, participant);
        table.putLongVolatile(at + LOAN, table.getLong(at + LOAN) + 1);
    }

    /** Gives back all that this process has borrowed for a queue, also those that have come by themselves. */
    void release(int queue) {
        locked(() -> {
            for (int entry = 0; entry < size; entry++) {
                if (isLentTo(entry, ProcessIdentity.current()) && queue(entry) == queue) {
                    table.putLongVolatile(at(entry) + LOAN, loan(entry) + 1);
                    wake(entry);
                }
            }
            return null;
        });
    }

    private void wake(int entry) {
        proc.segment().latch(table.getInt(at(entry) + PROC)).set();
    }

    private interface Action<T> {
        T run();
    }

    private <T> T locked(Action<T> action) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            return action.run();
        } finally {
            lock.release(proc);
        }
    }

    private static int at(int entry) {
        return HEAD_LENGTH + entry * ENTRY_LENGTH;
    }
}
