package dev.wharf.cli;

import jdk.internal.misc.Signal;

/**
 * As long as it is open, Ctrl-C (SIGINT) ends the statement that runs, with an error, and not the process; a second one, for a
 * statement that cannot end, ends the process. One at a time, by the thread that executes.
 */
final class CancelOnInterrupt implements AutoCloseable {
    private static final Signal SIGINT = new Signal("INT");

    private final Signal.Handler before;

    private CancelOnInterrupt(Signal.Handler before) {
        this.before = before;
    }

    /** @param cancel ends what runs; by another thread */
    static CancelOnInterrupt of(Runnable cancel) {
        // An ignored SIGINT, a background job's, stays ignored
        Signal.Handler[] before = new Signal.Handler[1];
        before[0] = Signal.handle(SIGINT, signal -> {
            Signal.handle(signal, before[0]);
            cancel.run();
        });
        if (before[0] == Signal.Handler.SIG_IGN) {
            Signal.handle(SIGINT, before[0]);
        }
        return new CancelOnInterrupt(before[0]);
    }

    @Override
    public void close() {
        Signal.handle(SIGINT, before);
    }
}
