package dev.wharf.shmem;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a segment is created with. Whoever attaches later with {@link Segment#open} finds the creator's values; only the
 * tranches that are asked for must be there.
 *
 * @param size bytes of the whole file, rounded up to 8192; what the sections leave is for {@link Segment#shmemInitStruct}
 * @param tranches the locks
 * @param maxProcs slots of the proc table: threads, of all processes, that may wait at once; at most 4096
 */
public record SegmentConfig(long size, List<Tranche> tranches, int maxProcs) {
    /** Bytes of a tranche's name, at most. */
    public static final int MAX_TRANCHE_NAME = 63;
    static final int MAX_TRANCHES = 256;
    static final int MAX_PROCS = 4096;
    static final int SIZE_UNIT = 8192;

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
            if (name.getBytes(StandardCharsets.UTF_8).length > MAX_TRANCHE_NAME) {
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
            this(name, locks, ownerDeath, LWLockAlgorithm.POSTGRES);
        }
    }

    public SegmentConfig {
        tranches = List.copyOf(tranches);
        if (maxProcs < 1 || maxProcs > MAX_PROCS) {
            throw new IllegalArgumentException("maxProcs must be 1 to " + MAX_PROCS + ": maxProcs=" + maxProcs);
        }
        if (size < 1) {
            throw new IllegalArgumentException("size must be positive: size=" + size);
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
}
