package dev.wharf.shmem;

import static dev.wharf.shmem.SegmentLayout.Section.BACKGROUND_WORKERS;
import static dev.wharf.shmem.SegmentLayout.Section.COUNTERS_METADATA;
import static dev.wharf.shmem.SegmentLayout.Section.COUNTERS_VALUES;
import static dev.wharf.shmem.SegmentLayout.Section.DSM_REGISTRY;
import static dev.wharf.shmem.SegmentLayout.Section.HEAP;
import static dev.wharf.shmem.SegmentLayout.Section.INDEX;
import static dev.wharf.shmem.SegmentLayout.Section.LOCKS;
import static dev.wharf.shmem.SegmentLayout.Section.PROCS;
import static dev.wharf.shmem.SegmentLayout.Section.TRANCHES;

import dev.wharf.shmem.SegmentConfig.Tranche;
import dev.wharf.shmem.SegmentLayout.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How long each section of a segment is, and so the whole of it: PostgreSQL's {@code ...ShmemSize} functions in one place. */
final class SegmentPlan {
    final List<Tranche> tranches;
    final long locks;
    /** Of the whole file, a multiple of {@link SegmentConfig#SIZE_UNIT}. */
    final long length;
    private final long[] lengths;

    private SegmentPlan(final List<Tranche> tranches, final long locks, final long length, final long[] lengths) {
        this.tranches = tranches;
        this.locks = locks;
        this.length = length;
        this.lengths = lengths;
    }

    /**
     * The sections of a segment with such a configuration. What its size leaves is the heap; below zero if it is too small.
     */
    static SegmentPlan of(final SegmentConfig config) {
        final List<Tranche> tranches = allTranches(config.tranches());
        final long locks = locks(tranches);
        final long length = roundUp(config.size());
        final long[] lengths = lengths(config.maxProcs(), locks, config.maxCounters(), config.maxWorkerProcesses());
        lengths[HEAP.ordinal()] = length - SegmentLayout.HEADER_LENGTH - Arrays.stream(lengths).sum();
        return new SegmentPlan(tranches, locks, length, lengths);
    }

    /** What all but the heap takes. */
    static long fixedLength(final List<Tranche> tranches, final int maxProcs, final int maxCounters,
                            final int maxWorkerProcesses) {
        final List<Tranche> all = allTranches(tranches);
        return SegmentLayout.HEADER_LENGTH
            + Arrays.stream(lengths(maxProcs, locks(all), maxCounters, maxWorkerProcesses)).sum();
    }

    /** What each section must have at least, by the counts in a header; by {@link Section#ordinal()}. */
    static long[] lengths(final int procs, final long locks, final int counters, final int workers) {
        final long[] lengths = new long[Section.values().length];
        lengths[INDEX.ordinal()] = ShmemIndexLayout.LENGTH;
        lengths[PROCS.ordinal()] = (long)procs * ProcLayout.LENGTH;
        lengths[LOCKS.ordinal()] = locks * LWLockLayout.LENGTH;
        lengths[TRANCHES.ordinal()] = (long)SegmentConfig.MAX_TRANCHES * TrancheLayout.LENGTH;
        lengths[DSM_REGISTRY.ordinal()] = DsmRegistryLayout.LENGTH;
        lengths[COUNTERS_METADATA.ordinal()] = (long)counters * CountersLayout.METADATA_LENGTH;
        lengths[COUNTERS_VALUES.ordinal()] = (long)counters * CountersLayout.VALUE_LENGTH;
        lengths[BACKGROUND_WORKERS.ordinal()] = BackgroundWorkerLayout.length(workers);
        return lengths;
    }

    static long roundUp(final long size) {
        return Math.multiplyExact(Math.ceilDiv(size, SegmentConfig.SIZE_UNIT), (long)SegmentConfig.SIZE_UNIT);
    }

    private static List<Tranche> allTranches(final List<Tranche> requested) {
        final List<Tranche> tranches = new ArrayList<>(Segment.BUILT_IN_TRANCHES);
        tranches.addAll(requested);
        return tranches;
    }

    private static long locks(final List<Tranche> tranches) {
        long locks = 0;
        for (final Tranche tranche : tranches) {
            locks += tranche.locks();
        }
        return locks;
    }

    long length(final Section section) {
        return lengths[section.ordinal()];
    }

    /** Where it begins: after the header and the sections before it. */
    long offset(final Section section) {
        long offset = SegmentLayout.HEADER_LENGTH;
        for (int i = 0; i < section.ordinal(); i++) {
            offset += lengths[i];
        }
        return offset;
    }
}
