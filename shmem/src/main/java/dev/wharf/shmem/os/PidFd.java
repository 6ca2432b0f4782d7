package dev.wharf.shmem.os;

/** A kernel handle on one process: unlike its pid, it can never come to mean another process. Linux 5.3 or newer. */
public final class PidFd implements AutoCloseable {
    private final long fd;

    private PidFd(final long fd) {
        this.fd = fd;
    }

    /** A handle on the process that has {@code pid} now, or null if there is none. The caller compares start times. */
    public static PidFd open(final long pid) {
        final long result = SystemCall.PIDFD_OPEN.invoke(pid, 0, 0, 0, 0);
        if (result == -SystemCall.ESRCH) {
            return null;
        }
        if (result < 0) {
            throw SystemCall.PIDFD_OPEN.failure(result);
        }
        return new PidFd(result);
    }

    /**
     * Waits until every thread of the process has ended.
     *
     * @param timeoutMillis -1 for without end
     * @return false if the time ran out
     */
    public boolean awaitDeath(final long timeoutMillis) {
        return Poll.awaitReadable(fd, timeoutMillis);
    }

    @Override
    public void close() {
        SystemCall.CLOSE.invoke(fd, 0, 0, 0, 0);
    }
}
