package dev.wharf.shmem;

/**
 * The counters, in two sections, in the format of agrona's {@code CountersReader}: its readers can read them.
 *
 * <pre>
 *   metadata   0       4      8          16        128           132         512
 *             +-------+------+----------+---------+-------------+-----------+
 *             | state | type | deadline | key[112]| label length| label[380]|
 *             +-------+------+----------+---------+-------------+-----------+
 *   value      0       8       16          24            32   128
 *             +-------+-------+-----------+-------------+-----+
 *             | value | owner | owner pid | allocations | zero|
 *             +-------+-------+-----------+-------------+-----+
 * </pre>
 *
 * State is agrona's: 0 never used, 1 allocated, -1 free again. The owner word (agrona's registration id) has the form of
 * {@link ProcLayout}'s, 0 when free. One CAS on it takes a free counter, or one whose owner is dead, and says for whom: so a
 * process that dies at any instant leaves a counter that is free or that names it. Who has it fills in the rest, and stores the
 * state last, with release. Allocations (agrona's reference id) goes up each time: a reader that finds it the same before and
 * after has read one counter's type and label, not halves of two. The deadline and the key stay zero.
 */
final class CountersLayout {
    static final int STATE_OFFSET = 0;
    static final int TYPE_OFFSET = STATE_OFFSET + Integer.BYTES;
    static final int DEADLINE_OFFSET = TYPE_OFFSET + Integer.BYTES;
    static final int KEY_OFFSET = DEADLINE_OFFSET + Long.BYTES;
    static final int KEY_LENGTH = 112;
    static final int LABEL_LENGTH_OFFSET = KEY_OFFSET + KEY_LENGTH;
    static final int LABEL_OFFSET = LABEL_LENGTH_OFFSET + Integer.BYTES;
    static final int MAX_LABEL = 380;
    static final int METADATA_LENGTH = LABEL_OFFSET + MAX_LABEL;

    static final int VALUE_OFFSET = 0;
    static final int OWNER_OFFSET = VALUE_OFFSET + Long.BYTES;
    static final int OWNER_PID_OFFSET = OWNER_OFFSET + Long.BYTES;
    static final int ALLOCATIONS_OFFSET = OWNER_PID_OFFSET + Long.BYTES;
    static final int VALUE_LENGTH = SegmentLayout.ALIGNMENT;

    static final int UNUSED = 0;
    static final int ALLOCATED = 1;
    static final int RECLAIMED = -1;

    private CountersLayout() {
    }
}
