package dev.wharf.shmem;

/**
 * A tranche: the name its locks wait under, and which locks they are. Written at creation, then only read.
 *
 * <pre>
 *   0                      64           68      72            76          80    128
 *  +----------------------+------------+-------+-------------+-----------+-----+
 *  | name[64], zero-filled| first lock | locks | owner death | algorithm | zero|
 *  +----------------------+------------+-------+-------------+-----------+-----+
 * </pre>
 *
 * First lock counts from the start of the locks' section. Owner death is the ordinal of {@link SegmentConfig.OwnerDeath},
 * algorithm that of {@link LWLockAlgorithm}.
 */
final class TrancheLayout {
    static final int NAME_OFFSET = 0;
    static final int NAME_LENGTH = SegmentConfig.MAX_TRANCHE_NAME + 1;
    static final int FIRST_LOCK_OFFSET = NAME_OFFSET + NAME_LENGTH;
    static final int LOCK_COUNT_OFFSET = FIRST_LOCK_OFFSET + Integer.BYTES;
    static final int OWNER_DEATH_OFFSET = LOCK_COUNT_OFFSET + Integer.BYTES;
    static final int ALGORITHM_OFFSET = OWNER_DEATH_OFFSET + Integer.BYTES;
    static final int LENGTH = SegmentLayout.ALIGNMENT;

    private TrancheLayout() {
    }
}
