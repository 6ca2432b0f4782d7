package dev.wharf.shmem.bgworker;

/** Whether a supervisor lets new sessions in: PostgreSQL's CAC_state. Ordinals are part of the segment's layout. */
public enum Admission {
    /** It does, or there is no supervisor. */
    OK,
    /** It is shutting down. */
    SHUTDOWN,
    /** A worker has crashed, and shared memory is about to be made anew. */
    RECOVERY
}
