package dev.wharf.shmem.bgworker;

/** How a supervisor ends, from the slowest to the quickest. */
public enum ShutdownMode {
    /** Once no session is attached any more; then as FAST. PostgreSQL's answer to SIGTERM. */
    SMART,
    /** Workers are told to end (SIGTERM), and waited for. SIGINT. */
    FAST,
    /** Workers are killed. SIGQUIT. */
    IMMEDIATE
}
