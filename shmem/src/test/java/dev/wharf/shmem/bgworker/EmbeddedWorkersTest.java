package dev.wharf.shmem.bgworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.ForkedJvm;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Without a postmaster, who registers workers has them: by the same slots and handles. */
@Timeout(300)
class EmbeddedWorkersTest {
    @TempDir
    Path directory;

    private Supervised unsupervised() {
        return new Supervised(directory, CrashPolicy.OWNER_DEATH);
    }

    @Test
    void workersOfItsOwnEndWithIt() throws Exception {
        try (Supervised all = unsupervised()) {
            final BackgroundWorkerHandle handle = all.begin(Supervised.worker("own", WorkerSpi.Sleeper.class), 1);
            final BackgroundWorkerHandle other = all.begin(Supervised.worker("other", WorkerSpi.Handler.class), 2);
            assertEquals(Supervised.PID, all.workers.list().getFirst().launcherPid());
            handle.terminate();
            assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
            assertEquals(List.of(other.getPid().pid()), all.processes());
            all.workers.close();
            assertEquals(List.of(), all.processes());
            assertEquals(Status.STOPPED, other.getPid().status());
            // Closed, it can begin anew
            all.begin(Supervised.worker("again", WorkerSpi.Sleeper.class), 3);
        }
    }

    @Test
    void whoCrashesIsStartedAgain() throws Exception {
        try (Supervised all = unsupervised()) {
            all.register(Supervised.worker("exiter", WorkerSpi.Exiter.class).withMainArg(3).withExtra(new byte[]{2})
                .withRestartTime(0));
            WorkerSpi.awaitReady(all.proc, 2);
            assertEquals(2, all.workers.list().getFirst().starts());
        }
    }

    /** The slots are one set: whoever is dead, others get them. */
    @Test
    void slotsOfADeadProcessAreTakenAgain() throws Exception {
        try (Supervised all = unsupervised();
             ForkedJvm session = ForkedJvm.start(PostmasterPeer.class, "register", all.file.toString(), "5")) {
            for (int i = 0; i < Supervised.MAX_WORKERS; i++) {
                session.expect("true");
            }
            // There are four
            session.expect("false");
            WorkerSpi.awaitReady(all.proc, Supervised.MAX_WORKERS);
            assertTrue(all.workers.registerDynamicBackgroundWorker(all.proc,
                Supervised.worker("full", WorkerSpi.Sleeper.class)).isEmpty());
            session.kill();
            for (int i = 0; i < Supervised.MAX_WORKERS; i++) {
                // One by one, as their workers end
                WorkerSpi.await(all.proc, () -> all.workers.registerDynamicBackgroundWorker(all.proc,
                    Supervised.worker("w", WorkerSpi.Handler.class)).isPresent());
            }
            WorkerSpi.awaitReady(all.proc, 2 * Supervised.MAX_WORKERS);
            assertTrue(all.workers.list().stream().allMatch(row -> row.launcherPid() == Supervised.PID));
            assertEquals(Supervised.MAX_WORKERS, all.processes().size());
        }
    }

    /** A postmaster that comes later leaves them alone, and takes what is registered from then on. */
    @Test
    void aPostmasterComesAndGoes() throws Exception {
        try (Supervised all = unsupervised();
             ForkedJvm postmaster = ForkedJvm.start(PostmasterPeer.class, "serve", all.file.toString(), "0")) {
            postmaster.expect("serving");
            all.begin(Supervised.worker("its", WorkerSpi.Sleeper.class), 1);
            assertEquals(postmaster.pid(), all.workers.list().getFirst().launcherPid());
            assertEquals(postmaster.pid(), all.workers.postmasterPid());
            postmaster.kill();
            final BackgroundWorkerHandle own = all.begin(Supervised.worker("own", WorkerSpi.Sleeper.class), 2);
            assertEquals(Supervised.PID, all.workers.list().getLast().launcherPid());
            all.start();
            all.begin(Supervised.worker("new", WorkerSpi.Sleeper.class), 3);
            assertEquals(2, all.workers.list().size());
            assertEquals(Status.STARTED, own.getPid().status());
            // Though both are this process's: each worker is there once
            assertEquals(2, all.processes().size());
            assertEquals(1, all.workers.list().getFirst().starts());
            assertEquals(3, WorkerSpi.get(all.proc, WorkerSpi.READY));
        }
    }

    @Test
    void manyWorkers() throws Exception {
        manyWorkers(12);
    }

    @Test
    @Tag("soak")
    void aHundredWorkers() throws Exception {
        manyWorkers(100);
    }

    /** Started and stopped in all ways: no slot is lost, no process is left, no file is left open. */
    private void manyWorkers(final int number) throws Exception {
        try (Supervised all = unsupervised().start()) {
            // What a first time opens for good
            all.begin(Supervised.worker("first", WorkerSpi.Sleeper.class), 1).terminate();
            all.awaitNoneRegistered();
            final long filesBefore = openFiles();
            final int procsBefore = all.segment.procs().size();
            int begun = 1;
            for (int done = 0; done < number; done += Supervised.MAX_WORKERS) {
                final BackgroundWorkerHandle[] handles = new BackgroundWorkerHandle[Supervised.MAX_WORKERS];
                for (int i = 0; i < handles.length; i++) {
                    handles[i] = all.register(Supervised.worker("w" + i, WorkerSpi.Sleeper.class)
                        .withRestartTime(BackgroundWorker.NEVER_RESTART));
                }
                assertTrue(all.workers.registerDynamicBackgroundWorker(all.proc,
                    Supervised.worker("full", WorkerSpi.Sleeper.class)).isEmpty());
                begun += handles.length;
                WorkerSpi.awaitReady(all.proc, begun);
                assertEquals(handles.length, all.processes().size());
                for (int i = 0; i < handles.length; i++) {
                    if (i % 2 == 0) {
                        handles[i].terminate();
                    } else {
                        ProcessHandle.of(handles[i].getPid().pid()).orElseThrow().destroyForcibly();
                    }
                }
                for (final BackgroundWorkerHandle handle : handles) {
                    assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
                }
                all.awaitNoneRegistered();
                assertEquals(List.of(), all.processes());
            }
            assertEquals(procsBefore, all.segment.procs().size());
            WorkerSpi.await(all.proc, () -> openFiles() <= filesBefore);
            try (Stream<Path> files = Files.list(directory)) {
                assertEquals(List.of("log", "segment", "segment.lock"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
            }
            assertFalse(all.log().contains("Exception"), all.log());
        }
    }

    private static long openFiles() {
        final String[] names = Path.of("/proc/self/fd").toFile().list();
        return names == null ? 0 : names.length;
    }
}
