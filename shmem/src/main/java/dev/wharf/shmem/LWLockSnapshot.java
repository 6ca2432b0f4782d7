package dev.wharf.shmem;

import dev.wharf.shmem.os.ProcessIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One lock as it was found: who has it, who waits, and its statistics. For people and for tests; nothing is locked to look, so
 * a lock in motion may show a holder that the word does not count yet, or the other way round.
 *
 * @param tranche its name
 * @param index which one of the tranche; of one in a struct, its offset divided by 128
 * @param state the lock's word, for those who know its bits
 * @param sharedHolders as the word counts them: without the published
 * @param exclusive true if the word says that somebody has it exclusively
 * @param recovering true while a dead process's hold is being taken back
 * @param inconsistent true if an exclusive holder died and nobody has repaired the data
 * @param deadOwnerPid who died, while {@code inconsistent}; else 0
 * @param holders those whose entries say that they have it
 * @param waiters those whose entries say that they are queued, in the queue's order
 */
public record LWLockSnapshot(String tranche, int index, LWLockAlgorithm algorithm, int state, int sharedHolders,
                             boolean exclusive, boolean recovering, boolean inconsistent, int deadOwnerPid,
                             List<Holder> holders, List<Waiter> waiters, LWLockStats stats) {
    /**
     * Who has it.
     *
     * @param procNumber the slot
     * @param pid the process; a dead one until it has been reaped
     * @param tid the thread, as the kernel numbers it
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
        private static final Comparator<Waiter> QUEUE = Comparator.comparing((Waiter waiter) -> waiter.mode() != null)
            .thenComparingLong(waiter -> waiter.mode() == null ? -waiter.ticket() : waiter.ticket());
    }

    public LWLockSnapshot {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /**
     * All locks of {@code segment}'s tranches, in the order of the tranches, and of those in structs the ones that this process
     * has used or that anybody holds or waits for now. Only reads: works on a read-only mapping, and on a
     * segment whose processes are all dead.
     */
    public static List<LWLockSnapshot> of(final Segment segment) {
        final Slots slots = Slots.read(segment);
        final Map<Integer, LWLock> locks = new LinkedHashMap<>();
        segment.lwLocks().forEach(lock -> locks.put(lock.number, lock));
        for (final Set<Integer> numbers : List.of(slots.holders.keySet(), slots.waiters.keySet())) {
            numbers.forEach(number -> locks.computeIfAbsent(number, segment::lock));
        }
        return locks.values().stream().map(slots::snapshot).toList();
    }

    /** The statistics of each tranche, by name, in the order of the tranches. */
    public static Map<String, LWLockStats> byTranche(final List<LWLockSnapshot> locks) {
        final Map<String, LWLockStats> byTranche = new LinkedHashMap<>();
        for (final LWLockSnapshot lock : locks) {
            byTranche.merge(lock.tranche, lock.stats, LWLockStats::plus);
        }
        return byTranche;
    }

    /** What the slots say about the locks, by lock number: each slot is read once. */
    private record Slots(Map<Integer, List<Holder>> holders, Map<Integer, List<Waiter>> waiters,
                         Map<Integer, Long> acquires) {
        static Slots read(final Segment segment) {
            final Slots slots = new Slots(new HashMap<>(), new HashMap<>(), new HashMap<>());
            for (int proc = 0; proc < segment.maxProcs(); proc++) {
                final UnsafeBuffer slot = segment.slot(proc);
                final long owner = slot.getLongVolatile(ProcLayout.OWNER_OFFSET);
                if (owner != 0) {
                    slots.add(slot, proc, ProcLayout.process(owner));
                }
            }
            return slots;
        }

        private void add(final UnsafeBuffer slot, final int proc, final ProcessIdentity process) {
            final int tid = slot.getInt(ProcLayout.TID_OFFSET);
            for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
                final long word = slot.getLongVolatile(ProcLayout.held(entry));
                final int lock = ProcLayout.lock(word);
                switch (ProcLayout.state(word)) {
                    case ProcLayout.HELD, ProcLayout.UPDATING, ProcLayout.TAKEN ->
                        holders.computeIfAbsent(lock, _ -> new ArrayList<>()).add(new Holder(proc, process.pid(), tid,
                            mode(ProcLayout.baseMode(word)), ProcLayout.modeCode(word) == ProcLayout.PUBLISHED));
                    case ProcLayout.WAITING ->
                        waiters.computeIfAbsent(lock, _ -> new ArrayList<>()).add(new Waiter(proc, process.pid(), tid,
                            mode(ProcLayout.modeCode(word)),
                            slot.getLong(ProcLayout.held(entry) + ProcLayout.HELD_TICKET_OFFSET)));
                    default -> { }
                }
            }
            for (int entry = 0; entry < ProcLayout.ACQUIRES_CAPACITY; entry++) {
                final long word = slot.getLongOpaque(ProcLayout.acquires(entry));
                acquires.merge((int)(word >>> Integer.SIZE), word & 0xFFFF_FFFFL, Long::sum);
            }
        }

        private static LWLockMode mode(final int code) {
            return code == LWLockMode.SHARED.code ? LWLockMode.SHARED
                : code == LWLockMode.EXCLUSIVE.code ? LWLockMode.EXCLUSIVE : null;
        }

        LWLockSnapshot snapshot(final LWLock lock) {
            final int state = lock.state();
            final boolean inconsistent = (state & LWLockLayout.INCONSISTENT) != 0;
            return new LWLockSnapshot(lock.tranche(), lock.index(), lock.algorithm(), state,
                state & LWLockLayout.EXCLUSIVE - 1, (state & LWLockLayout.EXCLUSIVE) != 0,
                (state & LWLockLayout.RECOVERING) != 0, inconsistent,
                inconsistent ? lock.buffer.getIntVolatile(LWLockLayout.DEAD_OWNER_PID_OFFSET) : 0,
                holders.getOrDefault(lock.number, List.of()),
                waiters.getOrDefault(lock.number, List.of()).stream().sorted(Waiter.QUEUE).toList(),
                LWLockStats.read(lock.buffer, acquires(lock, LWLockMode.SHARED), acquires(lock, LWLockMode.EXCLUSIVE)));
        }

        private long acquires(final LWLock lock, final LWLockMode mode) {
            return acquires.getOrDefault(ProcLayout.acquiresKey(lock.number, mode), 0L);
        }
    }
}
