package dev.wharf.shmem.os;

/** Tells when another process has ended, milliseconds after it did. */
public final class ProcessDeath {
    private ProcessDeath() {
    }

    /**
     * Runs {@code onDeath} once, on a daemon thread, when the process has ended; at once if it has already.
     *
     * @param startTime of the process that is meant; see {@link ProcessIdentity}
     */
    public static void watch(final long pid, final long startTime, final Runnable onDeath) {
        final ProcessIdentity process = new ProcessIdentity(pid, startTime);
        // Opened here, so that a missing flag is the caller's error and not a thread's
        final PidFd pidFd = PidFd.open(pid);
        Thread.ofPlatform().daemon().name("death of " + pid).start(() -> {
            if (pidFd != null) {
                try (pidFd) {
                    // The handle may be a later process's with the same pid: then the one that is meant is dead
                    if (process.isAlive()) {
                        pidFd.awaitDeath(-1);
                    }
                }
            }
            onDeath.run();
        });
    }
}
