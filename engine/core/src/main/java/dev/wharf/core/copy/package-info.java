/**
 * COPY: a job and its tasks in the segment ({@link dev.wharf.core.copy.TaskQueue}), the leader, the workers, and what a
 * task does in either direction ({@link dev.wharf.core.copy.ChunkLoader}, {@link dev.wharf.core.copy.CopyTo}).
 */
package dev.wharf.core.copy;
