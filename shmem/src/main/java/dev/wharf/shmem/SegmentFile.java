package dev.wharf.shmem;

import static dev.wharf.shmem.SegmentLayout.Section.HEAP;
import static dev.wharf.shmem.SegmentLayout.Section.INDEX;
import static dev.wharf.shmem.SegmentLayout.Section.LOCKS;
import static dev.wharf.shmem.SegmentLayout.Section.PROCS;
import static dev.wharf.shmem.SegmentLayout.Section.TRANCHES;

import dev.wharf.shmem.SegmentConfig.Tranche;
import dev.wharf.shmem.SegmentLayout.Section;
import dev.wharf.shmem.os.Fallocate;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Creates, checks and maps segment files. The caller holds the start-up mutex, so one process at a time is in here.
 *
 * <p>A segment is built under another name and renamed when it is whole: whoever opens the real name finds a whole
 * segment, the old or the new. A creator that dies leaves only the other name behind, which the next creator deletes.
 */
final class SegmentFile {
    private static final String UNFINISHED_SUFFIX = ".new";
    private static final long FIRST_GENERATION = 1;

    private SegmentFile() {
    }

    /** The generation of what is at {@code file}, or 0 if it is nothing of this version. */
    static long generation(final Path file) {
        try {
            final ByteBuffer header = readHeader(file);
            return header != null && isSegment(header) && header.getInt(SegmentLayout.VERSION_OFFSET)
                == SegmentLayout.VERSION ? header.getLong(SegmentLayout.GENERATION_OFFSET) : FIRST_GENERATION - 1;
        } catch (final IOException _) {
            return FIRST_GENERATION - 1;
        }
    }

    /** Puts a new segment at {@code file}, in place of whatever is there. */
    static MemorySegment create(final Path file, final SegmentConfig config, final long generation) throws IOException {
        final List<Tranche> tranches = new ArrayList<>(Segment.BUILT_IN_TRANCHES);
        tranches.addAll(config.tranches());
        long locks = 0;
        for (final Tranche tranche : tranches) {
            locks += tranche.locks();
        }
        final long length =
            Math.multiplyExact(Math.ceilDiv(config.size(), SegmentConfig.SIZE_UNIT), (long)SegmentConfig.SIZE_UNIT);
        final long[] lengths = new long[Section.values().length];
        lengths[INDEX.ordinal()] = ShmemIndexLayout.LENGTH;
        lengths[PROCS.ordinal()] = (long)config.maxProcs() * ProcLayout.LENGTH;
        lengths[LOCKS.ordinal()] = locks * LWLockLayout.LENGTH;
        lengths[TRANCHES.ordinal()] = (long)tranches.size() * TrancheLayout.LENGTH;
        final long fixed = SegmentLayout.HEADER_LENGTH + Arrays.stream(lengths).sum();
        if (fixed > length || locks > Integer.MAX_VALUE) {
            throw new ShmemException(ShmemException.OUT_OF_MEMORY, "not enough shared memory for segment \"" + file
                + "\": " + fixed + " bytes needed for " + config.maxProcs() + " procs and " + locks + " locks, size is "
                + length);
        }
        lengths[HEAP.ordinal()] = length - fixed;

        final Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED_SUFFIX);
        Files.deleteIfExists(unfinished);
        try {
            Fallocate.create(unfinished, length);
        } catch (final FileSystemException e) {
            throw new ShmemException(ShmemException.DISK_FULL, "could not resize shared memory segment \"" + file
                + "\" to " + length + " bytes: " + e.getReason(), e);
        }
        try {
            FailPoint.CREATE_ALLOCATED.reach();
            final MemorySegment memory = map(unfinished, length);
            FailPoint.CREATE_MAPPED.reach();
            write(memory, config, tranches, (int)locks, lengths, generation);
            FailPoint.CREATE_READY.reach();
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            FailPoint.CREATE_RENAMED.reach();
            return memory;
        } catch (final IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }

    private static void write(final MemorySegment memory, final SegmentConfig config, final List<Tranche> tranches,
                              final int locks, final long[] lengths, final long generation) {
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
        header.putInt(SegmentLayout.LOCK_COUNT_OFFSET, locks);
        header.putInt(SegmentLayout.TRANCHE_COUNT_OFFSET, tranches.size());
        header.putInt(SegmentLayout.STRUCT_CAPACITY_OFFSET, ShmemIndexLayout.CAPACITY);
        long offset = SegmentLayout.HEADER_LENGTH;
        for (final Section section : Section.values()) {
            header.putLong(section.offsetOffset(), offset);
            header.putLong(section.lengthOffset(), lengths[section.ordinal()]);
            offset += lengths[section.ordinal()];
        }

        int lock = 0;
        for (int id = 0; id < tranches.size(); id++) {
            final Tranche tranche = tranches.get(id);
            final UnsafeBuffer record = new UnsafeBuffer(
                memory.address() + header.getLong(TRANCHES.offsetOffset()) + (long)id * TrancheLayout.LENGTH,
                TrancheLayout.LENGTH);
            record.putBytes(TrancheLayout.NAME_OFFSET, tranche.name().getBytes(StandardCharsets.UTF_8));
            FailPoint.CREATE_TRANCHE.reach();
            record.putInt(TrancheLayout.FIRST_LOCK_OFFSET, lock);
            record.putInt(TrancheLayout.LOCK_COUNT_OFFSET, tranche.locks());
            record.putInt(TrancheLayout.OWNER_DEATH_OFFSET, tranche.ownerDeath().ordinal());
            for (int i = 0; i < tranche.locks(); i++, lock++) {
                new UnsafeBuffer(
                    memory.address() + header.getLong(LOCKS.offsetOffset()) + (long)lock * LWLockLayout.LENGTH,
                    LWLockLayout.LENGTH).putInt(LWLockLayout.TRANCHE_OFFSET, id);
            }
        }
        header.putIntRelease(SegmentLayout.STATE_OFFSET, SegmentLayout.READY);
    }

