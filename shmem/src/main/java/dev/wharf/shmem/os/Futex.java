package dev.wharf.shmem.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Sleeping on, and waking the sleepers of, a 32-bit word that several processes map.
 *
 * <p>The shared forms of the calls: the private ones do not cross processes. A thread asleep here does not hold up
 * safepoints, and {@link Thread#interrupt()} does not wake it. For platform threads only.
 */
public final class Futex {
    private static final long SYS_FUTEX = NativeCall.number(202, 98);
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final MethodHandle SYSCALL = NativeCall.link("syscall",
        FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG), 1);

    private Futex() {
    }

    /**
     * Sleeps while the word at {@code address} is {@code expected}. May return early for no reason: look again.
     *
     * @param address 4-byte aligned
     * @param timeoutNanos how long at most; more than 0
     * @return false if the time ran out, true if woken, interrupted by a signal, or the word was different already
     */
    public static boolean await(final long address, final int expected, final long timeoutNanos) {
        final NativeCall call = NativeCall.current();
        final MemorySegment timespec = call.scratch;
        timespec.set(ValueLayout.JAVA_LONG, 0, timeoutNanos / NANOS_PER_SECOND);
        timespec.set(ValueLayout.JAVA_LONG, Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
        final long result;
        try {
            result = (long)SYSCALL.invokeExact(
                call.callState, SYS_FUTEX, address, FUTEX_WAIT, expected, timespec.address());
        } catch (final Throwable e) {
            throw NativeCall.unexpected(e);
        }
        if (result == 0) {
            return true;
        }
        final int errno = call.errno();
        return switch (errno) {
            case NativeCall.ETIMEDOUT -> false;
            case NativeCall.EAGAIN, NativeCall.EINTR -> true;
            default -> throw new IllegalStateException("futex wait: " + NativeCall.describe(errno));
        };
    }

    /** Wakes at most {@code count} sleepers on the word at {@code address}. */
    public static void wake(final long address, final int count) {
        final NativeCall call = NativeCall.current();
        final long result;
        try {
            result = (long)SYSCALL.invokeExact(call.callState, SYS_FUTEX, address, FUTEX_WAKE, count, 0L);
        } catch (final Throwable e) {
            throw NativeCall.unexpected(e);
        }
        if (result < 0) {
            throw new IllegalStateException("futex wake: " + NativeCall.describe(call.errno()));
        }
    }
}
