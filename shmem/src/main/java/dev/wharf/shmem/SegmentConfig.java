package dev.wharf.shmem;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a segment is created with. {@link ShmemRequest} counts one together.
 *
 * <p>Whoever attaches later with {@link Segment#open(Path, SegmentConfig)} finds the creator's values; only the
 * tranches that are asked for must be there.
 *
 * @param size bytes of the whole file, rounded up to 8192; what the sections leave is for {@link Segment#shmemInitStruct}
 * @param tranches the locks
 * @param maxProcs slots of the proc table: threads, of all processes, that may wait at once; at most 4096
 * @param maxCounters how many {@link Counters} there may be at once
 * @param maxWorkerProcesses how many background workers may be registered at once
 * @param sharedMemoryDirectory where the segment's bytes are, such as {@code /dev/shm}: a symbolic link at the segment's own
 *     name leads there, so that whoever attaches needs not know. Null: in a file of the segment's own name
 * @param startUpTimeout how long to wait at most for another process that is creating the segment, or attaching
 */
public record SegmentConfig(long size, List<Tranche> tranches, int maxProcs, int maxCounters, int maxWorkerProcesses,
                            Path sharedMemoryDirectory, Duration startUpTimeout) {
    /** Bytes of a tranche's name, at most. */
    public static final int MAX_TRANCHE_NAME = 63;
    static final int MAX_TRANCHES = 256;
    static final int MAX_PROCS = 4096;
    static final int SIZE_UNIT = 8192;
    static final long MAX_SIZE = Long.MAX_VALUE / SIZE_UNIT * SIZE_UNIT;
    static final int DEFAULT_COUNTERS = 128;
    static final int MAX_COUNTERS = 1 << 20;
    static final int DEFAULT_WORKER_PROCESSES = 8;
    static final int MAX_WORKER_PROCESSES = 4096;
    static final Duration DEFAULT_START_UP_TIMEOUT = Duration.ofSeconds(60);

    /** What becomes of a lock whose exclusive holder died. */
    public enum OwnerDeath {
        /**
         * Its data may be half-changed: a callback ({@link Segment#onOwnerDeath}) repairs it, or the lock gives an error
         * that names the dead process until somebody does.
         */
        INCONSISTENT,
        /** The data is right after every single store under the lock: the lock is free again, no questions asked. */
        CONSISTENT
    }

    /**
     * Locks with one name, which is also the wait event's.
     *
     * @param name 1 to 63 bytes of UTF-8
     * @param locks how many
     * @param algorithm how they are shared out
     */
    public record Tranche(String name, int locks, OwnerDeath ownerDeath, LWLockAlgorithm algorithm) {
        public Tranche {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("tranche name cannot be empty");
            }
            if (SharedName.utf8(name).length > MAX_TRANCHE_NAME) {
                throw new IllegalArgumentException("tranche name too long");
            }
            if (locks < 1) {
                throw new IllegalArgumentException("a tranche must have at least one lock: locks=" + locks);
            }
        }

        /** Locks whose data needs repair when an exclusive holder died. */
        public Tranche(final String name, final int locks) {
            this(name, locks, OwnerDeath.INCONSISTENT);
        }

        /** Locks that are shared out as in PostgreSQL. */
        public Tranche(final String name, final int locks, final OwnerDeath ownerDeath) {
            this(name, locks, ownerDeath, LWLockAlgorithm.DEFAULT);
        }
    }

    /** With 128 counters and 8 background workers, in a file of the segment's own name, waiting for up to 60 seconds. */
    public SegmentConfig(final long size, final List<Tranche> tranches, final int maxProcs) {
        this(size, tranches, maxProcs, DEFAULT_COUNTERS, DEFAULT_WORKER_PROCESSES, null, DEFAULT_START_UP_TIMEOUT);
    }

    public SegmentConfig {
        tranches = List.copyOf(tranches);
        if (maxProcs < 1 || maxProcs > MAX_PROCS) {
            throw new IllegalArgumentException("maxProcs must be 1 to " + MAX_PROCS + ": maxProcs=" + maxProcs);
        }
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("size must be 1 to " + MAX_SIZE + ": size=" + size);
        }
        if (maxCounters < 0 || maxCounters > MAX_COUNTERS) {
            throw new IllegalArgumentException("maxCounters must be 0 to " + MAX_COUNTERS + ": maxCounters=" + maxCounters);
        }
        if (maxWorkerProcesses < 0 || maxWorkerProcesses > MAX_WORKER_PROCESSES) {
            throw new IllegalArgumentException("maxWorkerProcesses must be 0 to " + MAX_WORKER_PROCESSES
                + ": maxWorkerProcesses=" + maxWorkerProcesses);
        }
        if (startUpTimeout.isNegative()) {
            throw new IllegalArgumentException("startUpTimeout must not be negative: startUpTimeout=" + startUpTimeout);
        }
        if (tranches.size() + Segment.BUILT_IN_TRANCHES.size() > MAX_TRANCHES) {
            throw new IllegalArgumentException("maximum number of tranches already registered");
        }
        final Set<String> names = new HashSet<>();
        Segment.BUILT_IN_TRANCHES.forEach(tranche -> names.add(tranche.name()));
        for (final Tranche tranche : tranches) {
            if (!names.add(tranche.name())) {
                throw new IllegalArgumentException(
                    "requested tranche \"" + tranche.name() + "\" is already registered");
            }
        }
    }

    public SegmentConfig withSharedMemoryDirectory(final Path directory) {
        return new SegmentConfig(size, tranches, maxProcs, maxCounters, maxWorkerProcesses, directory, startUpTimeout);
    }

    public SegmentConfig withStartUpTimeout(final Duration timeout) {
        return new SegmentConfig(size, tranches, maxProcs, maxCounters, maxWorkerProcesses, sharedMemoryDirectory, timeout);
    }

    public SegmentConfig withMaxCounters(final int counters) {
        return new SegmentConfig(size, tranches, maxProcs, counters, maxWorkerProcesses, sharedMemoryDirectory,
            startUpTimeout);
    }

    public SegmentConfig withMaxWorkerProcesses(final int workers) {
        return new SegmentConfig(size, tranches, maxProcs, maxCounters, workers, sharedMemoryDirectory, startUpTimeout);
    }
}
