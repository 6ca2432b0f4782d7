package dev.wharf.shmem.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/** A kernel handle on one process: unlike its pid, it can never come to mean another process. Linux 5.3 or newer. */
public final class PidFd implements AutoCloseable {
    private static final short POLLIN = 1;
    private static final long POLLFD_OFFSET = 2 * Long.BYTES;
    private static final long EVENTS_OFFSET = POLLFD_OFFSET + Integer.BYTES;
    private static final long REVENTS_OFFSET = EVENTS_OFFSET + Short.BYTES;

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
        for (;;) {
            final MemorySegment memory = SystemCall.scratch();
            memory.set(ValueLayout.JAVA_INT, POLLFD_OFFSET, (int)fd);
            memory.set(ValueLayout.JAVA_SHORT, EVENTS_OFFSET, POLLIN);
            memory.set(ValueLayout.JAVA_SHORT, REVENTS_OFFSET, (short)0);
            final long timeout =
                timeoutMillis < 0 ? 0 : SystemCall.timespec(TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
            final long ready = SystemCall.PPOLL.invoke(memory.address() + POLLFD_OFFSET, 1, timeout, 0, 0);
            if (ready >= 0) {
                return ready > 0;
            }
            if (ready != -SystemCall.EINTR) {
                throw SystemCall.PPOLL.failure(ready);
            }
        }
    }

    @Override
    public void close() {
        SystemCall.CLOSE.invoke(fd, 0, 0, 0, 0);
    }
}
