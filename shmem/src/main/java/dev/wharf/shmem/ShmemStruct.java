package dev.wharf.shmem;

/**
 * A named area of a segment.
 *
 * @param offset bytes from the segment's start: the same in every process
 * @param address where this process sees it; a multiple of 128
 * @param size bytes, as asked for
 * @param found false for the one call that allocated it: the area is all zero then
 */
public record ShmemStruct(long offset, long address, long size, boolean found) {
}
