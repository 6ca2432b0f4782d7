package dev.wharf.core.copy;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * A regular file, at the length that it had when the COPY began. Read with pread into a reused buffer, not mapped: another
 * program that cuts the file short gives an error here, and SIGBUS in a mapping.
 *
 * <p>Safe for several threads.
 */
final class CopySourceFile extends CopySource {
    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final FileTime modified;

    private CopySourceFile(Path file, FileChannel channel, long size, FileTime modified) {
        this.file = file;
        this.channel = channel;
        this.size = size;
        this.modified = modified;
    }

    static CopySourceFile of(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            return new CopySourceFile(file, channel, channel.size(), Files.getLastModifiedTime(file));
        } catch (IOException e) {
            throw DurableFile.error("open file", file, e);
        }
    }

    @Override
    long size() {
        return size;
    }

    @Override
    int read(MemorySegment target, long position) {
        int wanted = (int) Math.min(target.byteSize(), size - position);
        ByteBuffer buffer = target.asSlice(0, wanted).asByteBuffer();
        try {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, position + buffer.position()) < 0) {
                    throw changed("it ended at byte " + (position + buffer.position()) + " of " + size);
                }
            }
        } catch (IOException e) {
            throw DurableFile.error("read from file", file, e);
        }
        return wanted;
    }

    @Override
    void checkUnchanged() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (channel.size() != size) {
                throw changed("it had " + size + " bytes, and has " + channel.size());
            }
            if (!now.lastModifiedTime().equals(modified)) {
                throw changed("it was written to at " + now.lastModifiedTime());
            }
        } catch (IOException e) {
            throw DurableFile.error("stat file", file, e);
        }
    }

    private PgError changed(String how) {
        return new PgError(SqlState.IO_ERROR, "file \"" + file + "\" changed during COPY: " + how)
                .withHint("Nothing was loaded. Run the COPY again when no other program writes to the file.");
    }

    @Override
    public String toString() {
        return "\"" + file + "\"";
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw DurableFile.error("close file", file, e);
        }
    }
}
