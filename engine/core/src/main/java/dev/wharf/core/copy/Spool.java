package dev.wharf.core.copy;

import dev.wharf.core.catalog.DurableFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where the text of a stream's tasks is between the thread that reads it and the processes that load it: a file for each of
 * the tasks that may be open at a time, written again and again. So it stays in the page cache, and small.
 *
 * <p>A process's own view of it, and a thread's; as a {@link CopySource} the text of one task, at its place in the stream.
 */
final class Spool extends CopySource {
    /** Tasks whose text may be there. */
    static final int TASKS = 16;

    private final CopyJob job;
    private final boolean writes;
    private final FileChannel[] channels = new FileChannel[TASKS];
    private int slot;
    private long start;
    private long end;

    /** @param writes for the one that writes the files */
    Spool(CopyJob job, boolean writes) {
        this.job = job;
        this.writes = writes;
    }

    void write(long k, MemorySegment text) {
        slot = (int) (k % TASKS);
        ByteBuffer bytes = text.asByteBuffer();
        try {
            FileChannel channel = channel();
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            if (channel.size() > Math.max(2 * job.taskBytes(), text.byteSize())) {
                // A very long row was there before
                channel.truncate(text.byteSize());
            }
        } catch (IOException e) {
            throw DurableFile.error("write to file", file(slot), e);
        }
    }

    /** Becomes the text of a task, until that is retired. */
    void select(long k, long taskStart, long taskEnd) {
        slot = (int) (k % TASKS);
        start = taskStart;
        end = taskEnd;
    }

    @Override
    long size() {
        return end;
    }

    @Override
    int read(MemorySegment target, long position) {
        int wanted = (int) Math.min(target.byteSize(), end - position);
        ByteBuffer bytes = target.asSlice(0, wanted).asByteBuffer();
        try {
            FileChannel channel = channel();
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, position - start + bytes.position()) < 0) {
                    throw new IOException("unexpected end of file");
                }
            }
        } catch (IOException e) {
            throw DurableFile.error("read from file", file(slot), e);
        }
        return wanted;
    }

    private FileChannel channel() throws IOException {
        if (channels[slot] == null) {
            channels[slot] = writes
                    ? FileChannel.open(file(slot), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    : FileChannel.open(file(slot), StandardOpenOption.READ);
        }
        return channels[slot];
    }

    private Path file(int number) {
        return job.spool().resolve("spool-" + number);
    }

    /** Removes the files: nobody will read them. */
    void delete() throws IOException {
        for (int i = 0; i < TASKS; i++) {
            Files.deleteIfExists(file(i));
        }
    }

    @Override
    public String toString() {
        return "the input";
    }

    @Override
    public void close() {
        for (FileChannel channel : channels) {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                throw DurableFile.error("close file", job.spool(), e);
            }
        }
    }
}
