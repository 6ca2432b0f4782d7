package dev.wharf.shmem;

import dev.wharf.shmem.SegmentLayout.Section;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
    private final UnsafeBuffer header;
    private final long address;
    private final String[] lockTranches;
    private final int[] lockIndexes;
    private final List<String> trancheNames = new ArrayList<>();
    private final boolean ofThisBoot;

    /**
     * @param address of the segment's first byte, whose header has been checked
     * @param ofThisBoot false if none of its processes can be alive
     */
    LockTable(final long address, final boolean ofThisBoot) {
        this.address = address;
        this.ofThisBoot = ofThisBoot;
        header = new UnsafeBuffer(address, SegmentLayout.HEADER_LENGTH);
        final int locks = header.getInt(SegmentLayout.LOCK_COUNT_OFFSET);
        lockTranches = new String[locks];
        lockIndexes = new int[locks];
        for (int id = 0; id < header.getInt(SegmentLayout.TRANCHE_COUNT_OFFSET); id++) {
            final UnsafeBuffer record = at(Section.TRANCHES, id, TrancheLayout.LENGTH);
            final String name = Segment.text(record, TrancheLayout.NAME_OFFSET, TrancheLayout.NAME_LENGTH);
            trancheNames.add(name);
            final int first = record.getInt(TrancheLayout.FIRST_LOCK_OFFSET);
            final int count = record.getInt(TrancheLayout.LOCK_COUNT_OFFSET);
            for (int i = 0; first >= 0 && i < count && i < locks - first; i++) {
                lockTranches[first + i] = name;
                lockIndexes[first + i] = i;
            }
        }
    }

    /** The slots that are taken, in their order. */
    List<ProcStatus> procs() {
        final Map<ProcessIdentity, Boolean> alive = new HashMap<>();
        final List<ProcStatus> rows = new ArrayList<>();
        for (int proc = 0; proc < header.getInt(SegmentLayout.PROC_COUNT_OFFSET); proc++) {
            final UnsafeBuffer slot = slot(proc);
            final long owner = slot.getLongVolatile(ProcLayout.OWNER_OFFSET);
            if (owner != 0) {
                final ProcStatus row = proc(proc, slot, owner, alive);
                // Else it left, and what was read may be of two
                if (slot.getLongVolatile(ProcLayout.OWNER_OFFSET) == owner) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private ProcStatus proc(final int proc, final UnsafeBuffer slot, final long owner,
                            final Map<ProcessIdentity, Boolean> alive) {
        final ProcessIdentity process = ProcLayout.process(owner);
        final boolean starting = (owner & ProcLayout.OWNER_STATE_MASK) != ProcLayout.ACTIVE;
        final ProcStatus.State state =
            !ofThisBoot || !alive.computeIfAbsent(process, ProcessIdentity::isAlive) ? ProcStatus.State.DEAD
                : starting ? ProcStatus.State.STARTING : ProcStatus.State.ACTIVE;
        // What an earlier owner has left is no business of this one
        final int waitEvent = starting ? 0 : slot.getIntVolatile(ProcLayout.WAIT_EVENT_OFFSET);
        final String[] event = WaitEvent.describe(waitEvent, trancheNames);
        final List<HeldLock> locks = new ArrayList<>();
        for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
            final HeldLock lock = held(slot, entry);
            if (lock != null) {
                locks.add(lock);
            }
        }
        return new ProcStatus(proc, process.pid(), starting ? 0 : slot.getInt(ProcLayout.TID_OFFSET),
            starting ? "" : Segment.text(slot, ProcLayout.BACKEND_TYPE_OFFSET, ProcLayout.BACKEND_TYPE_LENGTH), state,
            event[0], event[1], locks);
    }

    private HeldLock held(final UnsafeBuffer slot, final int entry) {
        final long word = slot.getLongVolatile(ProcLayout.held(entry));
        final HeldLock.State state = switch (ProcLayout.state(word)) {
            case ProcLayout.INTENT -> HeldLock.State.ACQUIRING;
            case ProcLayout.HELD -> HeldLock.State.HELD;
            case ProcLayout.WAITING -> HeldLock.State.WAITING;
            case ProcLayout.RELEASING -> HeldLock.State.RELEASING;
            default -> null;
        };
        final int lock = ProcLayout.lock(word);
        if (state == null || lock < 0 || lock >= lockTranches.length || lockTranches[lock] == null) {
            return null;
        }
        return new HeldLock(lockTranches[lock], lockIndexes[lock], mode(ProcLayout.modeCode(word)), state,
            state == HeldLock.State.WAITING ? slot.getLong(ProcLayout.held(entry) + ProcLayout.HELD_TICKET_OFFSET) : 0);
    }

    /**
     * The locks, in their order.
     *
     * @param procs what {@link #procs} has read: who holds and who waits
     * @param all also those that nobody has to do with
     */
    List<LWLockStatus> locks(final List<ProcStatus> procs, final boolean all) {
        record Key(String tranche, int index) {
        }
        record Entry(ProcStatus proc, HeldLock lock) {
            LWLockStatus.Party party() {
                return new LWLockStatus.Party(proc.pid(), proc.procNumber(), lock.mode());
            }
        }
        final Map<Key, List<Entry>> entries = new HashMap<>();
        for (final ProcStatus proc : procs) {
            for (final HeldLock lock : proc.locks()) {
                entries.computeIfAbsent(new Key(lock.tranche(), lock.index()), _ -> new ArrayList<>()).add(new Entry(proc, lock));
            }
        }
        final List<LWLockStatus> rows = new ArrayList<>();
        for (int lock = 0; lock < lockTranches.length; lock++) {
            if (lockTranches[lock] == null) {
                continue;
            }
            final List<Entry> mine = entries.getOrDefault(new Key(lockTranches[lock], lockIndexes[lock]), List.of());
            final UnsafeBuffer buffer = at(Section.LOCKS, lock, LWLockLayout.LENGTH);
            final int state = buffer.getIntVolatile(LWLockLayout.STATE_OFFSET);
            final boolean inconsistent = (state & LWLockLayout.INCONSISTENT) != 0;
            final LWLockStatus row = new LWLockStatus(lockTranches[lock], lockIndexes[lock],
                (state & LWLockLayout.EXCLUSIVE) != 0, state & LWLockLayout.EXCLUSIVE - 1,
                (state & LWLockLayout.RECOVERING) != 0, inconsistent,
                inconsistent ? buffer.getInt(LWLockLayout.DEAD_OWNER_PID_OFFSET) : 0,
                mine.stream().filter(entry -> entry.lock.state() == HeldLock.State.HELD).map(Entry::party).toList(),
                mine.stream().filter(entry -> entry.lock.state() == HeldLock.State.WAITING)
                    .sorted(Comparator.comparingLong(entry -> entry.lock.ticket())).map(Entry::party).toList());
            if (all || row.isBusy()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static LWLockMode mode(final int code) {
        for (final LWLockMode mode : LWLockMode.values()) {
            if (mode.code == code) {
                return mode;
            }
        }
        return null;
    }

    private UnsafeBuffer slot(final int proc) {
        return at(Section.PROCS, proc, ProcLayout.LENGTH);
    }

    private UnsafeBuffer at(final Section section, final int index, final int length) {
        return new UnsafeBuffer(address + header.getLong(section.offsetOffset()) + (long)index * length, length);
    }
}
