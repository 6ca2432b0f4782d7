package dev.wharf.shmem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The file beside a segment whose bytes are roles, held as kernel locks: the kernel frees them when their process dies.
 *
 * <pre>
 *   byte 0  start-up mutex: creating, attaching
 *   byte 1  shared by every attached process, for as long as it is attached
 *   byte 2  the reaper
 * </pre>
 *
 * POSIX drops a process's locks on a file when it closes <em>any</em> descriptor of it. So a process opens the file once,
 * and every lock is polled for: a blocking lock would close the channel if its thread were interrupted.
 */
final class SideFile implements AutoCloseable {
    static final String SUFFIX = ".lock";

    static final long START_UP_MUTEX = 0;
    static final long ATTACHED = 1;
    static final long REAPER = 2;
    // Whoever may open it may lock it
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final long POLL_NANOS = 500_000;

    private final FileChannel channel;
    private FileLock attached;

    private SideFile(final FileChannel channel) {
        this.channel = channel;
    }

    static SideFile open(final Path segmentFile) throws IOException {
        final Path file = segmentFile.resolveSibling(segmentFile.getFileName() + SUFFIX);
        return new SideFile(FileChannel.open(file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY)));
    }

    FileLock lockStartUpMutex() throws IOException {
        return lock(START_UP_MUTEX);
    }

    FileLock lockReaper() throws IOException {
        return lock(REAPER);
    }

    /** Holding the start-up mutex: true if no other process is attached. */
    boolean nobodyAttached() throws IOException {
        final FileLock lock = channel.tryLock(ATTACHED, 1, false);
        if (lock == null) {
            return false;
        }
        lock.release();
        return true;
    }

    /** Holding the start-up mutex: says that this process is attached, until {@link #close()} or its end. */
    void markAttached() throws IOException {
        attached = channel.tryLock(ATTACHED, 1, true);
        if (attached == null) {
            throw new IOException("another program holds an exclusive lock on the segment's lock file");
        }
    }

    private FileLock lock(final long position) throws IOException {
        boolean interrupted = false;
        try {
            for (;;) {
                final FileLock lock = channel.tryLock(position, 1, false);
                if (lock != null) {
                    return lock;
                }
                LockSupport.parkNanos(this, POLL_NANOS);
                // A set flag would turn parking into spinning
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
