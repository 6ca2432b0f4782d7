/**
 * Background workers: forked JVMs that are attached to the segment, as PostgreSQL's are to its shared memory.
 *
 * <p>{@link dev.wharf.shmem.bgworker.Postmaster} supervises them for all processes of a segment; where there is none,
 * {@link dev.wharf.shmem.bgworker.BackgroundWorkers} does it for those of its own process. Below both is
 * {@link dev.wharf.shmem.bgworker.WorkerLauncher}, which forks a JVM and knows nothing of slots.
 */
package dev.wharf.shmem.bgworker;
