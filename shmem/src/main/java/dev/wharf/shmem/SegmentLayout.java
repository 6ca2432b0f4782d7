package dev.wharf.shmem;

import java.nio.charset.StandardCharsets;

/**
 * The header of a segment, native byte order.
 *
 * <pre>
 *   0                   8         12        16
 *  +-------------------+---------+---------+
 *  | magic "WHARFSHM"  | version | order   |
 *  +-------------------+---------+---------+
 *  | length            | generation        |
 *  +-------------------+-------------------+
 *  | boot id                               |
 *  +-------------------+-------------------+
 *  | supervisor pid    | its start time    |
 *  +---------+---------+---------+---------+
 *  | state   | procs   | locks   | tranches|
 *  +---------+---------+---------+---------+
 *  | structs | counters| pid namespace     |
 *  +---------+---------+-------------------+ 96
 *  | zero                                  |
 *  +---------------------------------------+ 128
 *  | zero                                  |
 *  +-------------------+-------------------+ 256
 *  | offset            | length            |  one pair a {@link Section}, 16 at most
 *  +-------------------+-------------------+ 512
 * </pre>
 *
 * State is stored last, with release: who reads {@link #READY} from it sees the rest. Nothing else changes after.
 * Sections follow each other in the order of {@link Section}, each a multiple of {@link #ALIGNMENT}; the heap is the rest.
 *
 * <p>Version 2: lock numbers are offsets, locks and procs have counters, tranches an algorithm, and room for those registered
 * later; a slot's wait event says its class; there are sections for the DSM registry and for counters.
 *
 * <p>Version 3: a section for background workers.
 */
final class SegmentLayout {
    static final byte[] MAGIC = "WHARFSHM".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 4;
    static final int BYTE_ORDER_MARK = 0x0A0B0C0D;
    static final int READY = 1;

    /** Two cache lines: the pair that the processor fetches together. */
    static final int ALIGNMENT = 128;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    static final int BYTE_ORDER_OFFSET = VERSION_OFFSET + Integer.BYTES;
    static final int LENGTH_OFFSET = BYTE_ORDER_OFFSET + Integer.BYTES;
    static final int GENERATION_OFFSET = LENGTH_OFFSET + Long.BYTES;
    static final int BOOT_ID_OFFSET = GENERATION_OFFSET + Long.BYTES;
    static final int BOOT_ID_LENGTH = 16;
    static final int SUPERVISOR_PID_OFFSET = BOOT_ID_OFFSET + BOOT_ID_LENGTH;
    static final int SUPERVISOR_START_TIME_OFFSET = SUPERVISOR_PID_OFFSET + Long.BYTES;
    static final int STATE_OFFSET = SUPERVISOR_START_TIME_OFFSET + Long.BYTES;
    static final int PROC_COUNT_OFFSET = STATE_OFFSET + Integer.BYTES;
    static final int LOCK_COUNT_OFFSET = PROC_COUNT_OFFSET + Integer.BYTES;
    static final int TRANCHE_COUNT_OFFSET = LOCK_COUNT_OFFSET + Integer.BYTES;
    static final int STRUCT_CAPACITY_OFFSET = TRANCHE_COUNT_OFFSET + Integer.BYTES;
    static final int COUNTER_CAPACITY_OFFSET = STRUCT_CAPACITY_OFFSET + Integer.BYTES;
    static final int PID_NAMESPACE_OFFSET = COUNTER_CAPACITY_OFFSET + Integer.BYTES;

    static final int SECTIONS_OFFSET = 2 * ALIGNMENT;
    static final int SECTION_LENGTH = 2 * Long.BYTES;
    static final int SECTION_CAPACITY = 16;
    static final int HEADER_LENGTH = SECTIONS_OFFSET + SECTION_CAPACITY * SECTION_LENGTH;

    /** The parts of a segment, in the order of the file. */
    enum Section {
        INDEX, PROCS, LOCKS, TRANCHES, DSM_REGISTRY, COUNTERS_METADATA, COUNTERS_VALUES, BACKGROUND_WORKERS, HEAP;

        /** Where the header has this section's offset; its length is in the next 8 bytes. */
        int offsetOffset() {
            return SECTIONS_OFFSET + ordinal() * SECTION_LENGTH;
        }

        int lengthOffset() {
            return offsetOffset() + Long.BYTES;
        }
    }

    private SegmentLayout() {
    }

    static long align(final long value) {
        return Math.addExact(value, ALIGNMENT - 1) & -ALIGNMENT;
    }
}
