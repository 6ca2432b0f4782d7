package dev.wharf.bench.copy;

import dev.wharf.bench.Environment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Puts the machine in the same state before each timed operation. One thread. */
public final class CopyMachine implements AutoCloseable {
    private final Path directory;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    /** Null to leave free memory free. */
    private final PageCacheFill fill;

    /**
     * @param directory on the file system that is measured
     * @param fillCache whether memory that is free is given to the page cache first
     */
    public CopyMachine(Path directory, boolean fillCache) throws IOException {
        this.directory = directory;
        fill = fillCache ? new PageCacheFill(directory) : null;
    }

    /** The environment of a run, and what is done with the free memory. */
    public Environment describe(Environment environment) {
        return environment.with("free memory", fill == null ? "left free"
                : "given to the page cache before each operation (--fill-cache)");
    }

    /** Waits until the file system has no dirty pages, and fills the page cache if that is asked for. */
    public void settle() throws IOException {
        sync();
        if (fill != null) {
            fill.fill();
        }
    }

    private void sync() throws IOException {
        try {
            Process process = new ProcessBuilder("sync", "-f", directory.toString())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (process.waitFor() != 0) {
                throw new IOException("sync -f failed with exit code " + process.exitValue()
                        + ": coreutils' sync is needed, for the same start for all");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the file system was synced", e);
        }
    }

    /** Reads a file to its end, which leaves it in the page cache where memory allows. */
    public void readThrough(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            do {
                buffer.clear();
            } while (channel.read(buffer) >= 0);
        }
    }

    /** Removes a directory and all in it, if it is there. */
    public void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(tree)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    /** Removes what filled the page cache. */
    @Override
    public void close() throws IOException {
        if (fill != null) {
            fill.close();
        }
    }
}
