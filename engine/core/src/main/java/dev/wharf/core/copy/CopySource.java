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
 * The file that a COPY reads, at the length that it had when the COPY began. Read with pread into a reused buffer, not
 * mapped: another program that cuts the file short gives an error here, and SIGBUS in a mapping.
 *
 * <p>Safe for several threads.
 */
public final class CopySource implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final FileTime modified;

    private CopySource(Path file, FileChannel channel, long size, FileTime modified) {
        this.file = file;
        this.channel = channel;
        this.size = size;
        this.modified = modified;
    }

    /** @throws PgError 58P01 missing, 42501 unreadable, 42809 a directory, 0A000 not a regular file */
    public static CopySource open(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new PgError(SqlState.WRONG_OBJECT_TYPE, "\"" + file + "\" is a directory");
            }
            if (!attributes.isRegularFile()) {
                throw new PgError(SqlState.FEATURE_NOT_SUPPORTED, "\"" + file + "\" is not a regular file")
                        .withHint("COPY FROM reads regular files.");
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            return new CopySource(file, channel, channel.size(), attributes.lastModifiedTime());
        } catch (IOException e) {
            PgError error = DurableFile.error("open file", file, e);
            String forReading = error.getMessage().replaceFirst("\": ", "\" for reading: ");
            throw new PgError(error.sqlState(), forReading, e);
        }
    }

    public Path file() {
        return file;
    }

    /** Bytes of the file when the COPY began. */
    public long size() {
        return size;
    }

    /** Reads until {@code target} is full or the file's length is reached, and returns the bytes read. */
    public int read(MemorySegment target, long position) {
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

    /** @throws PgError if the file is not what it was when the COPY began */
    public void checkUnchanged() {
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
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw DurableFile.error("close file", file, e);
        }
    }
}
