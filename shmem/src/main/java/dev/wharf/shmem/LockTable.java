package dev.wharf.shmem;

import dev.wharf.shmem.HeldLock.State;
import dev.wharf.shmem.LWLockStatus.Holder;
import dev.wharf.shmem.LWLockStatus.Waiter;
import dev.wharf.shmem.SegmentLayout.Section;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the proc table and the locks of a mapped segment while others work in it: takes no lock, stores nothing, and believes
 * no number that it finds to be in range.
 *
 * <p>Each value is whole. What is read of one slot belongs to one owner; different slots and locks are read one after another,
 * so a lock that is handed over meanwhile may be seen with both holders, or with none.
 */
final class LockTable {
    private final SegmentMap map;
    private final boolean ofThisBoot;

    /** What a lock is called. Of a lock in a struct the index is its number. */
    private record Name(String tranche, int index, LWLockAlgorithm algorithm) {
    }

    /** @param ofThisBoot false if none of its processes can be alive */
    LockTable(final SegmentMap map, final boolean ofThisBoot) {
        this.map = map;
        this.ofThisBoot = ofThisBoot;
    }

    /** The slots that are taken, in their order. */
    List<ProcStatus> procs() {
        final Map<ProcessIdentity, Boolean> alive = new HashMap<>();
        final Map<Integer, Name> names = names();
        final List<ProcStatus> rows = new ArrayList<>();
        for (int proc = 0; proc < map.procs; proc++) {
            final long owner = owner(proc);
            if (owner != 0) {
                final UnsafeBuffer slot = slot(proc);
                // Else it left, and what was read may be of two
                if (owner(proc) == owner) {
                    rows.add(proc(proc, slot, owner, alive, names));
                }
            }
        }
        return rows;
    }

