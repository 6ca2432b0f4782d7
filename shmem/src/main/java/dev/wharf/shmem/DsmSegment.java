package dev.wharf.shmem;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A named DSM segment: shared memory that was asked for after start-up. It is mapped as long as the process lives, and is removed
 * with the segment that it belongs to.
 *
 * @param name unique in the segment
 * @param address where this process sees it; a multiple of the page size
 * @param size bytes, as asked for
 * @param found false for the one call whose callback has initialised it
 */
public record DsmSegment(String name, long address, long size, boolean found) {
    /** Fills a new DSM segment, all zero, before anybody else sees it. */
    @FunctionalInterface
    public interface InitCallback {
        /**
         * Runs while all others who want a DSM segment that is not there yet wait: must not ask for one itself. If its process
         * dies in it, or it throws, the next caller runs its own, on memory that is all zero again.
         */
        void initialize(DsmSegment segment);
    }

    /** A view of the {@code length} bytes from {@code offset}. Its accessors' names carry the memory order. */
    public UnsafeBuffer buffer(final long offset, final int length) {
        Objects.checkFromIndexSize(offset, length, size);
        return new UnsafeBuffer(address + offset, length);
    }

    /** A view of the whole, which must be smaller than 2 GiB. */
    public UnsafeBuffer buffer() {
        return buffer(0, Math.toIntExact(size));
    }

    static DsmSegment of(final String name, final MemorySegment memory, final boolean found) {
        return new DsmSegment(name, memory.address(), memory.byteSize(), found);
    }
}
