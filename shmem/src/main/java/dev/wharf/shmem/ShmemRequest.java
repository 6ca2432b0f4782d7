package dev.wharf.shmem;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What those who will share a segment ask for before it is created: PostgreSQL's phase of {@code shmem_request_hook}. Each adds
 * what it needs; {@link Segment#open(Path, ShmemRequest)} adds it up, and from then on nothing can be requested.
 *
 * <p>The size is that of the tables, of the structs requested, and 100,000 bytes of slack for those who forgot, rounded up to
 * 8192. Each struct takes its size rounded up to 128.
 *
 * <p>One thread at a time.
 */
public final class ShmemRequest {
    static final long SLACK = 100_000;
    private static final int DEFAULT_MAX_PROCS = 128;

    private final List<Tranche> tranches = new ArrayList<>();
    private long addinBytes;
    private int maxProcs = DEFAULT_MAX_PROCS;
    private int maxCounters = SegmentConfig.DEFAULT_COUNTERS;
    private int maxWorkerProcesses = SegmentConfig.DEFAULT_WORKER_PROCESSES;
    private Path sharedMemoryDirectory;
    private Duration startUpTimeout = SegmentConfig.DEFAULT_START_UP_TIMEOUT;
    private boolean closed;

    /**
     * Room for structs.
     *
     * @throws ShmemException once the segment is open
     */
    public ShmemRequest requestAddinShmemSpace(final long bytes) {
        if (closed) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR,
                "cannot request additional shared memory outside shmem_request_hook");
        }
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative: bytes=" + bytes);
        }
        try {
            addinBytes = Math.addExact(addinBytes, SegmentLayout.align(bytes));
        } catch (final ArithmeticException e) {
            throw new ShmemException(ShmemException.PROGRAM_LIMIT_EXCEEDED,
                "requested shared memory size overflows size_t", e);
        }
        return this;
    }

    /**
     * Locks of a name, whose data needs repair when an exclusive holder died.
     *
     * @throws ShmemException once the segment is open; if the name is taken, or longer than 63 bytes; over 256 tranches
     */
    public ShmemRequest requestNamedLWLockTranche(final String name, final int locks) {
        return requestNamedLWLockTranche(name, locks, OwnerDeath.INCONSISTENT, LWLockAlgorithm.DEFAULT);
    }

    /**
     * Locks of a name.
     *
     * @param algorithm who gets them next
     * @throws ShmemException once the segment is open; if the name is taken, or longer than 63 bytes; over 256 tranches
     */
    public ShmemRequest requestNamedLWLockTranche(final String name, final int locks, final OwnerDeath ownerDeath,
                                                  final LWLockAlgorithm algorithm) {
        if (closed) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR,
                "cannot request additional LWLocks outside shmem_request_hook");
        }
        if (SharedName.utf8(name).length > SegmentConfig.MAX_TRANCHE_NAME) {
            throw new ShmemException(ShmemException.NAME_TOO_LONG, "tranche name too long");
        }
        final boolean taken = Segment.BUILT_IN_TRANCHES.stream().anyMatch(tranche -> tranche.name().equals(name))
            || tranches.stream().anyMatch(tranche -> tranche.name().equals(name));
        if (taken) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR,
                "requested tranche \"" + name + "\" is already registered");
        }
        if (tranches.size() + Segment.BUILT_IN_TRANCHES.size() >= SegmentConfig.MAX_TRANCHES) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR, "maximum number of tranches already registered");
        }
        tranches.add(new Tranche(name, locks, ownerDeath, algorithm));
        return this;
    }

    /** Slots of the proc table; 128 unless said. */
    public ShmemRequest maxProcs(final int procs) {
        maxProcs = procs;
        return this;
    }

    /** How many {@link Counters} there may be at once; 128 unless said. */
    public ShmemRequest maxCounters(final int counters) {
        maxCounters = counters;
        return this;
    }

    /** Slots for background workers; 8 unless said. */
    public ShmemRequest maxWorkerProcesses(final int workers) {
        maxWorkerProcesses = workers;
        return this;
    }

    /** See {@link SegmentConfig#sharedMemoryDirectory()}. */
    public ShmemRequest sharedMemoryDirectory(final Path directory) {
        sharedMemoryDirectory = directory;
        return this;
    }

    /** See {@link SegmentConfig#startUpTimeout()}; 60 seconds unless said. */
    public ShmemRequest startUpTimeout(final Duration timeout) {
        startUpTimeout = timeout;
        return this;
    }

    /** Bytes of the segment that would be created now: PostgreSQL's {@code shared_memory_size}, before its rounding to MB. */
    public long size() {
        final long fixed = SegmentPlan.fixedLength(tranches, maxProcs, maxCounters, maxWorkerProcesses);
        try {
            return SegmentPlan.roundUp(Math.addExact(Math.addExact(fixed, SLACK), addinBytes));
        } catch (final ArithmeticException e) {
            throw new ShmemException(ShmemException.PROGRAM_LIMIT_EXCEEDED,
                "requested shared memory size overflows size_t", e);
        }
    }

    /** Ends the phase. */
    SegmentConfig close() {
        closed = true;
        return new SegmentConfig(size(), tranches, maxProcs, maxCounters, maxWorkerProcesses, sharedMemoryDirectory,
            startUpTimeout);
    }
}
