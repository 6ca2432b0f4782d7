package dev.wharf.shmem;

import dev.wharf.shmem.SegmentLayout.Section;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where the parts of a mapped segment are: by its header as it was when it was checked, whatever the mapping says by now.
 *
 * <p>Who reads what others may damage reads copies. A load from a page that the file has lost gives whatever was in the
 * register, in all its bits, and compiled code goes on with it for a while, past checks that it has decided before; a copy of
 * such a page ends, and leaves its target in the heap as it was.
 */
final class SegmentMap {
    private static final long BYTES_OFFSET = UnsafeApi.arrayBaseOffset(byte[].class);

    final int procs;
    final int locks;
    final int tranches;
    final int structs;
    final int counters;
    private final long address;
    private final long[] offsets = new long[Section.values().length];
    private final long[] lengths = new long[Section.values().length];

    /**
     * @param address of the segment's first byte
     * @param header has been checked
     */
    SegmentMap(final long address, final DirectBuffer header) {
        this.address = address;
        procs = header.getInt(SegmentLayout.PROC_COUNT_OFFSET);
        locks = header.getInt(SegmentLayout.LOCK_COUNT_OFFSET);
        tranches = header.getInt(SegmentLayout.TRANCHE_COUNT_OFFSET);
        structs = header.getInt(SegmentLayout.STRUCT_CAPACITY_OFFSET);
        counters = header.getInt(SegmentLayout.COUNTER_CAPACITY_OFFSET);
        for (final Section section : Section.values()) {
            offsets[section.ordinal()] = header.getLong(section.offsetOffset());
            lengths[section.ordinal()] = header.getLong(section.lengthOffset());
        }
    }

    /** Of one that this process works in: its header is as it was. */
    SegmentMap(final long address) {
        this(address, new UnsafeBuffer(address, SegmentLayout.HEADER_LENGTH));
    }

    long offset(final Section section) {
        return offsets[section.ordinal()];
    }

    long length(final Section section) {
        return lengths[section.ordinal()];
    }

    /** Where the last section ends. */
    long end() {
        return offset(Section.HEAP) + length(Section.HEAP);
    }

    UnsafeBuffer section(final Section section, final int length) {
        Objects.checkFromIndexSize(0, length, length(section));
        return new UnsafeBuffer(address + offset(section), length);
    }

    /** One of the records of {@code length} bytes that a section has. */
    UnsafeBuffer copy(final Section section, final int index, final int length) {
        final long offset = (long)index * length;
        Objects.checkFromIndexSize(offset, length, length(section));
        return copyOf(address + offset(section) + offset, length);
    }

    /** @param offset in the segment */
    UnsafeBuffer copy(final long offset, final int length) {
        Objects.checkFromIndexSize(offset, length, end());
        return copyOf(address + offset, length);
    }

    static UnsafeBuffer copy(final UnsafeBuffer source, final int offset, final int length) {
        source.boundsCheck(offset, length);
        return copyOf(source.addressOffset() + offset, length);
    }

    /** Each aligned 64 bits whole, if the length is a multiple of theirs; before any later load. */
    private static UnsafeBuffer copyOf(final long address, final int length) {
        final byte[] bytes = new byte[length];
        UnsafeApi.copyMemory(null, address, bytes, BYTES_OFFSET, length);
        VarHandle.acquireFence();
        return new UnsafeBuffer(bytes);
    }
}
