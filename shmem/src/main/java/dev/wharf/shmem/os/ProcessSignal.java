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
     * Runs {@code handler} on a thread of its own each time SIGQUIT comes, where that is possible: the JVM must have been started
     * with something open as descriptor 3, which will be replaced, and {@code -Dwharf.quit.fd=3}. Tools that attach to this JVM
     * still can. Elsewhere SIGQUIT ends this process: {@link #letQuitKill}. Once.
     *
     * @return whether it is possible
     */
    public static boolean handleQuit(final Runnable handler) {
        final boolean possible = QuitSignal.isPossible();
        if (possible) {
            QuitSignal.handle(handler);
        } else {
            letQuitKill();
        }
        return possible;
    }

    /**
     * From now on SIGQUIT ends this process at once, and leaves no core, in place of printing the threads' stacks. No code of
     * this process runs any more then.
     */
    public static void letQuitKill() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment noCore = arena.allocate(RLIMIT_BYTES, Long.BYTES);
            check(SystemCall.PRLIMIT64, SystemCall.PRLIMIT64.invoke(0, RLIMIT_CORE, noCore.address(), 0, 0));
        }
        setDefault(SIGQUIT);
    }

    private static void setDefault(final int signal) {
        setAction(signal, Arena.ofAuto().allocate(SIGACTION_BYTES, Long.BYTES));
    }

    /** What the kernel does about a signal: its struct, a copy. */
    static MemorySegment action(final int signal) {
        final MemorySegment action = Arena.ofAuto().allocate(SIGACTION_BYTES, Long.BYTES);
        check(SystemCall.RT_SIGACTION, SystemCall.RT_SIGACTION.invoke(signal, 0, action.address(), SIGNAL_SET_BYTES, 0));
        return action;
    }

    static void setAction(final int signal, final MemorySegment action) {
        check(SystemCall.RT_SIGACTION, SystemCall.RT_SIGACTION.invoke(signal, action.address(), 0, SIGNAL_SET_BYTES, 0));
    }

    private static void check(final SystemCall call, final long result) {
        if (result < 0) {
            throw call.failure(result);
        }
    }
}
