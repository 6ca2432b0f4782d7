package dev.wharf.shmem.os;

/** What a process can do to itself so that nothing of its own code runs any more. */
public enum Signal {
    /** Ends the process. */
    KILL(9),
    /** Stops the process until another one sends it SIGCONT. */
    STOP(19);

    private final int number;

    Signal(final int number) {
        this.number = number;
    }

    /** The calling thread, which must be a platform thread, executes nothing between this call and the signal. */
    public void raise() {
        // Sent to the process, it could be another thread that gets it, and this one would run on for a while
        final long result = SystemCall.TGKILL.invoke(
            ProcessIdentity.current().pid(), ProcessIdentity.currentThreadId(), number, 0, 0);
        if (result < 0) {
            throw SystemCall.TGKILL.failure(result);
        }
    }
}
