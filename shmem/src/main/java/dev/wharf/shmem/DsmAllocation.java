package dev.wharf.shmem;

/**
 * A row of {@code pg_dsm_registry_allocations}.
 *
 * @param type always {@link #SEGMENT}
 * @param size bytes; null while it is being initialised
 */
public record DsmAllocation(String name, String type, Long size) {
    public static final String SEGMENT = "segment";
}
