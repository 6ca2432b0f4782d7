package dev.wharf.shmem;

import dev.wharf.shmem.os.KernelLocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
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
    /** What nanoseconds can tell apart, and be added to. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    private final Path file;
    private final FileChannel channel;
    private final Object fileKey;
    private FileLock startUpMutex;
    private FileLock attached;

    private SideFile(final Path file, final FileChannel channel, final Object fileKey) {
        this.file = file;
        this.channel = channel;
        this.fileKey = fileKey;
    }

    /** Where the lock file of a segment is. */
    static Path beside(final Path segmentFile) {
        return segmentFile.resolveSibling(segmentFile.getFileName() + SUFFIX);
    }

    /**
     * Makes or opens it, and takes the start-up mutex.
     *
     * @throws ShmemException if another process keeps the mutex for longer than {@code timeout}
     */
    static SideFile openInStartUp(final Path segmentFile, final Duration timeout) throws IOException {
        final long deadline = System.nanoTime() + (timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST).toNanos();
        for (;;) {
            final SideFile sideFile = open(beside(segmentFile));
            boolean good = false;
            try {
                sideFile.startUpMutex = sideFile.lock(START_UP_MUTEX, deadline);
                if (sideFile.startUpMutex == null) {
                    throw sideFile.startUpTimeout(segmentFile, timeout);
                }
                // Who removes a segment removes this file last, in the mutex. One that was removed while we waited locks nothing
                good = sideFile.fileKey.equals(key(sideFile.file));
                if (good) {
                    return sideFile;
                }
            } finally {
                if (!good) {
                    sideFile.close();
                }
            }
        }
    }

    private static SideFile open(final Path file) throws IOException {
        for (;;) {
            final Object before = key(file);
            final FileChannel channel = FileChannel.open(file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            // The same before and after: it is this one that was opened
            if (before != null && before.equals(key(file))) {
                return new SideFile(file, channel, before);
            }
            channel.close();
        }
    }

    private static Object key(final Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (final NoSuchFileException _) {
            return null;
        }
    }

    private ShmemException startUpTimeout(final Path segmentFile, final Duration timeout) {
        final List<Long> holders = KernelLocks.holders(file, START_UP_MUTEX);
        return new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + segmentFile
            + "\" is being created or opened by " + (holders.isEmpty() ? "another process" : "process " + holders.getFirst())
            + ": waited " + timeout.toMillis() + " ms for it");
    }

    void endStartUp() throws IOException {
        startUpMutex.release();
    }

    /** In the start-up mutex, when nobody is attached: the file goes, and the next to come makes another. */
    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    FileLock lockReaper() throws IOException {
        return lock(REAPER, NO_DEADLINE);
    }

    /** In the start-up mutex: true if no other process is attached. */
    boolean nobodyAttached() throws IOException {
        final FileLock lock = channel.tryLock(ATTACHED, 1, false);
        if (lock == null) {
            return false;
        }
        lock.release();
        return true;
    }

    /** The processes that are attached, as far as they can be seen. */
    List<Long> attachedPids() {
        return KernelLocks.holders(file, ATTACHED);
    }

    /** In the start-up mutex: says that this process is attached, until {@link #close()} or its end. */
    void markAttached() throws IOException {
        attached = channel.tryLock(ATTACHED, 1, true);
        if (attached == null) {
            throw new IOException("another program holds an exclusive lock on the segment's lock file");
        }
    }

    /** Null if it cannot be had until then. */
    private FileLock lock(final long position, final long deadline) throws IOException {
        boolean interrupted = false;
        try {
            for (;;) {
                final FileLock lock = channel.tryLock(position, 1, false);
                if (lock != null) {
                    return lock;
                }
                if (deadline != NO_DEADLINE && System.nanoTime() - deadline >= 0) {
                    return null;
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
