package dev.wharf.shmem;

/** What one process has to tell a thread of another: as PostgreSQL's signals do. Ordinals are bits of the slot. */
public enum Interrupt {
    /** The configuration file has changed. SIGHUP. */
    CONFIG_RELOAD,
    /** End, in good order. SIGTERM. */
    TERMINATE,
    /** End at once: another process has crashed, and shared memory will be made anew. SIGQUIT, PMQUIT_FOR_CRASH. */
    QUIT_FOR_CRASH,
    /** End at once: the supervisor does. SIGQUIT, PMQUIT_FOR_STOP. */
    QUIT_FOR_STOP;

    int bit() {
        return 1 << ordinal();
    }
}
