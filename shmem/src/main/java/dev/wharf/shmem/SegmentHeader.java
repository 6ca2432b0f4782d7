package dev.wharf.shmem;

import dev.wharf.shmem.SegmentLayout.Section;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the header of a segment says, once it has been found to be one. It never changes while the segment is there.
 *
 * @param file its name
 * @param version of the layout
 * @param length bytes
 * @param generation one more than the segment's that was in the same file before
 * @param bootId of the machine's boot in which it was made, in hexadecimal
 * @param supervisor the process that made it
 * @param pidNamespace what pids in it mean; see {@link ProcessIdentity#pidNamespace}
 * @param maxProcs slots of the proc table
 * @param locks how many, of all tranches
 * @param tranches how many
 * @param maxCounters how many counters there may be
 */
public record SegmentHeader(Path file, int version, long length, long generation, String bootId, ProcessIdentity supervisor,
                            long pidNamespace, int maxProcs, int locks, int tranches, int maxCounters) {
    /**
     * Reads and checks it, without mapping the file.
     *
     * @throws IOException no such file, no permission
     * @throws ShmemException which says what is wrong: not a segment, another byte order or version, still being created,
     *     truncated, altered
     */
    static SegmentHeader read(final Path file) throws IOException {
        return check(file, checkMagic(file));
    }

    /** @param header what there is of it, from {@link #checkMagic} */
    static SegmentHeader check(final Path file, final ByteBuffer header) throws IOException {
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
        if (header.limit() < SegmentLayout.HEADER_LENGTH) {
            throw truncated(file, header.limit(), SegmentLayout.HEADER_LENGTH);
        }
        if (header.getInt(SegmentLayout.STATE_OFFSET) != SegmentLayout.READY) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE,
                "segment \"" + file + "\" is still being created");
        }
        final long length = header.getLong(SegmentLayout.LENGTH_OFFSET);
        final long actual = Files.size(file);
        if (actual < length || length < SegmentLayout.HEADER_LENGTH) {
            throw truncated(file, actual, length);
        }
        checkSections(file, header, length);
        final byte[] bootId = new byte[SegmentLayout.BOOT_ID_LENGTH];
        header.get(SegmentLayout.BOOT_ID_OFFSET, bootId);
        return new SegmentHeader(file, version, length, header.getLong(SegmentLayout.GENERATION_OFFSET),
            HexFormat.of().formatHex(bootId), new ProcessIdentity(header.getLong(SegmentLayout.SUPERVISOR_PID_OFFSET),
            header.getLong(SegmentLayout.SUPERVISOR_START_TIME_OFFSET)), header.getLong(SegmentLayout.PID_NAMESPACE_OFFSET),
            header.getInt(SegmentLayout.PROC_COUNT_OFFSET), header.getInt(SegmentLayout.LOCK_COUNT_OFFSET),
            header.getInt(SegmentLayout.TRANCHE_COUNT_OFFSET), header.getInt(SegmentLayout.COUNTER_CAPACITY_OFFSET));
    }

    /** That it is a segment, whatever its version, byte order and state; returns what there is of its header. */
    static ByteBuffer checkMagic(final Path file) throws IOException {
        final ByteBuffer header = readBytes(file);
        if (!isSwapped(header) && !isSegment(header)) {
            throw notASegment(file);
        }
        return header;
    }

    /**
     * Nothing is lost with it: it is a segment, of whatever version and byte order, or its blocks without a header, as one that
     * is being made has, one whose creator died, and one that a crash of the machine took before it was on the disk; or empty.
     */
    static boolean isReplaceable(final Path file) throws IOException {
        final ByteBuffer header = readBytes(file);
        return hasMagic(header) || header.equals(ByteBuffer.allocate(header.limit()));
    }

    static ShmemException notASegment(final Path file) {
        return new ShmemException(ShmemException.DATA_CORRUPTED, "file \"" + file + "\" is not a segment");
    }

    /** The generation of what is at {@code file}, or 0 if it is nothing of this version. */
    static long generation(final Path file) {
        try {
            final ByteBuffer header = readBytes(file);
            return header.limit() == SegmentLayout.HEADER_LENGTH && isSegment(header)
                && header.getInt(SegmentLayout.VERSION_OFFSET) == SegmentLayout.VERSION
                ? header.getLong(SegmentLayout.GENERATION_OFFSET) : 0;
        } catch (final IOException | ShmemException _) {
            return 0;
        }
    }

    /** False if it was left by another boot of this machine: none of its processes can be alive. */
    public boolean isOfThisBoot() {
        return bootId.equals(HexFormat.of().formatHex(ProcessIdentity.bootId()));
    }

    /** Its pids must mean here what they meant where it was made. */
    void checkOrigin() {
        if (!isOfThisBoot()) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + file
                + "\" was left by another boot of this machine");
        }
        checkPidNamespace();
    }

    void checkPidNamespace() {
        if (pidNamespace != ProcessIdentity.pidNamespace()) {
            throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + file
                + "\" belongs to processes of another pid namespace: run both in one container");
        }
    }

    /** Every later access relies on this: sections lie inside the file, aligned, and hold what the counts say. */
    private static void checkSections(final Path file, final ByteBuffer header, final long length) {
        final int[] counts = {header.getInt(SegmentLayout.PROC_COUNT_OFFSET), header.getInt(SegmentLayout.LOCK_COUNT_OFFSET),
            header.getInt(SegmentLayout.TRANCHE_COUNT_OFFSET), header.getInt(SegmentLayout.COUNTER_CAPACITY_OFFSET)};
        final int structs = header.getInt(SegmentLayout.STRUCT_CAPACITY_OFFSET);
        if (Arrays.stream(counts).min().orElseThrow() < 0 || counts[0] > SegmentConfig.MAX_PROCS
            || counts[2] > SegmentConfig.MAX_TRANCHES || counts[3] > SegmentConfig.MAX_COUNTERS
            || structs != ShmemIndexLayout.CAPACITY) {
            throw new ShmemException(ShmemException.DATA_CORRUPTED, "segment \"" + file + "\" was altered: it has "
                + counts[0] + " procs, " + counts[1] + " locks, " + counts[2] + " tranches, " + counts[3] + " counters, "
                + structs + " structs");
        }
        final long[] needed = SegmentPlan.lengths(counts[0], counts[1], counts[3], 0);
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

    private static ShmemException truncated(final Path file, final long actual, final long length) {
        return new ShmemException(ShmemException.DATA_CORRUPTED,
            "segment \"" + file + "\" is truncated: " + actual + " bytes of " + length);
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
        if (header.limit() < SegmentLayout.BYTE_ORDER_OFFSET + Integer.BYTES) {
            return false;
        }
        final byte[] magic = new byte[SegmentLayout.MAGIC.length];
        header.get(SegmentLayout.MAGIC_OFFSET, magic);
        return Arrays.equals(magic, SegmentLayout.MAGIC);
    }

    /** As many of the header's bytes as there are. By a stream, which no interrupt closes. */
    private static ByteBuffer readBytes(final Path file) throws IOException {
        // A named pipe would be waited for
        if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
            throw notASegment(file);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return ByteBuffer.wrap(in.readNBytes(SegmentLayout.HEADER_LENGTH)).order(ByteOrder.nativeOrder());
        }
    }
}
