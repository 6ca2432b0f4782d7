package dev.wharf.core.copy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The opening of a file that may be a named pipe, which waits until another process opens the other end. {@link #release} is
 * that other process, for whoever has waited long enough. Thread-safe.
 */
public final class PipeOpening implements AutoCloseable {
    private final Path file;
    private FileChannel other;
    private boolean closed;

    public PipeOpening(Path file) {
        this.file = file;
    }

    /** Has an opening that waits return, and one that is about to begin not wait; until {@link #close}. */
    public synchronized void release() {
        try {
            if (!closed && other == null && Files.readAttributes(file, BasicFileAttributes.class).isOther()) {
                // For both at once no pipe waits
                other = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            }
        } catch (IOException e) {
            System.getLogger(PipeOpening.class.getName()).log(System.Logger.Level.DEBUG, "who opens " + file + " goes on "
                    + "waiting", e);
        }
    }

    /** The opening is done. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (other != null) {
            other.close();
        }
    }
}
