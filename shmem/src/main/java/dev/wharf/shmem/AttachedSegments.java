package dev.wharf.shmem;

import dev.wharf.shmem.os.Platform;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The segments that this process is attached to: each once, however often it is opened. Here a process comes in and goes out.
 *
 * <p>Everything happens in the segment's start-up mutex, a kernel lock. In it, whether anybody is attached is a fact that lasts:
 * so one creates what nobody has, all others attach, and only what nobody has is removed.
 */
final class AttachedSegments {
    private static final Map<Path, Segment> ATTACHED = new HashMap<>();

    private AttachedSegments() {
    }

    static Segment open(final Path path, final SegmentConfig config) {
        synchronized (ATTACHED) {
            final int before = ATTACHED.size();
            final Segment segment = find(path, config.startUpTimeout(), config);
            try {
                segment.checkTranches(config);
                return segment;
            } catch (final ShmemException e) {
                // Who did not get it must not keep others from creating it anew
                if (ATTACHED.size() > before) {
                    close(segment);
                }
                throw e;
            }
        }
    }

    static Segment attach(final Path path, final Duration timeout) {
        synchronized (ATTACHED) {
            return find(path, timeout, null);
        }
    }

    static void close(final Segment segment) {
        synchronized (ATTACHED) {
            segment.checkNoProcs();
            if (ATTACHED.remove(segment.file(), segment)) {
                segment.detach();
            }
        }
    }

    static void remove(final Path path) {
        synchronized (ATTACHED) {
            try {
                final Path file = canonical(path);
                if (ATTACHED.containsKey(file)) {
                    throw inUse(file, List.of(ProcessHandle.current().pid()));
                }
                SegmentLocation.checkRemovable(file);
                final SideFile sideFile = SideFile.openInStartUp(file, SegmentConfig.DEFAULT_START_UP_TIMEOUT);
                try (sideFile) {
                    if (!sideFile.nobodyAttached()) {
                        throw inUse(file, sideFile.attachedPids());
                    }
                    SegmentFile.remove(file);
                    sideFile.delete();
                }
            } catch (final IOException e) {
                throw ShmemException.of("could not remove shared memory segment \"" + path + "\"", e);
            }
        }
    }

    /** Where it is, whatever the working directory and the links on the way: two names of one segment are one. */
    static Path canonical(final Path path) throws IOException {
        final Path absolute = path.toAbsolutePath().normalize();
        final Path directory = absolute.getParent();
        return directory == null || !Files.isDirectory(directory)
            ? absolute : directory.toRealPath().resolve(absolute.getFileName());
    }

    private static Segment find(final Path path, final Duration timeout, final SegmentConfig config) {
        checkFlags();
        try {
            final Path file = canonical(path);
            Segment segment = ATTACHED.get(file);
            if (segment == null) {
                segment = config == null ? attachNew(file, timeout) : openNew(file, config);
                ATTACHED.put(file, segment);
            } else if (!segment.isStillThere()) {
                throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + file
                    + "\" was deleted or replaced while this process was attached to it");
            }
            return segment;
        } catch (final IOException e) {
            throw ShmemException.of("could not open shared memory segment \"" + path + "\"", e);
        }
    }

    private static Segment openNew(final Path file, final SegmentConfig config) throws IOException {
        // Nor a lock file is made beside what is no segment
        if (!Files.exists(SideFile.beside(file))) {
            SegmentLocation.checkReplaceable(file);
        }
        final SideFile sideFile = SideFile.openInStartUp(file, config.startUpTimeout());
        boolean create = false;
        try {
            FailPoint.OPEN_MUTEX.reach();
            create = sideFile.nobodyAttached();
            final MemorySegment memory = create
                ? SegmentFile.create(file, config, SegmentHeader.generation(file) + 1)
                : SegmentFile.mapExisting(file);
            return attached(file, sideFile, memory, create);
        } catch (final IOException | RuntimeException e) {
            try (sideFile) {
                // Still in the mutex: as when a segment is removed
                if (create && !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    sideFile.delete();
                }
            } catch (final IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private static Segment attachNew(final Path file, final Duration timeout) throws IOException {
        // Says what is wrong before a lock file is made beside something that is no segment
        final Path lockFile = SideFile.beside(file);
        if (!Files.exists(lockFile)) {
            SegmentHeader.read(file).checkOrigin();
            // Still: else it has been created between
            if (!Files.exists(lockFile)) {
                throw nobodyAttached(file);
            }
        }
        final SideFile sideFile = SideFile.openInStartUp(file, timeout);
        try {
            final MemorySegment memory = SegmentFile.mapExisting(file);
            if (sideFile.nobodyAttached()) {
                throw nobodyAttached(file);
            }
            return attached(file, sideFile, memory, false);
        } catch (final IOException | RuntimeException e) {
            sideFile.close();
            throw e;
        }
    }

    private static Segment attached(final Path file, final SideFile sideFile, final MemorySegment memory,
                                    final boolean created) throws IOException {
        sideFile.markAttached();
        FailPoint.OPEN_ATTACHED.reach();
        final Segment segment = new Segment(file, sideFile, memory, created);
        sideFile.endStartUp();
        return segment;
    }

    private static ShmemException nobodyAttached(final Path file) throws IOException {
        return new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + file + "\" "
            + (SegmentLocation.isOthersLink(file) ? "is only a link to \"" + SegmentLocation.current(file)
                + "\", which belongs to a segment of another name: attach to that one"
            : "was left by processes that have all ended"));
    }

    private static ShmemException inUse(final Path file, final List<Long> pids) {
        return new ShmemException(ShmemException.OBJECT_IN_USE, "segment \"" + file + "\" is in use by "
            + (pids.isEmpty() ? "another process" : (pids.size() == 1 ? "process " : "processes ")
            + String.join(", ", pids.stream().map(Object::toString).toList())) + ": end it first, then remove the segment");
    }

    /** Now, and not in the middle of a wait. */
    private static void checkFlags() {
        Platform.check(System.getProperty("os.name"), System.getProperty("os.arch"));
        if (!Segment.class.getModule().isNativeAccessEnabled()) {
            throw new UnsupportedOperationException(
                "native access is off: start java with --enable-native-access=ALL-UNNAMED");
        }
        if (!Object.class.getModule().isOpen("jdk.internal.misc", UnsafeBuffer.class.getModule())) {
            throw new UnsupportedOperationException(
                "start java with --add-opens java.base/jdk.internal.misc=ALL-UNNAMED");
        }
    }
}
