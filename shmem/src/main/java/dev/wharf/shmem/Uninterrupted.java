package dev.wharf.shmem;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/** What a thread does with a channel is over, for the channel, once it is interrupted. Here the interrupt is put off. */
final class Uninterrupted {
    /** What can be begun again. */
    interface Action<T> {
        T run() throws IOException;
    }

    private Uninterrupted() {
    }

    /** Runs it until no interrupt comes in between; the thread is interrupted afterwards if it was, or has been. */
    static <T> T run(final Action<T> action) throws IOException {
        boolean interrupted = false;
        try {
            for (;;) {
                interrupted |= Thread.interrupted();
                try {
                    return action.run();
                } catch (final ClosedByInterruptException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
