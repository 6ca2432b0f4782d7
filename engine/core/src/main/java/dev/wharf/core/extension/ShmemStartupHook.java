package dev.wharf.core.extension;

import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;

/** PostgreSQL's {@code shmem_startup_hook}: finds or makes what a library has in shared memory. */
@FunctionalInterface
public interface ShmemStartupHook {
    /**
     * In every process, once, with {@link Segment#addinShmemInitLock} held exclusively: a struct that {@link
     * Segment#shmemInitStruct} has not found can be filled before anybody else sees it.
     *
     * @param proc of the calling thread
     */
    void startup(Segment segment, Proc proc) throws Exception;
}
