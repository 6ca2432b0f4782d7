package dev.wharf.shmem;

/**
 * A tranche: the name its locks wait under, and which locks they are. Those the segment is created with come first, then only
 * read; after them, up to 256, those of {@link UserLWLocks#newTrancheId}, whose locks lie in structs: first lock 0, locks 1.
 * Locks is stored last, with release; 0 says that the record is free.
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
