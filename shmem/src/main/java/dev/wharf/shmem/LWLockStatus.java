package dev.wharf.shmem;

import java.util.List;

/**
 * A lock, as another process sees it.
 *
 * @param tranche its name
 * @param index which one of its tranche
 * @param exclusive held exclusively, by the lock's word
 * @param shared how many hold it shared, by the lock's word
 * @param recovering a holder or waiter died, and its recovery is under way
 * @param inconsistent its exclusive holder died and nobody has repaired the data
 * @param deadPid who that was; 0 if it is not inconsistent
 * @param holders those that hold it, by their own entries
 * @param waiters those that wait, the longest first
 */
public record LWLockStatus(String tranche, int index, boolean exclusive, int shared, boolean recovering, boolean inconsistent,
                           int deadPid, List<Party> holders, List<Party> waiters) {
    /** One that holds or waits. */
    public record Party(long pid, int procNumber, LWLockMode mode) {
    }

    public LWLockStatus {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /** False if nobody has to do with it. */
    public boolean isBusy() {
        return exclusive || shared != 0 || recovering || inconsistent || !holders.isEmpty() || !waiters.isEmpty();
    }
}
