package dev.wharf.shmem;

/**
 * What a proc does with a lock: an entry of its {@code held[]}, as another process sees it.
 *
 * @param tranche the lock's name
 * @param index which one of its tranche
 * @param mode null for one that this program does not know
 * @param ticket its place in the order of those that wait; 0 unless it waits
 */
public record HeldLock(String tranche, int index, LWLockMode mode, State state, long ticket) {
    /** The states of an entry. */
    public enum State {
        /** About to try for it: may or may not hold it. */
        ACQUIRING,
        HELD,
        /** In its wait list. */
        WAITING,
        /** About to give it back: may or may not hold it. */
        RELEASING
    }
}
