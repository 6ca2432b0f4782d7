package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.Interrupt;
import dev.wharf.shmem.Interrupts;
import dev.wharf.shmem.ProcStatus;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes that are attached beside a supervisor's own and its workers. They are not its children: it learns of them, and of
 * their ends, from the proc table.
 *
 * <p>A session is a thread that has a proc and listens. What else is attached is not told anything, and only a crash ends it.
 */
final class Sessions {
    /** PostgreSQL's SIGKILL_CHILDREN_AFTER_SECS. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Segment segment;
    /** Since when they have been told to end at once; 0 for not yet. */
    private long toldAt;

    Sessions(final Segment segment) {
        this.segment = segment;
    }

    /** Procs of live processes other than this one. */
    private List<ProcStatus> others() {
        final long self = ProcessIdentity.current().pid();
        return segment.procs().stream()
            .filter(proc -> proc.pid() != self && proc.state() != ProcStatus.State.DEAD).toList();
    }

    private List<ProcStatus> sessions() {
        return others().stream().filter(proc -> segment.interrupts(proc.procNumber()).isListening()).toList();
    }

    /** Whether a process is attached that is none of those workers. */
    boolean isAnyAttached(final Collection<ChildWorker> workers) {
        final Set<Long> own = new HashSet<>();
        workers.stream().filter(ChildWorker::isRunning).forEach(worker -> own.add(worker.pid()));
        return others().stream().anyMatch(proc -> !own.contains(proc.pid()));
    }

    /** To all that are attached, workers too. */
    void tellReload() {
        others().forEach(proc -> segment.interrupts(proc.procNumber()).send(Interrupt.CONFIG_RELOAD));
    }

    /** Does not wait; who has been told is not told again. @return whether there is any session */
    boolean tell(final Interrupt end) {
        final List<ProcStatus> sessions = sessions();
        for (final ProcStatus session : sessions) {
            final Interrupts interrupts = segment.interrupts(session.procNumber());
            if (!interrupts.isPending(end)) {
                interrupts.send(end);
            }
        }
        return !sessions.isEmpty();
    }

    /** As {@link #tell}; kills those that have been told and are still there after five seconds. */
    boolean tellAndKill(final Interrupt end) {
        final boolean any = tell(end);
        if (any && isPatienceOver()) {
            kill(sessions());
        }
        return any;
    }

    private boolean isPatienceOver() {
        final long now = System.nanoTime();
        toldAt = toldAt == 0 ? now : toldAt;
        return now - toldAt > PATIENCE_NANOS;
    }

    /**
     * Waits until nobody else is attached, the workers having ended: tells the sessions, and after five seconds kills whoever is
     * left.
     */
    void awaitEnd(final Interrupt end) {
        toldAt = 0;
        for (List<ProcStatus> left = others(); !left.isEmpty(); left = others()) {
            tell(end);
            if (isPatienceOver()) {
                kill(left);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        toldAt = 0;
    }

    private static void kill(final List<ProcStatus> procs) {
        procs.forEach(proc -> ProcessHandle.of(proc.pid()).ifPresent(ProcessHandle::destroyForcibly));
    }
}
