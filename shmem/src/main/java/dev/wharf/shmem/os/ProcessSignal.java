package dev.wharf.shmem.os;

import jdk.internal.misc.Signal;

/** Signals that tell a process to end, and what it does instead. SIGQUIT is the JVM's own: it prints the threads' stacks. */
public enum ProcessSignal {
    INT, TERM;

    /** Runs {@code handler} on a thread of its own each time the signal comes, in place of the JVM's end. */
    public void handle(final Runnable handler) {
        Signal.handle(new Signal(name()), _ -> handler.run());
    }
}
