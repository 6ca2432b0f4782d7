package dev.wharf.shmem.bgworker;

/**
 * How a worker's process ended.
 *
 * @param code its exit code; 128 + n if signal n ended it
 */
record ExitStatus(int code) {
    private static final int SIGNALLED = 128;
    private static final int SIGTERM = 15;
    private static final int LAST_SIGNAL = 64;

    /** It is not to be started again. */
    boolean isDone() {
        return code == 0;
    }

    /** Told to end before it could answer, it has ended as it should. */
    boolean isCrash() {
        return code != 0 && code != 1 && code != SIGNALLED + SIGTERM;
    }

    /** PostgreSQL's line for its log. */
    String describe(final String process, final long pid) {
        final int signal = code - SIGNALLED;
        return process + " (PID " + pid + ")" + (signal > 0 && signal <= LAST_SIGNAL
            ? " was terminated by signal " + signal + ": " + name(signal) : " exited with exit code " + code);
    }

    /** As strsignal(3) has them. */
    private static String name(final int signal) {
        return switch (signal) {
            case 1 -> "Hangup";
            case 2 -> "Interrupt";
            case 3 -> "Quit";
            case 4 -> "Illegal instruction";
            case 6 -> "Aborted";
            case 7 -> "Bus error";
            case 8 -> "Floating point exception";
            case 9 -> "Killed";
            case 11 -> "Segmentation fault";
            case SIGTERM -> "Terminated";
            default -> "Unknown signal " + signal;
        };
    }
}
