package dev.wharf.shmem;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A lock, as another process sees it: who has it, who waits, and its statistics. Nothing is locked to look, so a lock in motion
 * may show a holder that the word does not count yet, or the other way round.
 *
 * @param tranche its name
 * @param index which one of its tranche; of one in a struct, its offset divided by 128
 * @param sharedHolders as the lock's word counts them: without the published
 * @param exclusive held exclusively, by the lock's word
 * @param recovering a holder or waiter died, and its recovery is under way
 * @param inconsistent its exclusive holder died and nobody has repaired the data
 * @param deadPid who that was; 0 if it is not inconsistent
 * @param holders those that hold it, by their own entries
 * @param waiters those that wait, by their own entries, in the queue's order
 */
public record LWLockStatus(String tranche, int index, LWLockAlgorithm algorithm, int sharedHolders, boolean exclusive,
                           boolean recovering, boolean inconsistent, int deadPid, List<Holder> holders, List<Waiter> waiters,
                           LWLockStats stats) {
    /**
     * Who has it.
     *
     * @param procNumber the slot
     * @param pid the process; a dead one until it has been reaped
     * @param tid the thread, as the kernel numbers it
     * @param mode null for one that this program does not know
     * @param published true if only its slot says so, and not the lock's word
     */
    public record Holder(int procNumber, long pid, int tid, LWLockMode mode, boolean published) {
    }

    /**
     * Who waits.
     *
     * @param mode null if it waits until the lock is free, or a variable changes, and does not want the lock
     * @param ticket grows with each queueing
     */
    public record Waiter(int procNumber, long pid, int tid, LWLockMode mode, long ticket) {
        /** As they stand in the queue: those that wait until free each at the head. */
        static final Comparator<Waiter> QUEUE = Comparator.comparing((Waiter waiter) -> waiter.mode() != null)
            .thenComparingLong(waiter -> waiter.mode() == null ? -waiter.ticket() : waiter.ticket());
    }

    public LWLockStatus {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /**
     * All locks of {@code segment}'s tranches, in the order of the tranches, and of those in structs the ones that this process
     * has used or that anybody holds or waits for now. From a process that is not attached: {@link SegmentReader#locks}.
     */
    public static List<LWLockStatus> of(final Segment segment) {
        final LockTable table = new LockTable(new SegmentMap(segment.address()), true);
        return table.locks(table.procs(), segment.userLWLocks().known().stream().map(lock -> lock.number).toList(), true);
    }

    /** The statistics of each tranche, by name, in the order of the tranches. */
    public static Map<String, LWLockStats> byTranche(final List<LWLockStatus> locks) {
        final Map<String, LWLockStats> byTranche = new LinkedHashMap<>();
        for (final LWLockStatus lock : locks) {
            byTranche.merge(lock.tranche, lock.stats, LWLockStats::plus);
        }
        return byTranche;
    }

    /** False if nobody has to do with it now. */
    public boolean isBusy() {
        return exclusive || sharedHolders != 0 || recovering || inconsistent || !holders.isEmpty() || !waiters.isEmpty();
    }
}
