package dev.wharf.cli;

import dev.wharf.core.copy.CopyProgress;
import java.util.Locale;

/**
 * One line on standard error with bytes, share, rate and time left, while a COPY runs; nothing where standard error is no
 * terminal, and nothing for what ends at once.
 */
final class ProgressBar implements AutoCloseable {
    private static final long FIRST_MILLIS = 300;
    private static final long EACH_MILLIS = 100;
    private static final int WIDTH = 24;

    private final Console console;
    private final CopyProgress progress;
    private final Thread thread;
    private volatile boolean hidden;

    private ProgressBar(Console console, CopyProgress progress) {
        this.console = console;
        this.progress = progress;
        this.thread = console.errIsTerminal() ? Thread.ofPlatform().daemon().name("progress").start(this::show) : null;
    }

    static ProgressBar start(Console console, CopyProgress progress) {
        return new ProgressBar(console, progress);
    }

    /** Another has the terminal's line: what is typed. */
    void hide() {
        hidden = true;
    }

    private void show() {
        long started = System.nanoTime();
        long before = progress.bytesProcessed();
        boolean shown = false;
        try {
            Thread.sleep(FIRST_MILLIS);
            while (true) {
                long done = progress.bytesProcessed();
                // Until a COPY starts, these are the figures of the one before.
                if (!hidden && (done != before || shown)) {
                    console.err().print("\r" + line(done, progress.bytesTotal(), System.nanoTime() - started) + "\033[K");
                    console.err().flush();
                    shown = true;
                }
                Thread.sleep(EACH_MILLIS);
            }
        } catch (InterruptedException _) {
            if (shown) {
                console.err().print("\r\033[K");
                console.err().flush();
            }
        }
    }

    /** @param total 0 where it is not known */
    static String line(long done, long total, long nanos) {
        double seconds = nanos / 1e9;
        double rate = seconds > 0 ? done / seconds : 0;
        if (total <= 0) {
            return String.format(Locale.ROOT, "%s  %.0f MB/s", megabytes(done), rate / 1e6);
        }
        double share = Math.min(1.0, (double) done / total);
        int filled = (int) (share * WIDTH);
        String left = rate > 0 ? time((long) Math.ceil((total - done) / rate)) + " left" : "";
        return String.format(Locale.ROOT, "[%s%s] %3d%%  %s of %s  %.0f MB/s  %s", "#".repeat(filled),
                " ".repeat(WIDTH - filled), (int) (share * 100), megabytes(done), megabytes(total), rate / 1e6, left);
    }

    private static String megabytes(long bytes) {
        return bytes >= 10_000_000_000L ? String.format(Locale.ROOT, "%.1f GB", bytes / 1e9)
                : String.format(Locale.ROOT, "%d MB", bytes / 1_000_000);
    }

    private static String time(long seconds) {
        return seconds < 3600 ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    @Override
    public void close() {
        if (thread == null) {
            return;
        }
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
