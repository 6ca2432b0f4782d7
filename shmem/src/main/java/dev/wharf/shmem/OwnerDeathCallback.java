package dev.wharf.shmem;

/** Repairs the data that a lock protects after its exclusive holder died. See {@link Segment#onOwnerDeath}. */
@FunctionalInterface
public interface OwnerDeathCallback {
    /** For data that is right after every single store. */
    OwnerDeathCallback NOTHING_TO_REPAIR = (_, _) -> { };

    /**
     * Runs while nobody can take {@code lock}, on any thread of any process that registered it. It must bear being run
     * again from the start after a death half-way, must not wait for locks, and if it throws, the lock stays inconsistent.
     *
     * @param deadPid the process that died
     */
    void repair(LWLock lock, int deadPid);
}
