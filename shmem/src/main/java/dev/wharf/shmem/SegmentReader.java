package dev.wharf.shmem;

import dev.wharf.shmem.os.KernelLocks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Supplier;

/**
 * A segment, mapped for reading only. From {@link Segment#attachReadOnly}.
 *
 * <p>It takes no lock and no slot and stores nothing: the processes in the segment do not notice it, and it needs none of them.
 * So it works on a segment whose processes have all died, where it shows what they were doing. It does not keep the segment
 * from being created anew or removed; what is mapped then stays what it was, and {@link #isReplaced()} says so.
 *
 * <p>What it returns are copies, read while others write: each value is whole, different ones may be of different moments.
 *
 * <p>Any thread may use it. The mapping ends with {@link #close()}.
 */
public final class SegmentReader implements AutoCloseable {
    private final SegmentHeader header;
    private final Path lockFile;
    private final Object fileKey;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final ShmemIndex index;
    private final LockTable lockTable;
    private final Counters counters;
    private boolean closed;

    private SegmentReader(final SegmentHeader header, final FileChannel channel, final Object fileKey) throws IOException {
        this.header = header;
        this.fileKey = fileKey;
        lockFile = SideFile.beside(header.file());
        memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, header.length(), arena);
        index = new ShmemIndex(memory.address());
        lockTable = new LockTable(memory.address(), header.isOfThisBoot());
        counters = new Counters(memory.address());
    }

    static SegmentReader open(final Path path) {
        try {
            final Path file = AttachedSegments.canonical(path);
            for (;;) {
                final SegmentHeader header = SegmentHeader.read(file);
                header.checkPidNamespace();
                final Object key = key(file);
                final SegmentReader reader = Uninterrupted.run(() -> openIfStill(header, key));
                if (reader != null) {
                    return reader;
                }
            }
        } catch (final IOException e) {
            throw ShmemException.of("could not open shared memory segment \"" + path + "\"", e);
        }
    }

    /** Null if it was replaced between: the header is another file's. */
    private static SegmentReader openIfStill(final SegmentHeader header, final Object key) throws IOException {
        final Path file = header.file();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final boolean same = SegmentHeader.read(file).equals(header) && key.equals(key(file));
            return same ? new SegmentReader(header, channel, key) : null;
        }
    }

    private static Object key(final Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    public SegmentHeader header() {
        return header;
    }

    /** The processes that are attached, this one too if it is. From the kernel, at the time of the call. */
    public List<Long> attachedPids() {
        return header.isOfThisBoot() && !isReplaced() ? KernelLocks.holders(lockFile, SideFile.ATTACHED) : List.of();
    }

    /** Whether any process is attached. What is mapped is then at work, else it is what the last one left. */
    public boolean isLive() {
        return !attachedPids().isEmpty()
            // Where the kernel's list of locks cannot be read
            || !isReplaced() && procs().stream().anyMatch(proc -> proc.state() != ProcStatus.State.DEAD);
    }

    /** Whether the segment's name means another file by now, or none. */
    public boolean isReplaced() {
        try {
            return !fileKey.equals(key(header.file()));
        } catch (final IOException _) {
            return true;
        }
    }

    /** Who is there, in the order of the slots. */
    public List<ProcStatus> procs() {
        return read(lockTable::procs);
    }

    /**
     * The locks, in their order, with their statistics; of those in structs the ones that {@code procs} have to do with.
     *
     * @param procs from {@link #procs}: who holds, and who waits
     * @param all also those that nobody has to do with
     */
    public List<LWLockStatus> locks(final List<ProcStatus> procs, final boolean all) {
        return read(() -> lockTable.locks(procs, List.of(), all));
    }

    /** The whole of the segment, row by row: {@code pg_shmem_allocations}. */
    public List<ShmemAllocation> allocations() {
        return read(index::allocations);
    }

    /** The named DSM segments: {@code pg_dsm_registry_allocations}. */
    public List<DsmAllocation> dsmAllocations() {
        return read(() -> DsmRegistry.allocations(memory.address()));
    }

    /** The counters in use, by id. */
    public List<CounterStatus> counters() {
        return read(counters::list);
    }

    /** The {@code length} bytes from {@code offset}. Access after {@link #close()} throws, and so do stores. */
    public MemorySegment memory(final long offset, final long length) {
        return memory.asSlice(offset, length);
    }

    private synchronized <T> T read(final Supplier<T> reading) {
        if (closed) {
            throw new IllegalStateException("the reader of segment \"" + header.file() + "\" was closed");
        }
        try {
            return reading.get();
        } catch (final InternalError e) {
            // What the JVM makes of SIGBUS
            throw new ShmemException(ShmemException.DATA_CORRUPTED,
                "segment \"" + header.file() + "\" was truncated while it was read", e);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
