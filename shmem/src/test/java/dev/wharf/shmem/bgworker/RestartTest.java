package dev.wharf.shmem.bgworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.LWLockStatus;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a worker that has ended, and of the others. */
@Timeout(120)
class RestartTest {
    @TempDir
    Path directory;

    private Supervised supervised() {
        return new Supervised(directory, CrashPolicy.OWNER_DEATH).start();
    }

    private static BackgroundWorker exiter(final int code, final int staysFrom) {
        return Supervised.worker("exiter", WorkerSpi.Exiter.class).withMainArg(code).withExtra(new byte[]{(byte)staysFrom});
    }

    private static void kill(final long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private static String exited(final String name, final long pid, final String how) {
        return "background worker \"" + name + "\" (PID " + pid + ") " + how;
    }

    @Test
    void whoIsDoneIsUnregistered() throws Exception {
        try (Supervised all = supervised()) {
            final BackgroundWorkerHandle handle = all.register(exiter(0, 0).withRestartTime(0));
            final long pid = handle.waitForStartup(all.proc).pid();
            assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
            all.awaitNoneRegistered();
            all.awaitEnd(ShutdownMode.FAST);
            assertEquals(1, WorkerSpi.get(all.proc, WorkerSpi.READY));
            assertTrue(all.messages.all().contains(PostmasterMessage.debug(exited("exiter", pid, "exited with exit code 0"))));
        }
    }

    @Test
    void whoNeverRestartsIsForgotten() throws Exception {
        try (Supervised all = supervised()) {
            for (final int code : List.of(1, 3)) {
                final BackgroundWorkerHandle handle =
                    all.register(exiter(code, 0).withRestartTime(BackgroundWorker.NEVER_RESTART));
                final long pid = handle.waitForStartup(all.proc).pid();
                assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
                all.awaitNoneRegistered();
                assertTrue(all.messages.all().contains(
                    PostmasterMessage.log(exited("exiter", pid, "exited with exit code " + code))));
            }
            all.awaitEnd(ShutdownMode.FAST);
            assertEquals(2, WorkerSpi.get(all.proc, WorkerSpi.READY));
            assertTrue(all.log().contains("java.lang.IllegalStateException: wanted"), all.log());
        }
    }

    /** Whether it ends with an error, crashes or is killed: not before its interval is over. */
    @Test
    void restartIntervals() throws Exception {
        try (Supervised all = supervised()) {
            final BackgroundWorkerHandle handle = all.begin(exiter(1, 3).withRestartTime(1), 1);
            WorkerSpi.awaitReady(all.proc, 3);
            // The third stays until it is killed
            assertEquals(Status.STARTED, handle.getPid().status());
            kill(handle.getPid().pid());
            WorkerSpi.awaitReady(all.proc, 4);
            for (int n = 1; n < 4; n++) {
                final long gap = WorkerSpi.time(all.proc, n) - WorkerSpi.time(all.proc, n - 1);
                assertTrue(gap >= TimeUnit.SECONDS.toNanos(1), n + ": " + gap);
            }
            assertEquals(4, all.workers.list().getFirst().starts());
            assertEquals(128 + 9, all.workers.list().getFirst().exitCode());
        }
    }

    @Test
    void inItsIntervalItIsStoppedAndCanBeTerminated() throws Exception {
        try (Supervised all = supervised()) {
            final BackgroundWorkerHandle handle = all.register(exiter(3, 0).withRestartTime(3600));
            assertEquals(Status.STOPPED, handle.waitForShutdown(all.proc));
            assertEquals(1, all.workers.list().size());
            assertTrue(all.workers.list().getFirst().crashedAt() > 0);
            handle.terminate();
            all.awaitNoneRegistered();
            assertEquals(Status.STOPPED, handle.getPid().status());
        }
    }

    @Test
    void whoCrashesInALoopIsStartedLessAndLessOften() throws Exception {
        try (Supervised all = supervised()) {
            final int crashes = 5;
            all.register(exiter(3, crashes + 1).withRestartTime(0));
            WorkerSpi.awaitReady(all.proc, crashes + 1);
            // The first is started again at once, the next after 100, 200, 400, 800 ms
            for (int n = 2; n <= crashes; n++) {
                final long gap = WorkerSpi.time(all.proc, n) - WorkerSpi.time(all.proc, n - 1);
                assertTrue(gap >= TimeUnit.MILLISECONDS.toNanos(100) << n - 2, n + ": " + gap);
            }
            assertEquals(Status.STARTED, all.workers.list().getFirst().status());
        }
    }

    @Test
    void killedWithALockHeldItsLockIsRecovered() throws Exception {
        try (Supervised all = supervised()) {
            final BackgroundWorkerHandle holder = all.begin(Supervised.worker("holder", WorkerSpi.LockHolder.class)
                .withExtra("Fragile".getBytes(StandardCharsets.UTF_8)).withRestartTime(BackgroundWorker.NEVER_RESTART), 1);
            final BackgroundWorkerHandle other = all.begin(Supervised.worker("other", WorkerSpi.Sleeper.class), 2);
            final long otherPid = other.getPid().pid();
            final long pid = holder.getPid().pid();
            kill(pid);
            assertEquals(Status.STOPPED, holder.waitForShutdown(all.proc));
            // The supervisor has recovered it already: nobody waits here
            final LWLock lock = all.segment.lwLock("Fragile", 0);
            assertTrue(isInconsistent(all.segment));
            final ShmemException e = assertThrows(ShmemException.class,
                () -> lock.acquire(all.proc, LWLockMode.EXCLUSIVE));
            assertTrue(e.getMessage().contains(Long.toString(pid)), e.getMessage());
            // Nobody else was disturbed
            assertEquals(otherPid, other.getPid().pid());
            assertEquals(List.of(otherPid), all.processes());
        }
    }

    private static boolean isInconsistent(final Segment segment) {
        return LWLockStatus.of(segment).stream().anyMatch(row -> row.tranche().equals("Fragile") && row.inconsistent());
    }

    /** PostgreSQL's way: all end, shared memory is filled again, all start again; but who never restarts is gone. */
    @Test
    void restartEverything() throws Exception {
        try (Supervised all = new Supervised(directory, CrashPolicy.RESTART_ALL)) {
            all.postmaster.onShmemStartUp((_, proc) -> startUp(proc));
            all.postmaster.registerBackgroundWorker(new BackgroundWorker("holder", WorkerSpi.LockHolder.class.getName())
                .withExtra("Fragile".getBytes(StandardCharsets.UTF_8)));
            all.start();
            WorkerSpi.awaitReady(all.proc, 1);
            final BackgroundWorkerHandle other = all.begin(Supervised.worker("other", WorkerSpi.Handler.class), 2);
            final BackgroundWorkerHandle once = all.begin(Supervised.worker("once", WorkerSpi.Sleeper.class)
                .withRestartTime(BackgroundWorker.NEVER_RESTART), 3);
            final List<Long> before = all.processes();
            final long pid = all.workers.list().getFirst().pid();
            kill(pid);
            // At once, not after the 60 seconds of their interval
            WorkerSpi.awaitReady(all.proc, 5);
            assertEquals(2, WorkerSpi.get(all.proc, WorkerSpi.START_UPS));
            assertEquals(Status.STOPPED, once.getPid().status());
            assertEquals(Status.STARTED, other.getPid().status());
            final List<Long> after = all.processes();
            assertEquals(2, after.size());
            assertTrue(after.stream().noneMatch(before::contains), before + ", " + after);
            // Nobody was asked
            assertEquals(0, WorkerSpi.get(all.proc, WorkerSpi.DONE));
            final List<String> said = all.messages.texts();
            final int crash = said.indexOf(exited("holder", pid, "was terminated by signal 9: Killed"));
            assertEquals(List.of("terminating any other active server processes",
                "all server processes terminated; reinitializing"), said.subList(crash + 1, crash + 3));
            all.awaitEnd(ShutdownMode.IMMEDIATE);
        }
    }

    /** Puts right what the dead may have left. */
    private static void startUp(final Proc proc) {
        WorkerSpi.shared(proc).getAndAddLong(WorkerSpi.START_UPS, 1);
        if (isInconsistent(proc.segment())) {
            proc.segment().lwLock("Fragile", 0).repair(() -> { });
        }
    }

    /** An operator's kill: it ends as if told by its supervisor, but nobody said that it should not come back. */
    @Test
    void aSigtermFromOutsideRestartsIt() throws Exception {
        try (Supervised all = new Supervised(directory, CrashPolicy.RESTART_ALL).start()) {
            final BackgroundWorkerHandle other = all.begin(Supervised.worker("other", WorkerSpi.Sleeper.class), 1);
            final BackgroundWorkerHandle handle =
                all.begin(Supervised.worker("worker", WorkerSpi.Sleeper.class).withRestartTime(0), 2);
            final long otherPid = other.getPid().pid();
            final long pid = handle.getPid().pid();
            ProcessHandle.of(pid).orElseThrow().destroy();
            WorkerSpi.awaitReady(all.proc, 3);
            assertEquals(otherPid, other.getPid().pid());
            assertTrue(all.messages.texts().contains(exited("worker", pid, "exited with exit code 1")), all.messages::toString);
            assertTrue(all.log().contains("FATAL:  terminating background worker \"worker\""), all.log());
        }
    }

    /** Exit code 1 is no crash. */
    @Test
    void anErrorRestartsNobodyElse() throws Exception {
        try (Supervised all = new Supervised(directory, CrashPolicy.RESTART_ALL).start()) {
            final BackgroundWorkerHandle other = all.begin(Supervised.worker("other", WorkerSpi.Sleeper.class), 1);
            final long pid = other.getPid().pid();
            final BackgroundWorkerHandle failing = all.register(exiter(1, 0));
            assertEquals(Status.STOPPED, failing.waitForShutdown(all.proc));
            assertEquals(pid, other.getPid().pid());
            assertEquals(List.of(pid), all.processes());
        }
    }
}
