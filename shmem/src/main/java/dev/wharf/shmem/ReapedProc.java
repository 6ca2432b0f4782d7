package dev.wharf.shmem;

/**
 * A slot whose process had died, and which is free again.
 *
 * @param pid of the process
 * @param backendType as given to {@link Segment#attachProc}; empty if it died while it attached
 */
public record ReapedProc(int procNumber, long pid, String backendType) {
}
