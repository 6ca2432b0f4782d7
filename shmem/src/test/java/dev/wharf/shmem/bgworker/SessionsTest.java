package dev.wharf.shmem.bgworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.ForkedJvm;
import dev.wharf.shmem.Interrupt;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle.Status;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a supervisor tells processes that are not its children: real ones, some of which do as they are told. */
@Timeout(120)
class SessionsTest {
    @TempDir
    Path directory;

    private Supervised supervised(final CrashPolicy policy) {
        return new Supervised(directory, policy);
    }

    private static ForkedJvm session(final Supervised all, final boolean leaves) throws IOException {
        final ForkedJvm session = ForkedJvm.start(PostmasterPeer.class, "listen", all.file.toString(), Boolean.toString(leaves));
        session.expect("listening");
        return session;
    }

    @Test
    void aReloadReachesWorkersAndNobodyDiesOfIt() throws Exception {
        try (Supervised all = supervised(CrashPolicy.OWNER_DEATH).start(); ForkedJvm session = session(all, true)) {
            final BackgroundWorkerHandle one = all.begin(Supervised.worker("one", WorkerSpi.Reloader.class), 1);
            final BackgroundWorkerHandle other = all.begin(Supervised.worker("other", WorkerSpi.Sleeper.class), 2);
            all.postmaster.reload();
            WorkerSpi.await(all.proc, () -> WorkerSpi.get(all.proc, WorkerSpi.DONE) == 1);
            // A real one, as a terminal sends it to all that were started there
            assertEquals(0, new ProcessBuilder("kill", "-HUP", Long.toString(one.getPid().pid()),
                Long.toString(other.getPid().pid())).start().waitFor());
            WorkerSpi.await(all.proc, () -> WorkerSpi.get(all.proc, WorkerSpi.DONE) == 2);
            assertEquals(Status.STARTED, one.getPid().status());
            assertEquals(Status.STARTED, other.getPid().status());
            assertTrue(session.isAlive());
            assertFalse(all.proc.interrupts().isPending(Interrupt.CONFIG_RELOAD), "its own process knows");
            all.awaitEnd(ShutdownMode.IMMEDIATE);
        }
    }

    /** Sessions first, as they may need workers; one that does not go is waited for. */
    @Test
    void aFastShutdownTellsSessions() throws Exception {
        try (Supervised all = supervised(CrashPolicy.OWNER_DEATH).start();
             ForkedJvm session = session(all, true); ForkedJvm stubborn = session(all, false)) {
            final BackgroundWorkerHandle worker = all.begin(Supervised.worker("worker", WorkerSpi.Handler.class), 1);
            assertEquals(Admission.OK, BackgroundWorkers.admission(all.segment));
            all.postmaster.shutdown(ShutdownMode.FAST);
            session.expect("TERMINATE");
            stubborn.expect("TERMINATE");
            assertEquals(Admission.SHUTDOWN, BackgroundWorkers.admission(all.segment));
            assertEquals(Status.STARTED, worker.getPid().status());
            assertTrue(all.postmaster.isRunning());
            assertTrue(session.isAlive(), "it has only left");
            stubborn.kill();
            all.postmaster.awaitEnd();
            assertEquals(1, WorkerSpi.get(all.proc, WorkerSpi.DONE));
            assertEquals(Admission.OK, BackgroundWorkers.admission(all.segment));
        }
    }

    /** Who is still there after five seconds is killed. */
    @Test
    void anImmediateShutdownEndsSessions() throws Exception {
        try (Supervised all = supervised(CrashPolicy.OWNER_DEATH).start();
             ForkedJvm session = session(all, true); ForkedJvm stubborn = session(all, false);
             ForkedJvm other = ForkedJvm.start(PostmasterPeer.class, "attach", all.file.toString())) {
            other.expect("attached");
            all.awaitEnd(ShutdownMode.IMMEDIATE);
            session.expect("QUIT_FOR_STOP");
            stubborn.expect("QUIT_FOR_STOP");
            assertEquals(128 + 9, stubborn.await());
            assertTrue(session.isAlive());
            assertTrue(other.isAlive(), "it is no session");
        }
    }

    /** When memory is made anew nobody is left who knew the old one. */
    @Test
    void aCrashEndsAllThatAreAttached() throws Exception {
        try (Supervised all = supervised(CrashPolicy.RESTART_ALL);
             ForkedJvm session = session(all, true); ForkedJvm stubborn = session(all, false);
             ForkedJvm other = ForkedJvm.start(PostmasterPeer.class, "attach", all.file.toString())) {
            other.expect("attached");
            all.postmaster.onRestart(proc -> {
                WorkerSpi.shared(proc).putLong(WorkerSpi.EXTRA, all.segment.procs().stream()
                    .filter(status -> status.pid() != Supervised.PID).count());
                // Last: the test waits for it
                WorkerSpi.shared(proc).putLongVolatile(WorkerSpi.MAIN_ARG, BackgroundWorkers.admission(all.segment).ordinal());
            }, () -> all.segment.setLatches(Supervised.PID));
            all.start();
            final BackgroundWorkerHandle worker = all.begin(Supervised.worker("worker", WorkerSpi.Sleeper.class)
                .withExtra(new byte[]{1}).withMainArg(42).withRestartTime(BackgroundWorker.NEVER_RESTART), 1);
            ProcessHandle.of(worker.getPid().pid()).orElseThrow().destroyForcibly();
            session.expect("QUIT_FOR_CRASH");
            stubborn.expect("QUIT_FOR_CRASH");
            assertEquals(128 + 9, stubborn.await());
            assertEquals(128 + 9, other.await());
            assertTrue(session.isAlive());
            WorkerSpi.await(all.proc, () -> WorkerSpi.get(all.proc, WorkerSpi.MAIN_ARG) == Admission.RECOVERY.ordinal());
            assertEquals(0, WorkerSpi.get(all.proc, WorkerSpi.EXTRA));
            WorkerSpi.await(all.proc, () -> BackgroundWorkers.admission(all.segment) == Admission.OK);
            assertTrue(all.postmaster.isRunning());
        }
    }
}
