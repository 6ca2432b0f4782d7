package dev.wharf.shmem.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Has what was written to a file brought to its disk, piece by piece: a sync of the whole, which nothing can interrupt, then
 * has little left to do. It makes nothing durable by itself.
 */
public final class WriteBack {
    private static final int AT_FDCWD = -100;
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;
    private static final int WAIT_BEFORE = 1;
    private static final int WRITE = 2;
    private static final int WAIT_AFTER = 4;
    private static final long PIECE = 8 << 20;

    private WriteBack() {
    }

    /**
     * Waits for it. Does nothing on a file system that cannot be asked for it.
     *
     * @param afterEach runs after each piece, and ends this with what it throws
     * @throws FileSystemException if the disk failed
     */
    public static void await(final Path file, final long length, final Runnable afterEach) throws IOException {
        final long fd;
        try (Arena arena = Arena.ofConfined()) {
            fd = SystemCall.OPENAT.invoke(AT_FDCWD, arena.allocateFrom(file.toString()).address(), O_RDONLY | O_CLOEXEC, 0, 0);
        }
        if (fd < 0) {
            throw new FileSystemException(file.toString(), null, SystemCall.describe(fd));
        }
        try {
            if (!isPossible(file, SystemCall.SYNC_FILE_RANGE.invoke(fd, 0, length, WRITE, 0))) {
                return;
            }
            for (long offset = 0; offset < length; offset += PIECE) {
                isPossible(file, SystemCall.SYNC_FILE_RANGE.invoke(fd, offset, Math.min(PIECE, length - offset),
                    WAIT_BEFORE | WRITE | WAIT_AFTER, 0));
                afterEach.run();
            }
        } finally {
            SystemCall.CLOSE.invoke(fd, 0, 0, 0, 0);
        }
    }

    private static boolean isPossible(final Path file, final long result) throws IOException {
        if (result == -SystemCall.EIO || result == -SystemCall.ENOSPC || result == -SystemCall.EDQUOT) {
            throw new FileSystemException(file.toString(), null, SystemCall.describe(result));
        }
        return result >= 0;
    }
}
