package dev.wharf.shmem.bgworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.bgworker.BackgroundWorker.Flag;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be registered, and that a slot gives it back as it was. */
class BackgroundWorkerTest {
    private static final BackgroundWorker WORKER = new BackgroundWorker("w", "my.Main");

    @TempDir
    Path directory;

    @Test
    void defaults() {
        assertEquals("w", WORKER.type());
        assertEquals(60, WORKER.restartTime());
        assertEquals(Set.of(Flag.SHMEM_ACCESS), WORKER.flags());
        assertEquals(StartTime.RECOVERY_FINISHED, WORKER.startTime());
        WORKER.sanityCheck();
        WORKER.withRestartTime(86_400_000).sanityCheck();
        WORKER.withRestartTime(BackgroundWorker.NEVER_RESTART).sanityCheck();
        WORKER.withFlags(Set.of(Flag.values())).sanityCheck();
    }

    @Test
    void sanityChecks() {
        assertInvalid("background workers without shared memory access are not supported", WORKER.withFlags(Set.of()));
        assertInvalid("cannot request database access if starting at postmaster start", WORKER
            .withFlags(Set.of(Flag.SHMEM_ACCESS, Flag.BACKEND_DATABASE_CONNECTION)).withStartTime(StartTime.POSTMASTER_START));
        assertInvalid("cannot make background workers interruptible without database access",
            WORKER.withFlags(Set.of(Flag.SHMEM_ACCESS, Flag.INTERRUPTIBLE)));
        assertInvalid("invalid restart interval", WORKER.withRestartTime(-2));
        assertInvalid("invalid restart interval", WORKER.withRestartTime(86_400_001));
    }

    private static void assertInvalid(final String what, final BackgroundWorker worker) {
        final ShmemException e = assertThrows(ShmemException.class, worker::sanityCheck);
        assertEquals("background worker \"w\": " + what, e.getMessage());
        assertEquals("22023", e.sqlState());
    }

    @Test
    void exits() {
        assertEquals("w (PID 7) exited with exit code 3", new ExitStatus(3).describe("w", 7));
        assertEquals("w (PID 7) was terminated by signal 11: Segmentation fault", new ExitStatus(139).describe("w", 7));
        assertEquals("w (PID 7) was terminated by signal 15: Terminated", new ExitStatus(143).describe("w", 7));
        assertEquals("w (PID 7) exited with exit code 255", new ExitStatus(255).describe("w", 7));
        assertEquals(List.of(false, false, true, true, false), Stream.of(0, 1, 2, 137, 143)
            .map(code -> new ExitStatus(code).isCrash()).toList());
    }

    @Test
    void textsMustFit() {
        assertEquals(95, WORKER.withType("é".repeat(47) + "x").type().length() + 47);
        assertEquals("42622", assertThrows(ShmemException.class, () -> WORKER.withType("é".repeat(48))).sqlState());
        assertEquals("42622", assertThrows(ShmemException.class, () -> new BackgroundWorker("", "my.Main")).sqlState());
        assertEquals("42622", assertThrows(ShmemException.class, () -> new BackgroundWorker("w", "m".repeat(448))).sqlState());
        assertEquals("22021", assertThrows(ShmemException.class, () -> WORKER.withLibrary("a\0b")).sqlState());
        assertThrows(IllegalArgumentException.class, () -> WORKER.withExtra(new byte[129]));
    }

    @Test
    void aSlotGivesItBack() {
        final byte[] extra = new byte[BackgroundWorker.EXTRA_LENGTH];
        extra[0] = 1;
        extra[127] = -1;
        final BackgroundWorker longest = new BackgroundWorker("n".repeat(95), "t".repeat(95), Set.of(Flag.values()),
            StartTime.CONSISTENT_STATE, 86_400_000, "l".repeat(127), "m".repeat(447), Long.MIN_VALUE, extra, Long.MAX_VALUE);
        try (Segment segment = Segment.open(directory.resolve("segment"), Supervised.request());
             Proc proc = segment.attachProc("test")) {
            final BackgroundWorkerArray array = new BackgroundWorkerArray(segment);
            assertEquals(Supervised.MAX_WORKERS, array.slots());
            for (int slot = 0; slot < array.slots(); slot++) {
                final BackgroundWorker worker = slot % 2 == 0 ? longest : WORKER;
                assertEquals(slot,
                    array.locked(proc, () -> array.take(worker, ProcessIdentity.current(), proc.procNumber())));
            }
            assertEquals(BackgroundWorkerArray.NONE,
                array.locked(proc, () -> array.take(WORKER, ProcessIdentity.current(), proc.procNumber())));
            for (int slot = 0; slot < array.slots(); slot++) {
                assertEquals(slot % 2 == 0 ? longest : WORKER, array.read(slot));
                assertEquals(ProcessIdentity.current(), array.launcher(slot));
            }
        }
    }

    /** To end one that is gone does not end who has its slot now. */
    @Test
    void aHandleIsOfOneWorker() {
        try (Segment segment = Segment.open(directory.resolve("segment"), Supervised.request());
             Proc proc = segment.attachProc("test")) {
            final BackgroundWorkerArray array = new BackgroundWorkerArray(segment);
            final int slot = array.locked(proc, () -> array.take(WORKER, ProcessIdentity.current(), proc.procNumber()));
            final BackgroundWorkerHandle handle = new BackgroundWorkerHandle(segment, array, slot);
            array.free(slot);
            assertEquals(BackgroundWorkerHandle.Status.STOPPED, handle.getPid().status());
            assertEquals(slot, array.locked(proc, () -> array.take(WORKER, ProcessIdentity.current(), proc.procNumber())));
            handle.terminate();
            assertEquals(BackgroundWorkerHandle.Status.STOPPED, handle.getPid().status());
            assertEquals(false, array.isToTerminate(slot, array.generation(slot)));
        }
    }
}
