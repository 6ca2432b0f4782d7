package dev.wharf.shmem;

/**
 * A counter, as another process sees it.
 *
 * @param id 0 to maxCounters - 1; another's once it is freed
 * @param typeId what its users agree on
 * @param label for people
 * @param pid of the process that it belongs to
 * @param value at the time of reading
 */
public record CounterStatus(int id, int typeId, String label, long pid, long value) {
}
