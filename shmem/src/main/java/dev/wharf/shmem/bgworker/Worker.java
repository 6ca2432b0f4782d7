package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.Segment;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.concurrent.CompletableFuture;

/** A launched worker process. Any thread may use it. */
public final class Worker {
    private final Process process;
    private final long startTime;

    Worker(final Process process) {
        this.process = process;
        final ProcessIdentity identity = ProcessIdentity.of(process.pid());
        startTime = identity == null ? 0 : identity.startTime();
    }

    public long pid() {
        return process.pid();
    }

    /** See {@link ProcessIdentity}; 0 if it ended before it could be read. */
    public long startTime() {
        return startTime;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit code when it has ended: 0 done, 1 error, 128 + n killed by signal n. */
    public CompletableFuture<Integer> onExit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** Asks it to end (SIGTERM). */
    public void terminate() {
        process.destroy();
    }

    /** Ends it at once (SIGKILL). What it held is recovered by {@link Segment#reapDeadProcs}. */
    public void kill() {
        process.destroyForcibly();
    }
}
