package dev.wharf.shmem.bgworker;

/** What a supervisor does when a worker crashes: ends with another exit code than 0 and 1, or by a signal other than SIGTERM. */
public enum CrashPolicy {
    /** Its locks are recovered as those of every dead process, and it is started again after its interval. */
    OWNER_DEATH,
    /** As PostgreSQL does: all workers are ended, the shared memory start-up callbacks run again, and all are started again. */
    RESTART_ALL
}
