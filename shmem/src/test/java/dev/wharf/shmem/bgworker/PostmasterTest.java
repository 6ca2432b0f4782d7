package dev.wharf.shmem.bgworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemRequest;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PostmasterTest {
    @TempDir
    Path directory;

    @Test
    void basicLife() throws Exception {
        final Path log = directory.resolve("log");
        final MessageLog messages = new MessageLog();
        try (Segment segment = Segment.open(directory.resolve("segment"), new ShmemRequest());
             Proc proc = segment.attachProc("test");
             Postmaster postmaster = new Postmaster(8, new LaunchOptions(log, messages), CrashPolicy.OWNER_DEATH);
             BackgroundWorkers workers = new BackgroundWorkers(segment, new LaunchOptions(log, messages))) {
            postmaster.start(segment);
            postmaster.advance(StartTime.RECOVERY_FINISHED);
            final BackgroundWorkerHandle handle = workers.registerDynamicBackgroundWorker(proc,
                new BackgroundWorker("sleeper", WorkerSpi.Sleeper.class.getName())
                    .withNotifyPid(ProcessHandle.current().pid())).orElseThrow();
            final BackgroundWorkerHandle.State state = handle.waitForStartup(proc);
            assertEquals(Status.STARTED, state.status());
            assertTrue(ProcessHandle.of(state.pid()).orElseThrow().isAlive());
            WorkerSpi.awaitReady(proc, 1);
            handle.terminate();
            assertEquals(Status.STOPPED, handle.waitForShutdown(proc));
            assertTrue(ProcessHandle.of(state.pid()).isEmpty());
            postmaster.shutdown(ShutdownMode.FAST);
            postmaster.awaitEnd();
            assertTrue(Files.readString(log).contains(
                "FATAL:  terminating background worker \"sleeper\" due to administrator command\n"), Files.readString(log));
        }
    }
}
