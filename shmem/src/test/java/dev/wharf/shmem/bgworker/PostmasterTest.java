package dev.wharf.shmem.bgworker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.ForkedJvm;
import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.ProcStatus;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle.State;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle.Status;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class PostmasterTest {
    @TempDir
    Path directory;

    private Supervised supervised() {
        return new Supervised(directory, CrashPolicy.OWNER_DEATH);
    }

    @Test
    void aDynamicWorkerLivesAndIsTerminated() throws Exception {
        try (Supervised all = supervised().start()) {
            final byte[] extra = {1, 2, 3};
            final BackgroundWorkerHandle handle = all.register(Supervised.worker("worker 7", WorkerSpi.Sleeper.class)
                .withType("sleeper").withMainArg(-7).withExtra(extra));
            final State state = handle.waitForStartup(all.proc);
            assertEquals(Status.STARTED, state.status());
            assertEquals(state, handle.getPid());
            WorkerSpi.awaitReady(all.proc, 1);
            assertEquals(List.of(state.pid()), all.processes());
            assertEquals(-7, WorkerSpi.get(all.proc, WorkerSpi.MAIN_ARG));
            final byte[] given = new byte[BackgroundWorker.EXTRA_LENGTH];
            WorkerSpi.shared(all.proc).getBytes(WorkerSpi.EXTRA, given);
            assertArrayEquals(Arrays.copyOf(extra, BackgroundWorker.EXTRA_LENGTH), given);
            // As pg_stat_activity would show it
            WorkerSpi.await(all.proc, () -> all.segment.procs().stream().anyMatch(proc -> proc.pid() == state.pid()
                && proc.backendType().equals("sleeper") && "Latch".equals(proc.waitEvent())));
            final BackgroundWorkerStatus row = all.workers.list().getFirst();
            assertEquals(List.of("worker 7", Status.STARTED, state.pid(), Supervised.PID, 1), List.of(row.worker().name(),
                row.status(), row.pid(), row.launcherPid(), row.starts()));

            handle.terminate();
            assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
            assertEquals(List.of(), all.processes());
            assertEquals(new State(Status.STOPPED, 0), handle.getPid());
            all.awaitNoneRegistered();
            assertTrue(all.log().contains(
                "FATAL:  terminating background worker \"worker 7\" due to administrator command\n"), all.log());
            assertFalse(all.log().contains("at dev.wharf"), all.log());
            assertEquals(List.of("registering background worker \"worker 7\"",
                "starting background worker process \"worker 7\"",
                "background worker \"worker 7\" (PID " + state.pid() + ") exited with exit code 1",
                "unregistering background worker \"worker 7\""), all.messages.texts());
            // Its slot of the proc table is free as well
            assertEquals(List.of("postmaster", "test"), all.segment.procs().stream().map(ProcStatus::backendType).sorted()
                .toList());
        }
    }

    @Test
    void whoComputesIsEndedToo() throws Exception {
        try (Supervised all = supervised().start()) {
            final BackgroundWorkerHandle handle = all.begin(Supervised.worker("computer", WorkerSpi.Computer.class), 1);
            handle.terminate();
            assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
            assertTrue(all.log().contains("FATAL:  terminating background worker \"computer\""), all.log());
        }
    }

    /** As PostgreSQL holds interrupts off: the lock's data is as it should be. */
    @Test
    void whoHoldsALockIsEndedOnceItHasGivenItBack() throws Exception {
        try (Supervised all = supervised().start()) {
            final BackgroundWorkerHandle handle = all.begin(Supervised.worker("releaser", WorkerSpi.Releaser.class), 1);
            handle.terminate();
            assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
            assertEquals(1, WorkerSpi.get(all.proc, WorkerSpi.DONE));
            final LWLock lock = all.segment.lwLock("Fragile", 0);
            assertTrue(lock.conditionalAcquire(all.proc, LWLockMode.EXCLUSIVE));
            lock.release(all.proc);
            assertTrue(all.log().contains("FATAL:  terminating background worker \"releaser\""), all.log());
        }
    }

    @Test
    void terminatedBeforeItsStageItNeverStarts() {
        try (Supervised all = supervised()) {
            all.postmaster.start(all.segment);
            final BackgroundWorkerHandle handle = all.register(Supervised.worker("late", WorkerSpi.Sleeper.class));
            assertEquals(new State(Status.NOT_YET_STARTED, 0), handle.getPid());
            handle.terminate();
            assertEquals(new State(Status.STOPPED, 0), handle.waitForStartup(all.proc));
            all.postmaster.advance(StartTime.RECOVERY_FINISHED);
            all.awaitEnd(ShutdownMode.FAST);
            assertEquals(0, WorkerSpi.get(all.proc, WorkerSpi.READY));
            assertFalse(all.messages.texts().contains("starting background worker process \"late\""));
        }
    }

    /** Its JVM is there, and its code is not yet. */
    @Test
    void terminatedWhileItStarts() throws Exception {
        try (Supervised all = supervised().start()) {
            final BackgroundWorkerHandle handle = all.register(Supervised.worker("early", WorkerSpi.Sleeper.class));
            assertEquals(Status.STARTED, handle.waitForStartup(all.proc).status());
            handle.terminate();
            assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
            assertEquals(List.of(), all.processes());
            all.awaitNoneRegistered();
        }
    }

    @Test
    void staticWorkersStartAtTheirStage() throws Exception {
        try (Supervised all = supervised()) {
            for (final StartTime time : List.of(StartTime.RECOVERY_FINISHED, StartTime.POSTMASTER_START,
                StartTime.CONSISTENT_STATE)) {
                assertTrue(all.postmaster.registerBackgroundWorker(
                    new BackgroundWorker(time.name(), WorkerSpi.Handler.class.getName()).withStartTime(time)));
            }
            all.postmaster.start(all.segment);
            for (final StartTime time : StartTime.values()) {
                all.postmaster.advance(time);
                WorkerSpi.awaitReady(all.proc, time.ordinal() + 1);
                assertEquals(time.ordinal() + 1, all.processes().size());
                assertEquals("starting background worker process \"" + time + "\"", all.messages.texts().getLast());
            }
            assertThrows(ShmemException.class, () -> all.postmaster.registerBackgroundWorker(
                new BackgroundWorker("too late", WorkerSpi.Handler.class.getName())));
            all.awaitEnd(ShutdownMode.FAST);
            // They ended by themselves
            assertEquals(3, WorkerSpi.get(all.proc, WorkerSpi.DONE));
            assertEquals(List.of(), all.processes());
            assertEquals(List.of(), all.workers.list());
            assertTrue(all.messages.texts().contains("received fast shutdown request"));
        }
    }

    @Test
    void registrationWhenFull() {
        try (Supervised all = supervised()) {
            final BackgroundWorker late = new BackgroundWorker("static", WorkerSpi.Sleeper.class.getName());
            for (int i = 0; i < Supervised.MAX_WORKERS; i++) {
                assertTrue(all.postmaster.registerBackgroundWorker(late));
            }
            assertFalse(all.postmaster.registerBackgroundWorker(late));
            assertEquals(List.of(new PostmasterMessage(PostmasterMessage.Level.LOG, "53400", "too many background workers",
                "Up to 4 background workers can be registered with the current settings.",
                "Consider increasing the configuration parameter \"max_worker_processes\".")), all.messages.all());
            all.postmaster.start(all.segment);
            final BackgroundWorker dynamic = Supervised.worker("dynamic", WorkerSpi.Sleeper.class);
            assertEquals(Optional.empty(), all.workers.registerDynamicBackgroundWorker(all.proc, dynamic));
            assertEquals(Supervised.MAX_WORKERS, all.workers.list().size());
        }
    }

    @Test
    void whatIsWrongWithAStaticWorkerIsLogged() {
        try (Supervised all = supervised()) {
            assertFalse(all.postmaster.registerBackgroundWorker(Supervised.worker("w", WorkerSpi.Sleeper.class)));
            assertFalse(all.postmaster.registerBackgroundWorker(
                Supervised.worker("w", WorkerSpi.Sleeper.class).withRestartTime(-2)));
            assertEquals(List.of(new PostmasterMessage(PostmasterMessage.Level.LOG, "0A000",
                "background worker \"w\": only dynamic background workers can request notification", null, null),
                new PostmasterMessage(PostmasterMessage.Level.LOG, "22023",
                    "background worker \"w\": invalid restart interval", null, null)), all.messages.all());
        }
    }

    @Test
    void aSecondSupervisorIsRefusedWithThePidOfTheFirst() throws Exception {
        try (Supervised all = supervised().start();
             ForkedJvm second = ForkedJvm.start(PostmasterPeer.class, "serve", all.file.toString(), "0")) {
            assertEquals("F0001 another postmaster (PID " + Supervised.PID + ") is running on segment \""
                + all.segment.file() + "\"", second.readLine());
            assertEquals(1, second.await());
            assertTrue(all.postmaster.isRunning());
            // It is free once the first has ended
            all.awaitEnd(ShutdownMode.SMART);
            try (Postmaster third = new Postmaster(1, new LaunchOptions(null, all.messages), CrashPolicy.OWNER_DEATH)) {
                third.start(all.segment);
                assertEquals(Supervised.PID, all.workers.postmasterPid());
            }
            assertEquals(0, all.workers.postmasterPid());
        }
    }

    @Test
    void smartShutdownWaitsForSessions() throws Exception {
        try (Supervised all = supervised().start();
             ForkedJvm session = ForkedJvm.start(PostmasterPeer.class, "attach", all.file.toString())) {
            session.expect("attached");
            final BackgroundWorkerHandle handle = all.begin(Supervised.worker("worker", WorkerSpi.Handler.class), 1);
            all.postmaster.shutdown(ShutdownMode.SMART);
            // Workers go on, and start, as long as it is there
            all.begin(Supervised.worker("another", WorkerSpi.Handler.class), 2);
            assertEquals(Status.STARTED, handle.getPid().status());
            session.kill();
            all.postmaster.awaitEnd();
            assertEquals(2, WorkerSpi.get(all.proc, WorkerSpi.DONE));
            assertEquals(List.of(), all.processes());
        }
    }

    @Test
    void immediateShutdownAsksNobody() throws Exception {
        try (Supervised all = supervised().start()) {
            final BackgroundWorkerHandle handle = all.begin(Supervised.worker("worker", WorkerSpi.Handler.class), 1);
            final long pid = handle.getPid().pid();
            all.awaitEnd(ShutdownMode.IMMEDIATE);
            assertEquals(List.of(), all.processes());
            assertEquals(0, WorkerSpi.get(all.proc, WorkerSpi.DONE));
            assertEquals(Status.STOPPED, handle.getPid().status());
            assertTrue(all.messages.texts().contains(
                "background worker \"worker\" (PID " + pid + ") was terminated by signal 9: Killed"), all.messages::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 0, 2, true", "TERM, 0, 2, true", "QUIT, 131, 0, false"})
    void signalsEndIt(final String signal, final int exitCode, final int done, final boolean inGoodOrder) throws Exception {
        try (Supervised all = supervised();
             ForkedJvm postmaster = ForkedJvm.start(PostmasterPeer.class, "signals", all.file.toString(), "2")) {
            postmaster.expect("serving");
            assertEquals(2, all.processes().size());
            if (signal.equals("TERM")) {
                // Smart: this process would be waited for
                all.proc.close();
            }
            assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(postmaster.pid())).start().waitFor());
            assertEquals(exitCode, postmaster.await());
            try (Proc proc = all.segment.attachProc("test")) {
                WorkerSpi.await(proc, () -> Supervised.processes(all.file).isEmpty());
                assertEquals(done, WorkerSpi.get(proc, WorkerSpi.DONE));
                assertEquals(inGoodOrder, all.workers.list().isEmpty());
            }
        }
    }

    @Test
    void whatCannotBeForkedIsTriedAgainLater() {
        final LaunchOptions options = new LaunchOptions(null, message -> { }).withJvmFlags(List.of("\0"));
        try (Supervised all = new Supervised(directory, CrashPolicy.OWNER_DEATH, options).start()) {
            all.register(Supervised.worker("later", WorkerSpi.Sleeper.class).withRestartTime(3600));
            final BackgroundWorkerHandle never = all.register(Supervised.worker("never", WorkerSpi.Sleeper.class)
                .withRestartTime(BackgroundWorker.NEVER_RESTART));
            assertEquals(Status.STOPPED, never.waitForShutdown(all.proc));
            WorkerSpi.await(all.proc, () -> all.workers.list().size() == 1);
            assertEquals(2, all.messages.texts().stream().filter(text -> text.startsWith("could not start a")).count());
        }
    }

    @Test
    void aBootstrapFindsTheCode() throws Exception {
        final LaunchOptions options = new LaunchOptions(directory.resolve("log"), message -> { })
            .withBootstrap(WorkerSpi.Bootstrap.class.getName(), List.of("42", "my extension/my.Main"))
            .withJvmFlags(Supervised.QUICK);
        try (Supervised all = new Supervised(directory, CrashPolicy.OWNER_DEATH, options).start()) {
            final BackgroundWorkerHandle handle = all.register(new BackgroundWorker("w", "my.Main").withLibrary("my extension")
                .withNotifyPid(Supervised.PID));
            assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
            assertEquals(42, WorkerSpi.get(all.proc, WorkerSpi.DONE), all.log());
        }
    }

    @Test
    void withoutABootstrapThereIsNoLibrary() throws Exception {
        try (Supervised all = supervised().start()) {
            final BackgroundWorkerHandle handle = all.register(Supervised.worker("w", WorkerSpi.Sleeper.class)
                .withLibrary("my extension").withRestartTime(BackgroundWorker.NEVER_RESTART));
            assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
            assertTrue(all.log().contains("could not access file \"my extension\": No such file or directory"), all.log());
        }
    }
}
