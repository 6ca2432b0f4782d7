package dev.wharf.shmem.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/** Waits for a file descriptor. */
public final class Poll {
    private static final short POLLIN = 1;
    private static final long POLLFD_OFFSET = 2 * Long.BYTES;
    private static final long EVENTS_OFFSET = POLLFD_OFFSET + Integer.BYTES;
    private static final long REVENTS_OFFSET = EVENTS_OFFSET + Short.BYTES;

    private Poll() {
    }

    /**
     * Waits until a read of the descriptor does not wait: there is something to read, or it has ended, or it fails.
     *
     * @param fd            open, for as long as this waits
     * @param timeoutMillis -1 for without end
     * @return false if the time ran out
     */
    public static boolean awaitReadable(final long fd, final long timeoutMillis) {
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
}
