package dev.wharf.shmem.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.internal.misc.Signal;

/** Signals that tell a process to end, or to look at its settings, and what it does instead. SIGQUIT is the JVM's own. */
public enum ProcessSignal {
    HUP(1), INT(2), TERM(15);

    private static final int SIGQUIT = 3;
    private static final int SIGNAL_SET_BYTES = 8;
    /** The kernel's struct: handler, flags, restorer, mask. All zeros is SIG_DFL. */
    private static final int SIGACTION_BYTES = 32;
    private static final int RLIMIT_CORE = 4;
    /** The kernel's struct: soft and hard limit. */
    private static final int RLIMIT_BYTES = 16;

    private final int number;

    ProcessSignal(final int number) {
        this.number = number;
    }

    /** Runs {@code handler} on a thread of its own each time the signal comes, in place of the JVM's end. */
    public void handle(final Runnable handler) {
        Signal.handle(new Signal(name()), _ -> handler.run());
    }

    /** As {@link #handle}, also if whoever started this process had it ignore the signal, as a shell does in the background. */
    public void handleAlways(final Runnable handler) {
        setDefault(number);
        handle(handler);
    }

    /**
     * From now on SIGQUIT ends this process at once, and leaves no core, in place of printing the threads' stacks. No code of
     * this process runs any more then: the JVM lets nobody handle that signal.
     */
    public static void letQuitKill() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment noCore = arena.allocate(RLIMIT_BYTES, Long.BYTES);
            check(SystemCall.PRLIMIT64, SystemCall.PRLIMIT64.invoke(0, RLIMIT_CORE, noCore.address(), 0, 0));
        }
        setDefault(SIGQUIT);
    }

    private static void setDefault(final int signal) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment byDefault = arena.allocate(SIGACTION_BYTES, Long.BYTES);
            check(SystemCall.RT_SIGACTION,
                SystemCall.RT_SIGACTION.invoke(signal, byDefault.address(), 0, SIGNAL_SET_BYTES, 0));
        }
    }

    private static void check(final SystemCall call, final long result) {
        if (result < 0) {
            throw call.failure(result);
        }
    }
}
