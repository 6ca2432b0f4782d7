package dev.wharf.cli;

import dev.wharf.shmem.os.ProcessSignal;
import jdk.internal.misc.Signal;

/** What Ctrl-C (SIGINT) does as long as it is open. Opened and closed, one within another, by the thread that executes. */
final class CancelOnInterrupt implements AutoCloseable {
    private static final Signal SIGINT = new Signal("INT");

    /** What SIGINT does in this process by itself: it ends it, or nothing in a background job. */
    private static Signal.Handler ofProcess;

    private final Runnable action;
    private final boolean once;
    private final Signal.Handler before;
    private boolean closed;

    private CancelOnInterrupt(Runnable action, boolean once) {
        this.action = action;
        this.once = once;
        synchronized (this) {
            before = Signal.handle(SIGINT, _ -> act());
            if (ofProcess == null) {
                ofProcess = before;
            }
            if (before == Signal.Handler.SIG_IGN) {
                // A background job's
                Signal.handle(SIGINT, before);
            }
        }
    }

    /**
     * Ctrl-C ends the statement that runs, with an error, and not the process; a second one, for a statement that cannot end,
     * ends the process.
     *
     * @param cancel ends what runs; by another thread
     */
    static CancelOnInterrupt of(Runnable cancel) {
        return new CancelOnInterrupt(cancel, true);
    }

    /** Ctrl-C does this, each time, by another thread; also where a background job's parent had it ignored. */
    static CancelOnInterrupt eachTime(Runnable action) {
        CancelOnInterrupt opened = new CancelOnInterrupt(action, false);
        if (opened.before == Signal.Handler.SIG_IGN) {
            ProcessSignal.INT.handleAlways(opened::act);
            ofProcess = Signal.Handler.SIG_DFL;
        }
        return opened;
    }

    /** By the signal's thread, which may be late: then what it was for is over, and what runs was not meant. */
    private synchronized void act() {
        if (closed) {
            return;
        }
        if (once) {
            Signal.handle(SIGINT, ofProcess);
        }
        action.run();
    }

    @Override
    public synchronized void close() {
        closed = true;
        Signal.handle(SIGINT, before);
    }
}
