package dev.wharf.bench.copy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that take up the memory that would be free, as the page cache of a machine does that has been in use for a while: who
 * then writes a file gets pages of theirs. In a virtual machine whose host takes free memory back, pages that were free cost
 * several times as much as the writing itself, and what is measured is the host. Linux only. One thread.
 */
final class PageCacheFill implements AutoCloseable {
    private static final int FILE_BYTES = 256 << 20;
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private final Path directory;
    private final long atMost;
    private final long mayBeFree;
    private final int fileBytes;
    private final List<Path> files = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);

    /** @param directory on the file system that is measured, with room for as much as the machine has memory */
    PageCacheFill(Path directory) throws IOException {
        // The kernel begins to take pages away where about so much is free, in pieces too small for a host to take
        this(directory, memory("MemTotal"), memory("MemTotal") / 20, FILE_BYTES);
    }

    /**
     * @param atMost    bytes of all files together
     * @param mayBeFree bytes of memory that need not be taken
     */
    PageCacheFill(Path directory, long atMost, long mayBeFree, int fileBytes) {
        this.directory = directory;
        this.atMost = atMost;
        this.mayBeFree = mayBeFree;
        this.fileBytes = fileBytes;
    }

    /** Reads its files in again, or makes more of them, until little memory is free. */
    void fill() throws IOException {
        for (int i = 0; memory("MemFree") > mayBeFree; i++) {
            if (i < files.size()) {
                readIn(files.get(i));
            } else if ((i + 1L) * fileBytes <= atMost) {
                files.add(write(directory.resolve("page-cache-" + i)));
            } else {
                return;
            }
        }
    }

    private Path write(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            for (int written = 0; written < fileBytes;) {
                written += channel.write(buffer.clear().limit(Math.min(buffer.capacity(), fileBytes - written)));
            }
            channel.force(false);
        }
        return file;
    }

    private void readIn(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ); Arena arena = Arena.ofConfined()) {
            if (!channel.map(FileChannel.MapMode.READ_ONLY, 0, fileBytes, arena).isLoaded()) {
                do {
                    buffer.clear();
                } while (channel.read(buffer) >= 0);
            }
        }
    }

    private static long memory(String field) throws IOException {
        for (String line : Files.readAllLines(MEMORY)) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException(MEMORY + " has no " + field);
    }

    @Override
    public void close() throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        files.clear();
    }
}
