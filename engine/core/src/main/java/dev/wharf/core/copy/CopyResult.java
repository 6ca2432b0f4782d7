package dev.wharf.core.copy;

import java.util.List;

/**
 * What a finished COPY did.
 *
 * @param rows      the number in the command tag
 * @param badRows   COPY FROM: rows that were left out, or got a NULL, for a bad value
 * @param bytes     of CSV read or written
 * @param processes one entry for each process that worked, the leader first
 */
public record CopyResult(long rows, long badRows, long bytes, List<ProcessShare> processes) {
    /** What one process did of a COPY. */
    public record ProcessShare(long pid, boolean leader, int tasks, long rows, long bytes) {
        /** What it did of two. */
        ProcessShare plus(ProcessShare other) {
            return new ProcessShare(pid, leader, tasks + other.tasks, rows + other.rows, bytes + other.bytes);
        }
    }
}
