package dev.wharf.shmem.os;

import java.lang.foreign.MemorySegment;
import jdk.internal.misc.Signal;

/** Signals that tell a process to end, and what it does instead. */
public enum ProcessSignal {
    INT, TERM;

    private static final int SIGQUIT = 3;
    /** Of a set of signals, in the kernel. */
    private static final int MASK_SIZE = 8;

    /** Runs {@code handler} on a thread of its own each time the signal comes, in place of the JVM's end. */
    public void handle(final Runnable handler) {
        Signal.handle(new Signal(name()), _ -> handler.run());
    }

    /**
     * SIGQUIT, for which the JVM prints its threads' stacks, ends the process at once from now on: no code of it runs any more,
     * and no Java code can handle that signal.
     */
    public static void quitAtOnce() {
        // Handler (SIG_DFL), flags, restorer, mask
        final MemorySegment action = SystemCall.scratch().fill((byte)0);
        final long result = SystemCall.RT_SIGACTION.invoke(SIGQUIT, action.address(), 0, MASK_SIZE, 0);
        if (result < 0) {
            throw SystemCall.RT_SIGACTION.failure(result);
        }
    }
}
