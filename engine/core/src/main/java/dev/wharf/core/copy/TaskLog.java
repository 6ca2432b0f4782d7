package dev.wharf.core.copy;

import dev.wharf.core.catalog.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A process's file of what it has to say about its tasks, for the leader to read where the tasks' reports point to. What is of
 * one task lies together; what is of tasks done again may lie between. Numbers are big-endian. Created when there is anything
 * to write. Not thread-safe.
 */
final class TaskLog implements AutoCloseable {
    /** Ends the files' names. */
    static final String SUFFIX = ".log";
    private static final int BUFFER = 64 << 10;

    private final Path file;
    private FileChannel channel;
    private ByteBuffer buffer;
    private long written;

    TaskLog(Path file) {
        this.file = file;
    }

    /** Offset in the file of what will be put next. */
    long position() {
        return written + (buffer == null ? 0 : buffer.position());
    }

    void put(byte b) {
        ensure(Byte.BYTES);
        buffer.put(b);
    }

    void put(byte[] bytes) {
        for (int at = 0; at < bytes.length;) {
            ensure(1);
            int n = Math.min(bytes.length - at, buffer.remaining());
            buffer.put(bytes, at, n);
            at += n;
        }
    }

    void putInt(int value) {
        ensure(Integer.BYTES);
        buffer.putInt(value);
    }

    void putLong(long value) {
        ensure(Long.BYTES);
        buffer.putLong(value);
    }

    private void ensure(int bytes) {
        if (buffer == null) {
            buffer = ByteBuffer.allocate(BUFFER);
        } else if (buffer.remaining() < bytes) {
            flush();
        }
    }

    /** Writes what is still here. */
    void flush() {
        if (buffer == null || buffer.position() == 0) {
            return;
        }
        try {
            if (channel == null) {
                channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            }
            written += buffer.position();
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            buffer.clear();
        } catch (IOException e) {
            throw DurableFile.error("write to file", file, e);
        }
    }

    /** Removes a load's logs, which are of no use to the table. */
    static void removeAll(Path directory) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "part-*" + SUFFIX)) {
            for (Path log : found) {
                Files.delete(log);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
