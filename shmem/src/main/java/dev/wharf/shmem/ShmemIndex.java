package dev.wharf.shmem;

import dev.wharf.shmem.SegmentLayout.Section;
import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/** The index of a mapped segment: finds structs by name, allocates new ones at the end of what is used of the heap. */
final class ShmemIndex {
    private final long address;
    private final SegmentMap map;
    private final UnsafeBuffer buffer;
    private final long heap;
    private final long limit;

    /** @param address of the segment's first byte */
    ShmemIndex(final long address, final SegmentMap map) {
        this.address = address;
        this.map = map;
        buffer = map.section(Section.INDEX, ShmemIndexLayout.LENGTH);
        heap = map.offset(Section.HEAP);
        limit = map.end();
    }

    /** The caller holds the index's lock exclusively. */
    ShmemStruct findOrAllocate(final String name, final byte[] key, final long size) {
        final int count = count(buffer);
        long end = heap;
        for (int i = 0; i < count; i++) {
            final int entry = ShmemIndexLayout.entry(i);
            final long offset = buffer.getLong(entry + ShmemIndexLayout.OFFSET_OFFSET);
            if (name(buffer, entry).equals(name)) {
                final long actual = buffer.getLong(entry + ShmemIndexLayout.SIZE_OFFSET);
                if (actual != size) {
                    throw new ShmemException(ShmemException.INTERNAL_ERROR, "ShmemIndex entry size is wrong for data "
                        + "structure \"" + name + "\": expected " + size + ", actual " + actual);
                }
                return new ShmemStruct(offset, address + offset, size, true);
            }
            end = offset + buffer.getLong(entry + ShmemIndexLayout.ALLOCATED_SIZE_OFFSET);
        }
        if (count == map.structs) {
            throw new ShmemException(ShmemException.OUT_OF_MEMORY,
                "could not create ShmemIndex entry for data structure \"" + name + "\"");
        }
        if (size > limit - end || SegmentLayout.align(size) > limit - end) {
            throw new ShmemException(ShmemException.OUT_OF_MEMORY, "not enough shared memory for data structure \""
                + name + "\" (" + size + " bytes requested)");
        }
        final int entry = ShmemIndexLayout.entry(count);
        // A creator that died here may have left a longer name
        buffer.setMemory(entry, ShmemIndexLayout.ENTRY_LENGTH, (byte)0);
        buffer.putBytes(entry + ShmemIndexLayout.NAME_OFFSET, key);
        buffer.putLong(entry + ShmemIndexLayout.OFFSET_OFFSET, end);
        buffer.putLong(entry + ShmemIndexLayout.SIZE_OFFSET, size);
        buffer.putLong(entry + ShmemIndexLayout.ALLOCATED_SIZE_OFFSET, SegmentLayout.align(size));
        FailPoint.INDEX_WRITTEN.reach();
        buffer.putIntRelease(ShmemIndexLayout.COUNT_OFFSET, count + 1);
        FailPoint.INDEX_PUBLISHED.reach();
        return new ShmemStruct(end, address + end, size, false);
    }

    /** The caller holds the index's lock exclusively. If it dies in between, there are structs of zeros. */
    void clear() {
        final int count = count(buffer);
        for (int i = 0; i < count; i++) {
            final int entry = ShmemIndexLayout.entry(i);
            UnsafeApi.setMemory(address + buffer.getLong(entry + ShmemIndexLayout.OFFSET_OFFSET),
                buffer.getLong(entry + ShmemIndexLayout.ALLOCATED_SIZE_OFFSET), (byte)0);
        }
        buffer.putIntVolatile(ShmemIndexLayout.COUNT_OFFSET, 0);
    }

    /**
     * The whole of the segment in the order of its bytes: the sections by what they are, the structs, {@code <anonymous>}, and
     * what is free. Takes no lock: a struct allocated meanwhile may be missing, and is free space then.
     */
    List<ShmemAllocation> allocations() {
        final List<ShmemAllocation> rows = new ArrayList<>();
        rows.add(new ShmemAllocation("Segment Header", 0L, SegmentLayout.HEADER_LENGTH, SegmentLayout.HEADER_LENGTH));
        for (final Section section : Section.values()) {
            if (section != Section.HEAP) {
                rows.add(new ShmemAllocation(name(section), map.offset(section), map.length(section), map.length(section)));
            }
        }
        final int count = count(SegmentMap.copy(buffer, 0, ShmemIndexLayout.ENTRIES_OFFSET));
        // Once the count says that they are there
        final UnsafeBuffer entries = SegmentMap.copy(buffer, 0, ShmemIndexLayout.LENGTH);
        long end = heap;
        long anonymous = 0;
        for (int i = 0; i < count; i++) {
            final int entry = ShmemIndexLayout.entry(i);
            final long offset = entries.getLong(entry + ShmemIndexLayout.OFFSET_OFFSET);
            final long allocated = entries.getLong(entry + ShmemIndexLayout.ALLOCATED_SIZE_OFFSET);
            rows.add(new ShmemAllocation(
                name(entries, entry), offset, entries.getLong(entry + ShmemIndexLayout.SIZE_OFFSET), allocated));
            anonymous += offset - end;
            end = offset + allocated;
        }
        rows.add(new ShmemAllocation(ShmemAllocation.ANONYMOUS, null, anonymous, anonymous));
        rows.add(new ShmemAllocation(null, end, limit - end, limit - end));
        return rows;
    }

    private static String name(final Section section) {
        return switch (section) {
            case INDEX -> "ShmemIndex";
            case PROCS -> "Proc Array";
            case LOCKS -> "LWLock Array";
            case TRANCHES -> "LWLock Tranches";
            case DSM_REGISTRY -> "DSM Registry Data";
            case COUNTERS_METADATA -> "Counters Metadata";
            case COUNTERS_VALUES -> "Counters Values";
            case BACKGROUND_WORKERS -> "Background Worker Data";
            case HEAP -> "Heap";
        };
    }

    private static int count(final UnsafeBuffer buffer) {
        return Math.clamp(buffer.getIntVolatile(ShmemIndexLayout.COUNT_OFFSET), 0, ShmemIndexLayout.CAPACITY);
    }

    private static String name(final UnsafeBuffer buffer, final int entry) {
        return Segment.text(buffer, entry + ShmemIndexLayout.NAME_OFFSET, ShmemIndexLayout.NAME_LENGTH);
    }
}