    private ProcStatus proc(final int proc, final UnsafeBuffer slot, final long owner,
                            final Map<ProcessIdentity, Boolean> alive, final Map<Integer, Name> names) {
        final ProcessIdentity process = ProcLayout.process(owner);
        final boolean starting = (owner & ProcLayout.OWNER_STATE_MASK) != ProcLayout.ACTIVE;
        final ProcStatus.State state =
            !ofThisBoot || !alive.computeIfAbsent(process, ProcessIdentity::isAlive) ? ProcStatus.State.DEAD
                : starting ? ProcStatus.State.STARTING : ProcStatus.State.ACTIVE;
        // What an earlier owner has left is no business of this one
        final int waitEvent = starting ? 0 : slot.getInt(ProcLayout.WAIT_EVENT_OFFSET);
        final String[] event = WaitEvent.describe(waitEvent, this::trancheName);
        final List<HeldLock> locks = new ArrayList<>();
        for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
            final HeldLock lock = held(slot, entry, names);
            if (lock != null) {
                locks.add(lock);
            }
        }
        return new ProcStatus(proc, process.pid(), starting ? 0 : slot.getInt(ProcLayout.TID_OFFSET),
            starting ? "" : Segment.text(slot, ProcLayout.BACKEND_TYPE_OFFSET, ProcLayout.BACKEND_TYPE_LENGTH), state,
            event[0], event[1], locks);
    }

    private HeldLock held(final UnsafeBuffer slot, final int entry, final Map<Integer, Name> names) {
        final long word = slot.getLong(ProcLayout.held(entry));
        final State state = switch (ProcLayout.state(word)) {
            case ProcLayout.INTENT -> State.ACQUIRING;
            case ProcLayout.HELD, ProcLayout.UPDATING, ProcLayout.TAKEN -> State.HELD;
            case ProcLayout.WAITING -> State.WAITING;
            case ProcLayout.RELEASING -> State.RELEASING;
            default -> null;
        };
        final int number = ProcLayout.lock(word);
        final Name name = state == null ? null : names.computeIfAbsent(number, this::nameInStruct);
        if (name == null) {
            return null;
        }
        final boolean published = ProcLayout.modeCode(word) == ProcLayout.PUBLISHED;
        return new HeldLock(name.tranche, name.index, number, published ? LWLockMode.SHARED : mode(ProcLayout.modeCode(word)),
            published, state,
            state == State.WAITING ? slot.getLong(ProcLayout.held(entry) + ProcLayout.HELD_TICKET_OFFSET) : 0);
    }

    /**
     * The locks of the tranches that the segment was created with, in their order; after them those in structs that
     * {@code procs} have to do with.
     *
     * @param procs what {@link #procs} has read: who holds and who waits
     * @param more numbers of locks in structs
     * @param all also those that nobody has to do with
     */
    List<LWLockStatus> locks(final List<ProcStatus> procs, final Collection<Integer> more, final boolean all) {
        final Map<Integer, List<Holder>> holders = new HashMap<>();
        final Map<Integer, List<Waiter>> waiters = new HashMap<>();
        final Map<Integer, Name> names = names();
        more.forEach(number -> names.computeIfAbsent(number, this::nameInStruct));
        for (final ProcStatus proc : procs) {
            for (final HeldLock lock : proc.locks()) {
                names.computeIfAbsent(lock.number(), this::nameInStruct);
                if (lock.state() == State.HELD) {
                    holders.computeIfAbsent(lock.number(), _ -> new ArrayList<>()).add(
                        new Holder(proc.procNumber(), proc.pid(), proc.tid(), lock.mode(), lock.published()));
                } else if (lock.state() == State.WAITING) {
                    waiters.computeIfAbsent(lock.number(), _ -> new ArrayList<>()).add(
                        new Waiter(proc.procNumber(), proc.pid(), proc.tid(), lock.mode(), lock.ticket()));
                }
            }
        }
        // Before the slots' counters: what is handed in meanwhile is then missing for a moment, and never there twice
        final Map<Integer, LWLockStats> handedIn = new HashMap<>();
        names.keySet().forEach(number -> handedIn.put(number, LWLockStats.read(lock(number))));
        final Map<Integer, Long> acquires = acquires();
        final List<LWLockStatus> rows = new ArrayList<>();
        names.forEach((number, name) -> {
            final LWLockStatus row = status(number, name, holders.getOrDefault(number, List.of()),
                waiters.getOrDefault(number, List.of()).stream().sorted(Waiter.QUEUE).toList(),
                handedIn.get(number).plusAcquires(
                    acquires.getOrDefault(ProcLayout.acquiresKey(number, LWLockMode.SHARED), 0L),
                    acquires.getOrDefault(ProcLayout.acquiresKey(number, LWLockMode.EXCLUSIVE), 0L)));
            if (all || row.isBusy()) {
                rows.add(row);
            }
        });
        return rows;
    }

    private LWLockStatus status(final int number, final Name name, final List<Holder> holders, final List<Waiter> waiters,
                                final LWLockStats stats) {
        final UnsafeBuffer lock = lock(number);
        final int state = lock.getInt(LWLockLayout.STATE_OFFSET);
        final boolean inconsistent = (state & LWLockLayout.INCONSISTENT) != 0;
        return new LWLockStatus(name.tranche, name.index, name.algorithm, state & LWLockLayout.EXCLUSIVE - 1,
            (state & LWLockLayout.EXCLUSIVE) != 0, (state & LWLockLayout.RECOVERING) != 0, inconsistent,
            inconsistent ? lock.getInt(LWLockLayout.DEAD_OWNER_PID_OFFSET) : 0, holders, waiters, stats);
    }

    /** What the slots have counted and not handed in, by {@link ProcLayout#acquiresKey}. */
    private Map<Integer, Long> acquires() {
        final Map<Integer, Long> acquires = new HashMap<>();
        for (int proc = 0; proc < map.procs; proc++) {
            if (owner(proc) != 0) {
                final UnsafeBuffer slot = slot(proc);
                for (int entry = 0; entry < ProcLayout.ACQUIRES_CAPACITY; entry++) {
                    final long word = slot.getLong(ProcLayout.acquires(entry));
                    acquires.merge((int)(word >>> Integer.SIZE), word & 0xFFFF_FFFFL, Long::sum);
                }
            }
        }
        return acquires;
    }

    /** The locks of the tranches that the segment was created with, by number. */
    private Map<Integer, Name> names() {
        final Map<Integer, Name> names = new LinkedHashMap<>();
        final int firstNumber = LWLockLayout.number(map.offset(Section.LOCKS));
        for (int id = 0; id < map.tranches; id++) {
            final UnsafeBuffer record = tranche(id);
            final String tranche = trancheName(id);
            final LWLockAlgorithm algorithm = algorithm(record);
            final int first = record.getInt(TrancheLayout.FIRST_LOCK_OFFSET);
            final int count = record.getInt(TrancheLayout.LOCK_COUNT_OFFSET);
            for (int i = 0; first >= 0 && i < count && i < map.locks - first; i++) {
                names.put(firstNumber + first + i, new Name(tranche, i, algorithm));
            }
        }
        return names;
    }

    /** Null if no lock can be there. */
    private Name nameInStruct(final int number) {
        final long offset = LWLockLayout.offset(number);
        if (offset < map.offset(Section.HEAP) || offset > map.end() - LWLockLayout.LENGTH) {
            return null;
        }
        final int id = lock(number).getInt(LWLockLayout.TRANCHE_OFFSET);
        final String tranche = trancheName(id);
        return tranche == null || id < map.tranches ? null
            : new Name(tranche, number, algorithm(tranche(id)));
    }

    /** Null if it is not registered. */
    private String trancheName(final int id) {
        final UnsafeBuffer tranche = id < 0 || id >= SegmentConfig.MAX_TRANCHES ? null : tranche(id);
        if (tranche == null || tranche.getInt(TrancheLayout.LOCK_COUNT_OFFSET) == 0) {
            return null;
        }
        return Segment.text(tranche, TrancheLayout.NAME_OFFSET, TrancheLayout.NAME_LENGTH);
    }

    private static LWLockAlgorithm algorithm(final UnsafeBuffer tranche) {
        final int ordinal = tranche.getInt(TrancheLayout.ALGORITHM_OFFSET);
        final LWLockAlgorithm[] all = LWLockAlgorithm.values();
        return ordinal >= 0 && ordinal < all.length ? all[ordinal] : null;
    }

    private static LWLockMode mode(final int code) {
        for (final LWLockMode mode : LWLockMode.values()) {
            if (mode.code == code) {
                return mode;
            }
        }
        return null;
    }

    private UnsafeBuffer tranche(final int id) {
        return map.copy(Section.TRANCHES, id, TrancheLayout.LENGTH);
    }

    private long owner(final int proc) {
        return map.copy(map.offset(Section.PROCS) + (long)proc * ProcLayout.LENGTH, Long.BYTES).getLong(ProcLayout.OWNER_OFFSET);
    }

    private UnsafeBuffer slot(final int proc) {
        return map.copy(Section.PROCS, proc, ProcLayout.LENGTH);
    }

    private UnsafeBuffer lock(final int number) {
        return map.copy(LWLockLayout.offset(number), LWLockLayout.LENGTH);
    }
}
