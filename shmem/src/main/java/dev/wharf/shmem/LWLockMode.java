package dev.wharf.shmem;

/** How a lock is held. */
public enum LWLockMode {
    /** By any number at once. */
    SHARED(1, LWLockLayout.SHARED),
    /** By one, and nobody else in either mode. */
    EXCLUSIVE(2, LWLockLayout.EXCLUSIVE);

    /** In a held entry, and in a waiting slot. */
    final int code;
    /** What a holder adds to the state word. */
    final int weight;

    LWLockMode(final int code, final int weight) {
        this.code = code;
        this.weight = weight;
    }
}
