package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.Interrupt;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.WaitEvent;
import dev.wharf.shmem.os.ProcessIdentity;
import dev.wharf.shmem.os.ProcessSignal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What a background worker has: the segment, its own slot, and the news that it is to end.
 *
 * <p>It is told so by SIGTERM, which sets its latch. Unless it has said by {@link #handleTermination} that it looks by itself,
 * that ends its process as soon as it holds no LWLock, with PostgreSQL's FATAL and exit code 1.
 */
public final class BackgroundWorkerContext {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final WorkerContext process;
    private final BackgroundWorker worker;
    private final int slot;
    private volatile boolean terminated;
    private volatile boolean handled;
    private Runnable configReload = () -> { };

    BackgroundWorkerContext(final WorkerContext process, final BackgroundWorker worker, final int slot) {
        this.process = process;
        this.worker = worker;
        this.slot = slot;
    }

    /** @param end runs when it is to end and holds no lock */
    void listen(final Runnable end) {
        // As its supervisor tells it; and a terminal tells all that were started there
        ProcessSignal.HUP.handle(() -> segment().interrupts(proc().procNumber()).send(Interrupt.CONFIG_RELOAD));
        // A terminal's Ctrl-C is its supervisor's to answer
        ProcessSignal.INT.handle(() -> { });
        ProcessSignal.TERM.handle(() -> {
            terminated = true;
            segment().latch(proc().procNumber()).set();
            // PostgreSQL holds interrupts off as well while a lock is held
            while (!handled && holdsLocks()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            if (!handled) {
                end.run();
            }
        });
    }

    private boolean holdsLocks() {
        return segment().procs().stream()
            .anyMatch(other -> other.procNumber() == proc().procNumber() && !other.locks().isEmpty());
    }

    public Segment segment() {
        return process.segment();
    }

    /** The main thread's. */
    public Proc proc() {
        return process.proc();
    }

    /** As it was registered. */
    public BackgroundWorker worker() {
        return worker;
    }

    /** Of the segment's table of background workers. */
    public int slot() {
        return slot;
    }

    public long mainArg() {
        return worker.mainArg();
    }

    /** {@link BackgroundWorker#EXTRA_LENGTH} bytes, a copy. */
    public byte[] extra() {
        return worker.extra();
    }

    /** As {@link WorkerContext#startNanos}. */
    public long startNanos() {
        return process.startNanos();
    }

    /** As {@link WorkerContext#attachedNanos}. */
    public long attachedNanos() {
        return process.attachedNanos();
    }

    /** The process that started this one, which ends when that one does. */
    public long supervisorPid() {
        return process.supervisorPid();
    }

    /** From now on SIGTERM does no more than set the latch and {@link #isTerminated}: the worker looks, and ends by itself. */
    public void handleTermination() {
        handled = true;
    }

    /** Whether it has been told to end. */
    public boolean isTerminated() {
        return terminated;
    }

    /**
     * For one that works for another process than its supervisor: when that one ends, this one does too, at once and with exit
     * code 0, if {@code asked} says so; else its latch is set.
     *
     * @param asked is called on another thread
     */
    public void endWith(final ProcessIdentity other, final BooleanSupplier asked) {
        WorkerProcess.endWith(other, asked, () -> segment().latch(proc().procNumber()).set());
    }

    /** By a {@link BackgroundWorkerBootstrap}: what {@link #processConfigReload} does. */
    public void onConfigReload(final Runnable reload) {
        configReload = reload;
    }

    /** PostgreSQL's ConfigReloadPending: the configuration file has changed, of which the latch tells too. */
    public boolean isConfigReloadPending() {
        return proc().interrupts().isPending(Interrupt.CONFIG_RELOAD);
    }

    /**
     * If the configuration file has changed, reads it again: until it calls this a worker has the settings that it had. By the
     * main thread.
     *
     * @return whether it has
     */
    public boolean processConfigReload() {
        if (!proc().interrupts().take(Interrupt.CONFIG_RELOAD)) {
            return false;
        }
        configReload.run();
        return true;
    }

    /**
     * PostgreSQL's CHECK_FOR_INTERRUPTS.
     *
     * @throws AdminShutdown if it has been told to end; let it through
     */
    public void checkForInterrupts() {
        if (terminated) {
            throw new AdminShutdown(worker.name());
        }
    }

    /**
     * Sleeps until the latch is set, or the time is over, and clears it.
     *
     * @param timeoutMillis -1 for without end
     * @return whether it was set
     * @throws AdminShutdown if it has been told to end
     */
    public boolean await(final long timeoutMillis, final WaitEvent event) {
        final boolean set = proc().latch().await(timeoutMillis, event);
        proc().latch().reset();
        checkForInterrupts();
        return set;
    }
}
