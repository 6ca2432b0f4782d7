package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.FailPoint;
import dev.wharf.shmem.Interrupt;
import dev.wharf.shmem.Latch;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.WaitEvent;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts, reaps and stops the workers of the slots that name this thread's proc as their launcher. The postmaster has one; a
 * process that has workers and no postmaster has one too.
 *
 * <p>One thread runs it, {@link #run}, whose latch wakes it for whatever there is to do: each pass looks at everything. So no
 * message can be lost, and a slot's state is its books.
 */
final class WorkerSupervisor {
    private static final int LOOK_MILLIS = 100;
    private static final int IDLE_MILLIS = 1000;
    private static final int NO_STAGE = 0;

    private final Segment segment;
    private final Proc proc;
    private final BackgroundWorkerArray array;
    private final LaunchOptions options;
    private final CrashPolicy crashPolicy;
    private final Restart restart;
    /** Null if they are none of its business. */
    private final Sessions sessions;
    private final Latch latch;
    private final ProcessIdentity self = ProcessIdentity.current();
    /** By slot. */
    private final Map<Integer, ChildWorker> children = new TreeMap<>();
    private volatile int stage = NO_STAGE;
    private volatile ShutdownMode shutdown;
    private ShutdownMode begun;
    private volatile boolean abandoned;

    /**
     * @param proc of the thread that will run it
     * @param restart what comes between the end of all workers after a crash and their new start; null if it is OWNER_DEATH
     * @param sessions null if it has nothing to tell them
     */
    WorkerSupervisor(final Proc proc, final BackgroundWorkerArray array, final LaunchOptions options,
                     final CrashPolicy crashPolicy, final Restart restart, final Sessions sessions) {
        segment = proc.segment();
        this.proc = proc;
        this.array = array;
        this.options = options;
        this.crashPolicy = crashPolicy;
        this.restart = restart;
        this.sessions = sessions;
        // Unlike the proc's own, any thread may set this one at any time
        latch = segment.latch(proc.procNumber());
    }

    /** What an owner does after a crash under {@link CrashPolicy#RESTART_ALL}. */
    interface Restart {
        /** Makes shared memory anew: nobody else is attached. */
        void reinitialize();

        /** Sessions may come in again. */
        void ready();
    }

    /** By any thread. Workers of that start time, and earlier ones, may run from now on. */
    void advance(final BackgroundWorker.StartTime time) {
        stage = Math.max(stage, time.ordinal() + 1);
        latch.set();
    }

    /** By any thread. A quicker mode replaces a slower one, not the other way round. */
    synchronized void shutdown(final ShutdownMode mode) {
        if (isNews(mode)) {
            shutdown = mode;
        }
        latch.set();
    }

    /** Whether it has not yet been told to shut down as quickly as that. */
    boolean isNews(final ShutdownMode mode) {
        final ShutdownMode before = shutdown;
        return before == null || mode.compareTo(before) > 0;
    }

    /** By any thread. Kills the workers, and lets sessions go on. */
    void abandon() {
        abandoned = true;
        shutdown(ShutdownMode.IMMEDIATE);
    }

    /** By any thread. */
    void reload() {
        sessions.tellReload();
    }

    /** Until it is told to shut down and all workers have ended. */
    void run() {
        for (;;) {
            proc.latch().reset();
            adopt();
            reap();
            if (beginShutdown() && children.values().stream().noneMatch(ChildWorker::isRunning) && sessionsEnded()) {
                return;
            }
            final long now = System.nanoTime();
            for (final ChildWorker child : List.copyOf(children.values())) {
                serve(child, now);
            }
            proc.latch().await(timeout(), WaitEvent.POSTMASTER_MAIN);
        }
    }

    /** Gives all slots back. At the end, once nobody registers here any more. */
    void forgetAll() {
        adopt();
        List.copyOf(children.values()).forEach(this::forget);
    }

    /** Kills all, and waits for their ends: when something is wrong here. */
    void killAll() {
        children.values().forEach(ChildWorker::kill);
        children.values().forEach(ChildWorker::awaitEnd);
        reapProcs();
    }

    /** Finds what has been registered since the last pass. */
    private void adopt() {
        for (int slot = 0; slot < array.slots(); slot++) {
            if (!children.containsKey(slot) && array.isInUse(slot) && isOwn(slot)) {
                final ChildWorker child = new ChildWorker(slot, array.generation(slot), array.read(slot));
                children.put(slot, child);
                say(PostmasterMessage.debug("registering background worker \"" + child.worker.name() + "\""));
            }
        }
    }

    /** A process may have two supervisors: a postmaster, and the one that it had before. */
    private boolean isOwn(final int slot) {
        return array.launcher(slot).equals(self) && array.launcherProc(slot) == proc.procNumber();
    }

    // The ends of workers.

    private void reap() {
        for (final ChildWorker child : List.copyOf(children.values())) {
            if (child.hasEnded()) {
                ended(child);
            }
        }
    }

    private void ended(final ChildWorker child) {
        final ExitStatus exit = child.takeExit();
        FailPoint.WORKER_REAPED.reach();
        // Its locks first: others may be waiting for them
        reapProcs();
        final String text = exit.describe("background worker \"" + child.worker.name() + "\"", child.pid());
        say(exit.isDone() ? PostmasterMessage.debug(text) : PostmasterMessage.log(text));
        if (exit.isCrash() && crashPolicy == CrashPolicy.RESTART_ALL && begun == null) {
            array.stopped(child.slot, exit.code());
            restartAll();
        } else if (exit.isDone() || child.worker.restartTime() == BackgroundWorker.NEVER_RESTART
            || array.isToTerminate(child.slot, child.generation)) {
            array.stopped(child.slot, exit.code());
            forget(child);
        } else {
            child.restartLater();
            array.stopped(child.slot, exit.code());
        }
    }

    private void reapProcs() {
        try {
            segment.reapDeadProcs();
        } catch (final RuntimeException e) {
            // A tranche's callback: the others' locks are recovered by those who wait for them
            say(new PostmasterMessage(PostmasterMessage.Level.LOG, ShmemException.INTERNAL_ERROR,
                "could not recover from the death of a process: " + e.getMessage(), null, null));
        }
    }

    /** PostgreSQL's way: what one of them may have damaged is made anew, for all. */
    private void restartAll() {
        say(PostmasterMessage.log("terminating any other active server processes"));
        array.setAdmission(Admission.RECOVERY);
        sessions.tell(Interrupt.QUIT_FOR_CRASH);
        children.values().forEach(ChildWorker::kill);
        for (final ChildWorker child : List.copyOf(children.values())) {
            if (child.isRunning()) {
                child.awaitEnd();
                array.stopped(child.slot, child.takeExit().code());
            }
        }
        sessions.awaitEnd(Interrupt.QUIT_FOR_CRASH);
        reapProcs();
        say(PostmasterMessage.log("all server processes terminated; reinitializing"));
        for (final ChildWorker child : List.copyOf(children.values())) {
            // As there: whoever registered it reckons with one run
            if (child.worker.restartTime() == BackgroundWorker.NEVER_RESTART) {
                forget(child);
            } else {
                child.restartNow();
                array.forgetNotifyPid(child.slot);
            }
        }
        restart.reinitialize();
        array.setAdmission(Admission.OK);
        restart.ready();
    }

    private void forget(final ChildWorker child) {
        say(PostmasterMessage.debug("unregistering background worker \"" + child.worker.name() + "\""));
        children.remove(child.slot);
        array.free(child.slot);
    }

    // Starting and stopping.

    private void serve(final ChildWorker child, final long now) {
        if (array.isToTerminate(child.slot, child.generation)) {
            if (child.isRunning()) {
                child.terminate();
            } else {
                forget(child);
            }
        } else if (!child.isRunning() && mayStart(child) && child.nanosToStart(now) <= 0) {
            start(child);
        }
    }

    private boolean mayStart(final ChildWorker child) {
        return begun == null && stage > child.worker.startTime().ordinal();
    }

    private void start(final ChildWorker child) {
        say(PostmasterMessage.debug("starting background worker process \"" + child.worker.name() + "\""));
        try {
            final Worker process = WorkerLauncher.launch(segment, child.spec(options));
            FailPoint.WORKER_FORKED.reach();
            child.started(process);
            array.started(child.slot, new ProcessIdentity(process.pid(), process.startTime()));
            FailPoint.WORKER_STARTED.reach();
            process.onExit().thenRun(latch::set);
        } catch (final ShmemException e) {
            say(PostmasterMessage.log(e));
            child.restartLater();
            if (child.worker.restartTime() == BackgroundWorker.NEVER_RESTART) {
                forget(child);
            }
        }
    }

    /** True once workers are to end. */
    private boolean beginShutdown() {
        final ShutdownMode mode = shutdown;
        if (mode == null) {
            return false;
        }
        if (begun == null && sessions != null && !abandoned) {
            array.setAdmission(Admission.SHUTDOWN);
            // Workers go on as long as a session may need them
            if (mode == ShutdownMode.SMART && sessions.isAnyAttached(children.values())
                || mode == ShutdownMode.FAST && sessions.tell(Interrupt.TERMINATE)) {
                return false;
            }
        }
        if (begun != mode) {
            begun = mode;
            children.values().forEach(mode == ShutdownMode.IMMEDIATE ? ChildWorker::kill : ChildWorker::terminate);
        }
        return true;
    }

    /** Those that an immediate shutdown ends while it kills the workers. */
    private boolean sessionsEnded() {
        return sessions == null || abandoned || begun != ShutdownMode.IMMEDIATE
            || !sessions.tellAndKill(Interrupt.QUIT_FOR_STOP);
    }

    /** Milliseconds until something is due by itself; at the latest when it looks for what a dead process could not tell. */
    private long timeout() {
        long due = shutdown != null && (begun == null || begun == ShutdownMode.IMMEDIATE) ? LOOK_MILLIS : IDLE_MILLIS;
        final long now = System.nanoTime();
        for (final ChildWorker child : children.values()) {
            if (!child.isRunning() && mayStart(child)) {
                due = Math.min(due, Math.max(1, Math.ceilDiv(child.nanosToStart(now), 1_000_000L)));
            }
        }
        return due;
    }

    private void say(final PostmasterMessage message) {
        options.say(message);
    }
}
