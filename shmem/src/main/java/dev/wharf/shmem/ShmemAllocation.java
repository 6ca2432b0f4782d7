package dev.wharf.shmem;

/**
 * A row of {@code pg_shmem_allocations}. The allocated sizes of all rows add up to the segment's length.
 *
 * @param name null for what is free; {@link #ANONYMOUS} for what is used and has no name
 * @param offset where it begins; null for what has no single place
 * @param size bytes, as asked for
 * @param allocatedSize bytes, rounded up
 */
public record ShmemAllocation(String name, Long offset, long size, long allocatedSize) {
    public static final String ANONYMOUS = "<anonymous>";
}