    /** Maps the segment at {@code file} after checking all that its header says. */
    static MemorySegment mapExisting(final Path file) throws IOException {
        return map(file, check(file));
    }

    /** Checks all that the header of the segment at {@code file} says; returns the segment's length. */
    static long check(final Path file) throws IOException {
        final ByteBuffer header;
        try {
            header = readHeader(file);
        } catch (final NoSuchFileException e) {
            throw new ShmemException(ShmemException.UNDEFINED_FILE,
                "could not open shared memory segment \"" + file + "\": No such file or directory", e);
        }
        if (header == null || !isSegment(header) && !isSwapped(header)) {
            throw new ShmemException(ShmemException.DATA_CORRUPTED, "file \"" + file + "\" is not a segment");
        }
        if (isSwapped(header)) {
            throw new ShmemException(ShmemException.DATA_CORRUPTED,
                "segment \"" + file + "\" was written in the other byte order");
        }
        final int version = header.getInt(SegmentLayout.VERSION_OFFSET);
        if (version != SegmentLayout.VERSION) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + file
                + "\" has layout version " + version + ", this program has " + SegmentLayout.VERSION
                + ": end the other program's processes first");
        }
        if (header.getInt(SegmentLayout.STATE_OFFSET) != SegmentLayout.READY) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE,
                "segment \"" + file + "\" is still being created");
        }
        final long length = header.getLong(SegmentLayout.LENGTH_OFFSET);
        final long actual = Files.size(file);
        if (actual < length || length < SegmentLayout.HEADER_LENGTH) {
            throw new ShmemException(ShmemException.DATA_CORRUPTED, "segment \"" + file + "\" is truncated: "
                + actual + " bytes of " + length);
        }
        final byte[] bootId = new byte[SegmentLayout.BOOT_ID_LENGTH];
        header.get(SegmentLayout.BOOT_ID_OFFSET, bootId);
        if (!Arrays.equals(bootId, ProcessIdentity.bootId())) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE,
                "segment \"" + file + "\" was left by another boot of this machine");
        }
        if (header.getLong(SegmentLayout.PID_NAMESPACE_OFFSET) != ProcessIdentity.pidNamespace()) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + file
                + "\" belongs to processes of another pid namespace: run both in one container");
        }
        checkSections(file, header, length);
        return length;
    }

    /** Every later access relies on this: sections lie inside the file, aligned, and hold what the counts say. */
    private static void checkSections(final Path file, final ByteBuffer header, final long length) {
        final long[] needed = new long[Section.values().length];
        needed[INDEX.ordinal()] = ShmemIndexLayout.LENGTH;
        needed[PROCS.ordinal()] = (long)header.getInt(SegmentLayout.PROC_COUNT_OFFSET) * ProcLayout.LENGTH;
        needed[LOCKS.ordinal()] = (long)header.getInt(SegmentLayout.LOCK_COUNT_OFFSET) * LWLockLayout.LENGTH;
        needed[TRANCHES.ordinal()] = (long)header.getInt(SegmentLayout.TRANCHE_COUNT_OFFSET) * TrancheLayout.LENGTH;
        long end = SegmentLayout.HEADER_LENGTH;
        for (final Section section : Section.values()) {
            final long offset = header.getLong(section.offsetOffset());
            final long size = header.getLong(section.lengthOffset());
            if (offset != end || size < 0 || size < needed[section.ordinal()] || size > length - offset
                || size % SegmentLayout.ALIGNMENT != 0) {
                throw new ShmemException(ShmemException.DATA_CORRUPTED,
                    "segment \"" + file + "\" was altered: section " + section + " has offset " + offset + " and length "
                        + size);
            }
            end = offset + size;
        }
    }

    private static boolean isSegment(final ByteBuffer header) {
        return hasMagic(header)
            && header.getInt(SegmentLayout.BYTE_ORDER_OFFSET) == SegmentLayout.BYTE_ORDER_MARK;
    }

    private static boolean isSwapped(final ByteBuffer header) {
        return hasMagic(header)
            && Integer.reverseBytes(header.getInt(SegmentLayout.BYTE_ORDER_OFFSET)) == SegmentLayout.BYTE_ORDER_MARK;
    }

    private static boolean hasMagic(final ByteBuffer header) {
        final byte[] magic = new byte[SegmentLayout.MAGIC.length];
        header.get(SegmentLayout.MAGIC_OFFSET, magic);
        return Arrays.equals(magic, SegmentLayout.MAGIC);
    }

    /** The header's bytes, or null if there are not that many. */
    private static ByteBuffer readHeader(final Path file) throws IOException {
        final ByteBuffer header = ByteBuffer.allocate(SegmentLayout.HEADER_LENGTH).order(ByteOrder.nativeOrder());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (header.hasRemaining()) {
                if (channel.read(header) < 0) {
                    return null;
                }
            }
        }
        return header;
    }

    private static MemorySegment map(final Path file, final long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // Never unmapped: a stray access through a raw address must not find another mapping there
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, length, Arena.global());
        }
    }
}
