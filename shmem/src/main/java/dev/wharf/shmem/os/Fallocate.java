package dev.wharf.shmem.os;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/** Makes a file whose blocks all exist, so that a full disk is an error now and not a SIGBUS later. */
public final class Fallocate {
    private static final int AT_FDCWD = -100;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_CLOEXEC = 02000000;
    private static final int OWNER_ONLY = 0600;
    private static final int ZERO_CHUNK = 1 << 20;
    /** Up to here zeros are written: that takes the disk's cache 2 ms, and the JVM's first system call takes 80. */
    private static final long WRITTEN_LENGTH = 16 << 20;
    private static final FileAttribute<?> OWNER_ONLY_ATTRIBUTE =
        PosixFilePermissions.asFileAttribute(EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    private Fallocate() {
    }

    /**
     * Creates {@code file}, readable by its owner only, with {@code length} zero bytes.
     *
     * @throws FileSystemException if it exists, may not be created, or the disk has no room; nothing is left then
     */
    public static void create(final Path file, final long length) throws IOException {
        if (length <= WRITTEN_LENGTH) {
            Files.createFile(file, OWNER_ONLY_ATTRIBUTE);
            try {
                writeZeros(file, length);
            } catch (final IOException e) {
                Files.deleteIfExists(file);
                throw e;
            }
        } else {
            allocate(file, length);
        }
    }

    private static void allocate(final Path file, final long length) throws IOException {
        final long fd;
        try (Arena arena = Arena.ofConfined()) {
            fd = SystemCall.OPENAT.invoke(AT_FDCWD, arena.allocateFrom(file.toString()).address(),
                O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, OWNER_ONLY, 0);
        }
        if (fd < 0) {
            throw new FileSystemException(file.toString(), null, SystemCall.describe(fd));
        }
        long result;
        do {
            result = SystemCall.FALLOCATE.invoke(fd, 0, 0, length, 0);
        } while (result == -SystemCall.EINTR);
        SystemCall.CLOSE.invoke(fd, 0, 0, 0, 0);
        try {
            if (result == -SystemCall.EOPNOTSUPP) {
                writeZeros(file, length);
            } else if (result < 0) {
                throw new FileSystemException(file.toString(), null, SystemCall.describe(result));
            }
        } catch (final IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Takes the same room, but time with it: for small files, and for file systems without fallocate. */
    private static void writeZeros(final Path file, final long length) throws IOException {
        final byte[] zeros = new byte[ZERO_CHUNK];
        // An interrupt would close a channel, but no stream
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
            for (long position = 0; position < length; position += ZERO_CHUNK) {
                out.write(zeros, 0, (int)Math.min(ZERO_CHUNK, length - position));
            }
        } catch (final FileSystemException e) {
            throw e;
        } catch (final IOException e) {
            // A stream does not name its file
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }
}
