package dev.wharf.shmem;

import static dev.wharf.shmem.SegmentLayout.Section.HEAP;
import static dev.wharf.shmem.SegmentLayout.Section.LOCKS;
import static dev.wharf.shmem.SegmentLayout.Section.TRANCHES;

import dev.wharf.shmem.SegmentConfig.Tranche;
import dev.wharf.shmem.SegmentLayout.Section;
import dev.wharf.shmem.os.Fallocate;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Creates, maps and removes segment files. The caller is in the start-up mutex, so one process at a time is in here.
 *
 * <p>A segment is built under another name and renamed when it is whole: whoever opens the real name finds a whole
 * segment, the old or the new. A creator that dies leaves only the other name behind, which the next creator deletes.
 * Where its bytes go to another directory, the link to them is made first: so what is there is always found, by way of the
 * link, and cleared.
 */
final class SegmentFile {
    private SegmentFile() {
    }

    /** Puts a new segment at {@code file}, in place of what {@link SegmentLocation#checkReplaceable} finds to be one. */
    static MemorySegment create(final Path file, final SegmentConfig config, final long generation)
        throws IOException {
        final SegmentPlan plan = SegmentPlan.of(config);
        if (plan.length(HEAP) < 0 || plan.locks > Integer.MAX_VALUE) {
            throw new ShmemException(ShmemException.OUT_OF_MEMORY, "not enough shared memory for segment \"" + file
                + "\": " + plan.offset(HEAP) + " bytes needed for " + config.maxProcs() + " procs and " + plan.locks
                + " locks, size is " + plan.length);
        }
        final Path target = SegmentLocation.wanted(file, config);
        final Path unfinished = SegmentLocation.unfinished(target);
        SegmentLocation.checkReplaceable(file);
        SegmentLocation.clear(file);
        FailPoint.CREATE_CLEARED.reach();
        final boolean elsewhere = !target.equals(file);
        try {
            if (elsewhere) {
                SegmentLocation.link(file, target);
                SegmentLocation.clear(file);
                FailPoint.CREATE_LINKED.reach();
            }
            allocate(file, unfinished, plan.length);
            FailPoint.CREATE_ALLOCATED.reach();
            final MemorySegment memory = map(unfinished, plan.length);
            FailPoint.CREATE_MAPPED.reach();
            write(memory, config, plan, generation);
            FailPoint.CREATE_READY.reach();
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            FailPoint.CREATE_RENAMED.reach();
            return memory;
        } catch (final IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            if (elsewhere) {
                Files.deleteIfExists(file);
            }
            throw e;
        }
    }

    /** Makes the file of a segment, or of a DSM segment. */
    static void allocate(final Path segment, final Path file, final long length) {
        try {
            Fallocate.create(file, length);
        } catch (final IOException e) {
            throw ShmemException.of(
                "could not resize shared memory segment \"" + segment + "\" to " + length + " bytes", e);
        }
    }

    private static void write(final MemorySegment memory, final SegmentConfig config, final SegmentPlan plan,
                              final long generation) {
        final UnsafeBuffer header = new UnsafeBuffer(memory.address(), SegmentLayout.HEADER_LENGTH);
        header.putBytes(SegmentLayout.MAGIC_OFFSET, SegmentLayout.MAGIC);
        header.putInt(SegmentLayout.VERSION_OFFSET, SegmentLayout.VERSION);
        header.putInt(SegmentLayout.BYTE_ORDER_OFFSET, SegmentLayout.BYTE_ORDER_MARK);
        header.putLong(SegmentLayout.LENGTH_OFFSET, memory.byteSize());
        header.putLong(SegmentLayout.GENERATION_OFFSET, generation);
        FailPoint.CREATE_HEADER.reach();
        header.putBytes(SegmentLayout.BOOT_ID_OFFSET, ProcessIdentity.bootId());
        header.putLong(SegmentLayout.SUPERVISOR_PID_OFFSET, ProcessIdentity.current().pid());
        header.putLong(SegmentLayout.SUPERVISOR_START_TIME_OFFSET, ProcessIdentity.current().startTime());
        header.putLong(SegmentLayout.PID_NAMESPACE_OFFSET, ProcessIdentity.pidNamespace());
        header.putInt(SegmentLayout.PROC_COUNT_OFFSET, config.maxProcs());
        header.putInt(SegmentLayout.LOCK_COUNT_OFFSET, (int)plan.locks);
        header.putInt(SegmentLayout.TRANCHE_COUNT_OFFSET, plan.tranches.size());
        header.putInt(SegmentLayout.STRUCT_CAPACITY_OFFSET, ShmemIndexLayout.CAPACITY);
        header.putInt(SegmentLayout.COUNTER_CAPACITY_OFFSET, config.maxCounters());
        for (final Section section : Section.values()) {
            header.putLong(section.offsetOffset(), plan.offset(section));
            header.putLong(section.lengthOffset(), plan.length(section));
        }
        FailPoint.CREATE_HEADER_WRITTEN.reach();

        int lock = 0;
        for (int id = 0; id < plan.tranches.size(); id++) {
            final Tranche tranche = plan.tranches.get(id);
            final UnsafeBuffer record = new UnsafeBuffer(
                memory.address() + plan.offset(TRANCHES) + (long)id * TrancheLayout.LENGTH, TrancheLayout.LENGTH);
            record.putBytes(TrancheLayout.NAME_OFFSET, tranche.name().getBytes(StandardCharsets.UTF_8));
            FailPoint.CREATE_TRANCHE.reach();
            record.putInt(TrancheLayout.FIRST_LOCK_OFFSET, lock);
            record.putInt(TrancheLayout.LOCK_COUNT_OFFSET, tranche.locks());
            record.putInt(TrancheLayout.OWNER_DEATH_OFFSET, tranche.ownerDeath().ordinal());
            record.putInt(TrancheLayout.ALGORITHM_OFFSET, tranche.algorithm().ordinal());
            for (int i = 0; i < tranche.locks(); i++, lock++) {
                new UnsafeBuffer(memory.address() + plan.offset(LOCKS) + (long)lock * LWLockLayout.LENGTH,
                    LWLockLayout.LENGTH).putInt(LWLockLayout.TRANCHE_OFFSET, id);
            }
        }
        header.putIntRelease(SegmentLayout.STATE_OFFSET, SegmentLayout.READY);
    }

    /** Maps the segment at {@code file} after checking all that its header says. */
    static MemorySegment mapExisting(final Path file) throws IOException {
        final SegmentHeader header = SegmentHeader.read(file);
        header.checkOrigin();
        return map(file, header.length());
    }

    static MemorySegment map(final Path file, final long length) throws IOException {
        return Uninterrupted.run(() -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                // Never unmapped: a stray access through a raw address must not find another mapping there
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, length, Arena.global());
            }
        });
    }

    /** Removes the segment and all that belongs to it, except its lock file. */
    static void remove(final Path file) throws IOException {
        SegmentLocation.clear(file);
        Files.deleteIfExists(file);
    }
}
