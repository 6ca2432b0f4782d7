package dev.wharf.shmem;

import dev.wharf.shmem.os.KernelLocks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A segment, mapped for reading only. From {@link Segment#attachReadOnly}.
 *
 * <p>It takes no lock and no slot and stores nothing: the processes in the segment do not notice it, and it needs none of them.
 * So it works on a segment whose processes have all died, where it shows what they were doing. It does not keep the segment
 * from being created anew or removed; what is mapped then stays what it was, and {@link #isReplaced()} says so.
 *
 * <p>What it returns are copies, read while others write: each value is whole, different ones may be of different moments.
 *
 * <p>It believes nothing that it finds to be in range, and of a file that was truncated it says so: no value there, and no
 * missing page, does any harm but to what it returns.
 *
 * <p>Any thread may use it. The mapping ends with {@link #close()}.
 */
public final class SegmentReader implements AutoCloseable {
    private final SegmentHeader header;
    private final Path lockFile;
    private final Object fileKey;
    /** To ask for its length: who truncates it takes from the mapping what it maps. */
    private final RandomAccessFile opened;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final SegmentMap map;
    private final ShmemIndex index;
    private final LockTable lockTable;
    private final Counters counters;
    private boolean closed;

    private SegmentReader(final SegmentHeader header, final ByteBuffer checked, final RandomAccessFile opened,
                          final Object fileKey) throws IOException {
        this.header = header;
        this.opened = opened;
        this.fileKey = fileKey;
        lockFile = SideFile.beside(header.file());
        memory = opened.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, header.length(), arena);
        map = new SegmentMap(memory.address(), new UnsafeBuffer(checked));
        index = new ShmemIndex(memory.address(), map);
        lockTable = new LockTable(map, header.isOfThisBoot());
        counters = new Counters(map);
    }

    static SegmentReader open(final Path path) {
        try {
            final Path file = AttachedSegments.canonical(path);
            for (;;) {
                final ByteBuffer checked = SegmentHeader.checkMagic(file);
                final SegmentHeader header = SegmentHeader.check(file, checked);
                header.checkPidNamespace();
                final Object key = key(file);
                final SegmentReader reader = Uninterrupted.run(() -> openIfStill(header, checked, key));
                if (reader != null) {
                    return reader;
                }
            }
        } catch (final IOException e) {
            throw ShmemException.of("could not open shared memory segment \"" + path + "\"", e);
        }
    }

    /** Null if it was replaced between: the header is another file's. */
    private static SegmentReader openIfStill(final SegmentHeader header, final ByteBuffer checked, final Object key)
        throws IOException {
        final Path file = header.file();
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r");
        try {
            if (!SegmentHeader.read(file).equals(header) || !key.equals(key(file))) {
                return null;
            }
            final SegmentReader reader = new SegmentReader(header, checked, opened, key);
            opened = null;
            return reader;
        } finally {
            if (opened != null) {
                opened.close();
            }
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
        return read(() -> DsmRegistry.allocations(map));
    }

    /** The counters in use, by id. */
    public List<CounterStatus> counters() {
        return read(counters::list);
    }

    /**
     * The {@code length} bytes from {@code offset}. Access after {@link #close()} throws, and so do stores. Of a file that is
     * truncated meanwhile they are the mapped pages, as of any mapped file: an InternalError, and until it comes any value.
     */
    public MemorySegment memory(final long offset, final long length) {
        return memory.asSlice(offset, length);
    }

    private synchronized <T> T read(final Supplier<T> reading) {
        if (closed) {
            throw new IllegalStateException("the reader of segment \"" + header.file() + "\" was closed");
        }
        InternalError fault = null;
        boolean whole = false;
        T result = null;
        try {
            result = reading.get();
            // Also the last page's rest, which reads as zeros; and a call that leaves Java, where the JVM delivers a late error
            whole = opened.length() >= header.length();
        } catch (final InternalError e) {
            // What the JVM makes of SIGBUS
            fault = e;
        } catch (final IOException e) {
            throw ShmemException.of("could not read shared memory segment \"" + header.file() + "\"", e);
        }
        if (!whole) {
            throw new ShmemException(ShmemException.DATA_CORRUPTED,
                "segment \"" + header.file() + "\" was truncated while it was read", fault);
        }
        return result;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            arena.close();
            try {
                opened.close();
            } catch (final IOException e) {
                throw ShmemException.of("could not close shared memory segment \"" + header.file() + "\"", e);
            }
        }
    }
}
