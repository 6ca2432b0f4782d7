package dev.wharf.shmem.os;

/**
 * Sleeping on, and waking the sleepers of, a 32-bit word that several processes map.
 *
 * <p>The shared forms of the calls: the private ones do not cross processes. A thread asleep here does not hold up
 * safepoints, and {@link Thread#interrupt()} does not wake it. For platform threads only.
 */
public final class Futex {
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;

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
        final long result =
            SystemCall.FUTEX.invoke(address, FUTEX_WAIT, expected, SystemCall.timespec(timeoutNanos), 0);
        return switch ((int)-result) {
            case SystemCall.ETIMEDOUT -> false;
            case 0, SystemCall.EAGAIN, SystemCall.EINTR -> true;
            default -> throw SystemCall.FUTEX.failure(result);
        };
    }

    /** Wakes at most {@code count} sleepers on the word at {@code address}, the longest asleep first; how many it woke. */
    public static int wake(final long address, final int count) {
        final long result = SystemCall.FUTEX.invoke(address, FUTEX_WAKE, count, 0, 0);
        if (result < 0) {
            throw SystemCall.FUTEX.failure(result);
        }
        return (int)result;
    }
}
