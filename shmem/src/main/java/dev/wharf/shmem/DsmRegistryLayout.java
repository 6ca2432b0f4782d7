package dev.wharf.shmem;

/**
 * The registry of named DSM segments, which are files of their own beside the segment.
 *
 * <pre>
 *   0                       128     136     140   256
 *  +-----------------------+-------+-------+-----+
 *  | name[128], zero-filled| size  | state | zero|   entry 0
 *  +-----------------------+-------+-------+-----+
 * </pre>
 *
 * An entry is free, being initialised, or there; its state, stored with release after the rest, says which. It changes only
 * under the lock {@code DSMRegistry}, held exclusively: so whoever has that lock and finds an entry being initialised knows
 * that its creator has died, or that its callback has failed. The file of entry n is the segment's, with {@code .dsm.n} appended.
 */
final class DsmRegistryLayout {
    /** Longest name, in bytes: one byte stays zero. */
    static final int MAX_NAME = 127;
    static final int CAPACITY = 128;

    static final int NAME_OFFSET = 0;
    static final int NAME_LENGTH = MAX_NAME + 1;
    static final int SIZE_OFFSET = NAME_OFFSET + NAME_LENGTH;
    static final int STATE_OFFSET = SIZE_OFFSET + Long.BYTES;
    static final int ENTRY_LENGTH = 2 * SegmentLayout.ALIGNMENT;
    static final int LENGTH = CAPACITY * ENTRY_LENGTH;

    static final int FREE = 0;
    static final int INITIALISING = 1;
    static final int READY = 2;

    private DsmRegistryLayout() {
    }

    static int entry(final int index) {
        return index * ENTRY_LENGTH;
    }
}
