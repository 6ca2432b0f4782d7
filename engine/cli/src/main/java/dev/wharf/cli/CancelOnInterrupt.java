package dev.wharf.cli;

import jdk.internal.misc.Signal;

/** What Ctrl-C (SIGINT) does as long as it is open. Opened and closed, one within another, by the thread that executes. */
final class CancelOnInterrupt implements AutoCloseable {
    private static final Signal SIGINT = new Signal("INT");

    /** What SIGINT does in this process by itself: it ends it, or nothing in a background job. */
    private static Signal.Handler ofProcess;

    private final Signal.Handler before;

    private CancelOnInterrupt(Signal.Handler handler) {
        before = Signal.handle(SIGINT, handler);
        if (ofProcess == null) {
            ofProcess = before;
        }
        if (before == Signal.Handler.SIG_IGN) {
            Signal.handle(SIGINT, before);
        }
    }

    /**
     * Ctrl-C ends the statement that runs, with an error, and not the process; a second one, for a statement that cannot end,
     * ends the process.
     *
     * @param cancel ends what runs; by another thread
     */
    static CancelOnInterrupt of(Runnable cancel) {
        return new CancelOnInterrupt(signal -> {
            Signal.handle(signal, ofProcess);
            cancel.run();
        });
    }

    /** Ctrl-C does this, each time, by another thread. */
    static CancelOnInterrupt eachTime(Runnable action) {
        return new CancelOnInterrupt(_ -> action.run());
    }

    @Override
    public void close() {
        Signal.handle(SIGINT, before);
    }
}
