package dev.wharf.shmem.os;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Tells when another process has ended, milliseconds after it did. */
public final class ProcessDeath {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private ProcessDeath() {
    }

    /**
     * Runs {@code onDeath} once, on a daemon thread, when the process has ended; at once if it has already.
     *
     * @param startTime of the process that is meant; see {@link ProcessIdentity}
     */
    public static void watch(final long pid, final long startTime, final Runnable onDeath) {
        final ProcessIdentity process = new ProcessIdentity(pid, startTime);
        // All on the thread: the first system call takes the JVM long to link
        start(process, () -> {
            await(process);
            onDeath.run();
        });
    }

    /**
     * The same for the process that holds the other end of a pipe, and nobody else does. It costs no system call that the JVM
     * has to link first, as long as the process lives.
     *
     * @param pipe nothing is written to it
     */
    public static void watch(final ProcessIdentity process, final InputStream pipe, final Runnable onDeath) {
        start(process, () -> {
            awaitEnd(pipe);
            // Closed by the kernel just before the process has ended, or by the process, which lives on
            await(process);
            onDeath.run();
        });
    }

    private static void start(final ProcessIdentity process, final Runnable watch) {
        Thread.ofPlatform().daemon().name("death of " + process.pid()).start(watch);
    }

    private static void awaitEnd(final InputStream pipe) {
        try {
            while (pipe.read() >= 0) {
                // It is not for data
            }
        } catch (final IOException e) {
            log().log(System.Logger.Level.DEBUG, "looking otherwise for the end of the process at a pipe's other end", e);
        }
    }

    private static void await(final ProcessIdentity process) {
        try (PidFd pidFd = PidFd.open(process.pid())) {
            // The handle may be a later process's with the same pid: then the one that is meant is dead
            if (pidFd != null && process.isAlive()) {
                pidFd.awaitDeath(-1);
            }
        } catch (final IllegalStateException e) {
            log().log(System.Logger.Level.DEBUG,
                "looking whether process " + process.pid() + " is alive every 100 ms", e);
            while (process.isAlive()) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    /** Asked for when there is something to say: the first logger costs a JVM's start many milliseconds. */
    private static System.Logger log() {
        return System.getLogger(ProcessDeath.class.getName());
    }
}
