package dev.wharf.shmem;

/**
 * The index: which named structs there are.
 *
 * <pre>
 *   0        4                                             128
 *  +--------+------------------------------------------------+
 *  | count  | zero                                           |
 *  +--------+------------------------------------------------+
 *  | name[48], zero-filled | offset | size | allocated | zero|   entry 0
 *  +-----------------------+--------+------+-----------+-----+
 *   0                      48       56     64          72   128
 * </pre>
 *
 * Entries are never removed or changed. An entry is there once the count, stored with release, includes it; the next
 * struct begins where the last entry's allocation ends, so a creator that dies before that store has changed nothing.
 */
final class ShmemIndexLayout {
    /** Longest name, in bytes: one byte stays zero. */
    static final int MAX_NAME = 47;
    static final int CAPACITY = 256;

    static final int COUNT_OFFSET = 0;
    static final int ENTRIES_OFFSET = SegmentLayout.ALIGNMENT;

    static final int NAME_OFFSET = 0;
    static final int NAME_LENGTH = MAX_NAME + 1;
    static final int OFFSET_OFFSET = NAME_OFFSET + NAME_LENGTH;
    static final int SIZE_OFFSET = OFFSET_OFFSET + Long.BYTES;
    static final int ALLOCATED_SIZE_OFFSET = SIZE_OFFSET + Long.BYTES;
    static final int ENTRY_LENGTH = SegmentLayout.ALIGNMENT;

    static final int LENGTH = ENTRIES_OFFSET + CAPACITY * ENTRY_LENGTH;

    private ShmemIndexLayout() {
    }

    static int entry(final int index) {
        return ENTRIES_OFFSET + index * ENTRY_LENGTH;
    }
}
