package dev.wharf.shmem.bgworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.ForkedJvm;
import dev.wharf.shmem.Peer;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.os.PidFd;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkerTest {
    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private Path log;

    /** Adds its argument to the counter, then says so by the latch of its second argument. */
    public static final class AddingWorker implements WorkerMain {
        @Override
        public void run(final WorkerContext context) {
            final Segment own = context.segment();
            final UnsafeBuffer shared =
                own.buffer(own.shmemInitStruct(context.proc(), Peer.STRUCT, Peer.STRUCT_SIZE));
            shared.getAndAddLong(Peer.COUNTER, Long.parseLong(context.args().get(0)));
            own.latch(Integer.parseInt(context.args().get(1))).set();
        }
    }

    /** Fails. */
    public static final class FailingWorker implements WorkerMain {
        @Override
        public void run(final WorkerContext context) {
            throw new IllegalStateException("wanted");
        }
    }

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), Peer.CONFIG);
        proc = segment.attachProc("test");
        log = directory.resolve("log");
    }

    @AfterEach
    void close() {
        proc.close();
        segment.close();
    }

    private Worker launch(final Class<? extends WorkerMain> main, final String... args) {
        return WorkerLauncher.launch(segment,
            new WorkerSpec("test worker", main.getName(), List.of(args), List.of("-Xmx64m"), log));
    }

    @Test
    void worksInTheSameSegmentAndEnds() throws Exception {
        final UnsafeBuffer shared =
            segment.buffer(segment.shmemInitStruct(proc, Peer.STRUCT, Peer.STRUCT_SIZE));
        final Worker worker = launch(AddingWorker.class, "42", Integer.toString(proc.procNumber()));
        assertTrue(proc.latch().await(30_000));
        assertEquals(42, shared.getLongVolatile(Peer.COUNTER));
        assertEquals(0, worker.onExit().get(30, TimeUnit.SECONDS));
        assertFalse(worker.isAlive());
        // It closed its proc itself
        assertEquals(List.of(), segment.reapDeadProcs());
    }

    @Test
    void anExceptionIsExitCodeOneAndInTheLog() throws Exception {
        assertEquals(1, launch(FailingWorker.class).onExit().get(30, TimeUnit.SECONDS));
        assertTrue(Files.readString(log).contains("java.lang.IllegalStateException: wanted"));
    }

    @Test
    void terminateAndKillEndIt() throws Exception {
        final Worker terminated = launch(Peer.SleepingWorker.class);
        final Worker killed = launch(Peer.SleepingWorker.class);
        assertEquals(new ProcessIdentity(killed.pid(), killed.startTime()), ProcessIdentity.of(killed.pid()));
        terminated.terminate();
        killed.kill();
        assertEquals(128 + 15, terminated.onExit().get(30, TimeUnit.SECONDS));
        assertEquals(128 + 9, killed.onExit().get(30, TimeUnit.SECONDS));
    }

    @Test
    void aWorkerForAnotherGenerationEndsQuietly() throws Exception {
        final ProcessIdentity self = ProcessIdentity.current();
        try (ForkedJvm jvm = ForkedJvm.start(WorkerProcess.class, segment.file().toString(),
            Long.toString(segment.generation() + 1), Long.toString(self.pid()), Long.toString(self.startTime()),
            "test worker", FailingWorker.class.getName())) {
            assertEquals(0, jvm.await());
        }
    }

    @Test
    void aWorkerWhoseSupervisorIsDeadAlreadyEnds() throws Exception {
        try (ForkedJvm jvm = ForkedJvm.start(WorkerProcess.class, segment.file().toString(),
            Long.toString(segment.generation()), Long.toString(ProcessIdentity.current().pid()), "1",
            "test worker", Peer.SleepingWorker.class.getName())) {
            assertEquals(1, jvm.await());
        }
    }

    @Test
    void aWorkerEndsWhenItsSupervisorIsKilled() throws Exception {
        try (ForkedJvm supervisor = ForkedJvm.start(Peer.class, "supervise", segment.file().toString())) {
            final String[] worker = supervisor.readLine().split(" ");
            final long pid = Long.parseLong(worker[0]);
            try (PidFd pidFd = PidFd.open(pid)) {
                assertTrue(new ProcessIdentity(pid, Long.parseLong(worker[1])).isAlive());
                supervisor.kill();
                assertTrue(pidFd.awaitDeath(30_000));
            }
        }
    }
}
