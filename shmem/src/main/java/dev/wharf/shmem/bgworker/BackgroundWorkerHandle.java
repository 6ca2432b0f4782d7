package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.BackgroundWorkerLayout;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.WaitEvent;
import dev.wharf.shmem.os.ProcessIdentity;

/**
 * A background worker that this process has registered dynamically. Any thread may use it; waiting takes the waiter's own proc.
 *
 * <p>Those who wait are woken by their latch if {@link BackgroundWorker#notifyPid} is their process, and else see a change at
 * the latest after {@value #LOOK_MILLIS} milliseconds.
 */
public final class BackgroundWorkerHandle {
    private static final int LOOK_MILLIS = 100;

    private final Segment segment;
    private final BackgroundWorkerArray array;
    private final int slot;
    private final long generation;
    private final ProcessIdentity launcher;
    private final int launcherProc;

    /** PostgreSQL's BgwHandleStatus. */
    public enum Status {
        STARTED,
        NOT_YET_STARTED,
        /** Also between two starts. */
        STOPPED,
        /** Its supervisor is dead, and so it will be. */
        POSTMASTER_DIED
    }

    /**
     * A worker's status.
     *
     * @param pid of a started one, else 0
     */
    public record State(Status status, long pid) {
    }

    BackgroundWorkerHandle(final Segment segment, final BackgroundWorkerArray array, final int slot) {
        this.segment = segment;
        this.array = array;
        this.slot = slot;
        generation = array.generation(slot);
        launcher = array.launcher(slot);
        launcherProc = array.launcherProc(slot);
    }

    /** Its slot, while it has one. */
    public int slot() {
        return slot;
    }

    /** Never {@link Status#POSTMASTER_DIED}. */
    public State getPid() {
        final int status = array.status(slot);
        final ProcessIdentity worker = array.worker(slot);
        if (!array.isInUse(slot, generation) || status == BackgroundWorkerLayout.STOPPED) {
            return new State(Status.STOPPED, 0);
        }
        return status == BackgroundWorkerLayout.STARTED && worker != null
            ? new State(Status.STARTED, worker.pid()) : new State(Status.NOT_YET_STARTED, 0);
    }

    /**
     * Waits until it has been started, or has ended already: WaitForBackgroundWorkerStartup. Resets the latch, so what else
     * that wakes the caller for is to be looked at afterwards.
     */
    public State waitForStartup(final Proc proc) {
        return waitUntilNot(proc, Status.NOT_YET_STARTED, Status.NOT_YET_STARTED, WaitEvent.BGWORKER_STARTUP);
    }

    /** Waits until it does not run: WaitForBackgroundWorkerShutdown. As {@link #waitForStartup} otherwise. */
    public Status waitForShutdown(final Proc proc) {
        return waitUntilNot(proc, Status.NOT_YET_STARTED, Status.STARTED, WaitEvent.BGWORKER_SHUTDOWN).status;
    }

    private State waitUntilNot(final Proc proc, final Status one, final Status other, final WaitEvent event) {
        for (;;) {
            proc.latch().reset();
            final State state = getPid();
            if (state.status != one && state.status != other) {
                return state;
            }
            if (isOrphaned()) {
                return new State(Status.POSTMASTER_DIED, 0);
            }
            proc.latch().await(LOOK_MILLIS, event);
        }
    }

    /** Whether its supervisor is dead: nothing becomes of it any more. */
    public boolean isOrphaned() {
        return !launcher.isAlive();
    }

    /** Has its supervisor end it (SIGTERM) and forget it; if it has not been started it never will be. Does not wait. */
    public void terminate() {
        if (array.isInUse(slot, generation)) {
            array.terminate(slot, generation);
            wakeLauncher();
        }
    }

    void wakeLauncher() {
        segment.latch(launcherProc).set();
    }
}
