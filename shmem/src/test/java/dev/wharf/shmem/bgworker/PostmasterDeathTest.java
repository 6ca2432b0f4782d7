package dev.wharf.shmem.bgworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.ForkedJvm;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.ProcStatus;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle.Status;
import dev.wharf.shmem.os.PidFd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A supervisor, or who registers with it, is killed at any instant: no process is left, and no slot. */
@Timeout(120)
class PostmasterDeathTest {
    private static final int WORKERS = 3;
    /** The bar is a second; a machine that has other things to do may take longer to kill than that. */
    private static final long SOON_MILLIS = 20_000;

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private BackgroundWorkers workers;
    private final MessageLog messages = new MessageLog();

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), Supervised.request());
        proc = segment.attachProc("test");
        workers = new BackgroundWorkers(segment, options());
    }

    @AfterEach
    void close() {
        workers.close();
        proc.close();
        segment.close();
    }

    private LaunchOptions options() {
        return new LaunchOptions(directory.resolve("log"), messages).withJvmFlags(Supervised.QUICK);
    }

    private ForkedJvm serve(final String failPoint, final int number) throws Exception {
        final String[] args = {"serve", segment.file().toString(), Integer.toString(number)};
        return failPoint == null ? ForkedJvm.start(PostmasterPeer.class, args)
            : ForkedJvm.startArmed(failPoint + ":KILL", PostmasterPeer.class, args);
    }

    /** A supervisor takes over what is there, and all slots can be had. */
    private void assertAllIsFree() throws Exception {
        try (Postmaster next = new Postmaster(Supervised.MAX_WORKERS, options(), CrashPolicy.OWNER_DEATH)) {
            for (int i = 0; i < Supervised.MAX_WORKERS; i++) {
                next.registerBackgroundWorker(new BackgroundWorker("next", WorkerSpi.Sleeper.class.getName()));
            }
            final long before = WorkerSpi.get(proc, WorkerSpi.READY);
            next.start(segment);
            assertEquals(Supervised.MAX_WORKERS, workers.list().size(), messages::toString);
            next.advance(StartTime.RECOVERY_FINISHED);
            WorkerSpi.awaitReady(proc, before + Supervised.MAX_WORKERS);
            assertEquals(Supervised.MAX_WORKERS, Supervised.processes(segment.file()).size());
        }
        assertEquals(List.of(), Supervised.processes(segment.file()));
        assertEquals(List.of(), workers.list());
        assertEquals(List.of("test"), segment.procs().stream().map(ProcStatus::backendType).toList());
    }

    @Test
    void killedItsWorkersEndAndTheNextOneRecovers() throws Exception {
        try (ForkedJvm supervisor = serve(null, WORKERS)) {
            supervisor.expect("serving");
            final BackgroundWorkerHandle handle = workers.registerDynamicBackgroundWorker(proc,
                Supervised.worker("dynamic", WorkerSpi.Sleeper.class)).orElseThrow();
            assertEquals(supervisor.pid(), workers.list().getFirst().launcherPid());
            WorkerSpi.awaitReady(proc, WORKERS + 1);
            final List<PidFd> pidFds = new ArrayList<>();
            for (final long pid : Supervised.processes(segment.file())) {
                pidFds.add(PidFd.open(pid));
            }
            assertEquals(WORKERS + 1, pidFds.size());
            supervisor.kill();
            for (final PidFd pidFd : pidFds) {
                assertNotNull(pidFd);
                assertTrue(pidFd.awaitDeath(SOON_MILLIS));
                pidFd.close();
            }
            assertEquals(Status.POSTMASTER_DIED, handle.waitForShutdown(proc));
            assertEquals(List.of(), Supervised.processes(segment.file()));
            assertAllIsFree();
        }
    }

    /** One that does not notice, as it is stopped, is killed by the next supervisor. */
    @Test
    void aStoppedWorkerOfADeadSupervisorIsEnded() throws Exception {
        try (ForkedJvm supervisor = serve(null, 1)) {
            supervisor.expect("serving");
            final long pid = workers.list().getFirst().pid();
            assertEquals(0, new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor());
            supervisor.kill();
            assertEquals(List.of(pid), Supervised.processes(segment.file()));
            assertAllIsFree();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"WORKER_SLOT_HALF:1", "WORKER_SLOT_FILLED:3", "WORKER_SLOT_TAKEN:1", "WORKER_SLOT_TAKEN:3",
        "WORKER_SLOTS_RECOVERED:1", "WORKER_FORKED:1", "WORKER_FORKED:3", "WORKER_STARTED:1", "WORKER_STARTED:2"})
    void killedAtAnyStepOfAStart(final String failPoint) throws Exception {
        try (ForkedJvm supervisor = serve(failPoint, WORKERS)) {
            assertEquals(128 + 9, supervisor.await());
            assertAllIsFree();
        }
    }

    /** What it waits for, a worker's end, is brought about here. */
    @ParameterizedTest
    @ValueSource(strings = {"WORKER_REAPED:1", "WORKER_SLOT_FREED:1"})
    void killedAtAnyStepOfAnEnd(final String failPoint) throws Exception {
        try (ForkedJvm supervisor = serve(failPoint, 1)) {
            supervisor.expect("serving");
            workers.registerDynamicBackgroundWorker(proc, Supervised.worker("done", WorkerSpi.Exiter.class)).orElseThrow();
            assertEquals(128 + 9, supervisor.await());
            assertAllIsFree();
        }
    }

    /** The slot is not taken, or it is the supervisor's, who starts the worker. */
    @ParameterizedTest
    @ValueSource(strings = {"WORKER_SLOT_HALF", "WORKER_SLOT_FILLED", "WORKER_SLOT_TAKEN"})
    void whoRegistersIsKilled(final String failPoint) throws Exception {
        try (ForkedJvm supervisor = serve(null, 0)) {
            supervisor.expect("serving");
            try (ForkedJvm session = ForkedJvm.startArmed(failPoint + ":1:KILL", PostmasterPeer.class, "register",
                segment.file().toString(), "1")) {
                assertEquals(128 + 9, session.await());
            }
            if (failPoint.equals("WORKER_SLOT_TAKEN")) {
                // Nobody could tell the supervisor
                WorkerSpi.awaitReady(proc, 1);
            }
            supervisor.kill();
            assertAllIsFree();
        }
    }

    /** A worker that dies before it is in its slot, or right after, is one that crashed. */
    @Test
    void aWorkerIsKilledWhileItEntersItsSlot() throws Exception {
        final LaunchOptions armed = options().withJvmFlags(List.of("-Dwharf.shmem.failPoint=WORKER_ENTERED:1:KILL"));
        try (Postmaster postmaster = new Postmaster(1, armed, CrashPolicy.OWNER_DEATH)) {
            postmaster.start(segment);
            postmaster.advance(StartTime.RECOVERY_FINISHED);
            final BackgroundWorkerHandle handle = workers.registerDynamicBackgroundWorker(proc,
                Supervised.worker("w", WorkerSpi.Sleeper.class).withRestartTime(BackgroundWorker.NEVER_RESTART)).orElseThrow();
            assertEquals(Status.STOPPED, handle.waitForShutdown(proc));
            WorkerSpi.await(proc, () -> workers.list().isEmpty());
        }
        assertAllIsFree();
    }
}
