package dev.wharf.shmem;

/**
 * What a proc does with a lock: an entry of its {@code held[]}, as another process sees it.
 *
 * @param tranche the lock's name
 * @param index which one of its tranche; of one in a struct, its offset divided by 128
 * @param number the lock's offset in the segment divided by 128: no two locks have the same
 * @param mode null if it waits until the lock is free and does not want it, or for a mode that this program does not know
 * @param published true if only this entry says that it holds it, and not the lock's word
 * @param ticket its place in the order of those that wait; 0 unless it waits
 */
public record HeldLock(String tranche, int index, int number, LWLockMode mode, boolean published, State state, long ticket) {
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
