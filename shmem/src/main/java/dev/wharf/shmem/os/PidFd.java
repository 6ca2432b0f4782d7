package dev.wharf.shmem.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A kernel handle on one process: unlike its pid, it can never come to mean another process. Linux 5.3 or newer. */
public final class PidFd implements AutoCloseable {
    private static final long SYS_PIDFD_OPEN = 434;
    private static final short POLLIN = 1;

    private static final MethodHandle SYSCALL = NativeCall.link("syscall",
        FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT), 1);
    private static final MethodHandle POLL = NativeCall.link("poll",
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT), -1);
    private static final MethodHandle CLOSE = NativeCall.link("close",
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), -1);

    private final int fd;

    private PidFd(final int fd) {
        this.fd = fd;
    }

    /** A handle on the process that has {@code pid} now, or null if there is none. The caller compares start times. */
    public static PidFd open(final long pid) {
        final NativeCall call = NativeCall.current();
        final long fd;
        try {
            fd = (long)SYSCALL.invokeExact(call.callState, SYS_PIDFD_OPEN, (int)pid, 0);
        } catch (final Throwable e) {
            throw NativeCall.unexpected(e);
        }
        if (fd >= 0) {
            return new PidFd((int)fd);
        }
        final int errno = call.errno();
        if (errno == NativeCall.ESRCH) {
            return null;
        }
        throw new IllegalStateException("pidfd_open(" + pid + "): " + NativeCall.describe(errno));
    }

    /**
     * Waits until every thread of the process has ended.
     *
     * @param timeoutMillis -1 for without end
     * @return false if the time ran out
     */
    public boolean awaitDeath(final int timeoutMillis) {
        final NativeCall call = NativeCall.current();
        final MemorySegment pollfd = call.scratch;
        for (;;) {
            pollfd.set(ValueLayout.JAVA_INT, 0, fd);
            pollfd.set(ValueLayout.JAVA_SHORT, Integer.BYTES, POLLIN);
            pollfd.set(ValueLayout.JAVA_SHORT, Integer.BYTES + Short.BYTES, (short)0);
            final int ready;
            try {
                ready = (int)POLL.invokeExact(call.callState, pollfd.address(), 1L, timeoutMillis);
            } catch (final Throwable e) {
                throw NativeCall.unexpected(e);
            }
            if (ready >= 0) {
                return ready > 0;
            }
            if (call.errno() != NativeCall.EINTR) {
                throw new IllegalStateException("poll of a pidfd: " + NativeCall.describe(call.errno()));
            }
        }
    }

    @Override
    public void close() {
        try {
            final int _ = (int)CLOSE.invokeExact(NativeCall.current().callState, fd);
        } catch (final Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }
}
