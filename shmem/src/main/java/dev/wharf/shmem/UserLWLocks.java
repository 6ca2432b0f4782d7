package dev.wharf.shmem;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Locks that callers place in their own structs, and the tranches that are registered for them while the segment is in use:
 * PostgreSQL's LWLockInitialize and LWLockNewTrancheId. From {@link Segment#userLWLocks}; any thread may use it.
 *
 * <p>A held entry names any lock by its place in the segment, so a reaper in a process that never saw a struct can recover the
 * locks in it: the tranche is written in the lock. An entry can only name what {@link #at} or {@link #initialize} has
 * checked, and structs live as long as the segment.
 */
public final class UserLWLocks {
    private final Segment segment;
    /** All records, those of the tranches the segment was created with first. */
    private final UnsafeBuffer records;
    private final int firstId;
    private final long start;
    private final long end;
    private final ConcurrentHashMap<Integer, LWLock> locks = new ConcurrentHashMap<>();

    /**
     * @param firstId the number of tranches that the segment was created with
     * @param start offset of the memory for structs
     */
    UserLWLocks(final Segment segment, final UnsafeBuffer records, final int firstId, final long start, final long end) {
        this.segment = segment;
        this.records = records;
        this.firstId = firstId;
        this.start = start;
        this.end = end;
    }

    /**
     * Registers one more tranche. Every call gives another one, of the same name too; tell the other processes its id, best in
     * the struct that has its locks.
     *
     * @param name 1 to 63 bytes of UTF-8; what those who wait for its locks wait for
     * @throws ShmemException if there are 256 tranches
     */
    public int newTrancheId(final Proc proc, final String name, final OwnerDeath ownerDeath,
                            final LWLockAlgorithm algorithm) {
        final Tranche tranche = new Tranche(name, 1, ownerDeath, algorithm);
        final LWLock indexLock = segment.lwLock("ShmemIndex", 0);
        indexLock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            return register(tranche);
        } finally {
            indexLock.release(proc);
        }
    }

    /** A record is in use once its lock count is not 0. */
    private int register(final Tranche tranche) {
        for (int id = firstId; id < SegmentConfig.MAX_TRANCHES; id++) {
            final int record = id * TrancheLayout.LENGTH;
            if (records.getIntVolatile(record + TrancheLayout.LOCK_COUNT_OFFSET) == 0) {
                records.setMemory(record, TrancheLayout.LENGTH, (byte)0);
                records.putBytes(record + TrancheLayout.NAME_OFFSET, tranche.name().getBytes(StandardCharsets.UTF_8));
                records.putInt(record + TrancheLayout.OWNER_DEATH_OFFSET, tranche.ownerDeath().ordinal());
                records.putInt(record + TrancheLayout.ALGORITHM_OFFSET, tranche.algorithm().ordinal());
                records.putIntRelease(record + TrancheLayout.LOCK_COUNT_OFFSET, 1);
                return id;
            }
        }
        throw new ShmemException(ShmemException.INTERNAL_ERROR, "maximum number of tranches already registered");
    }

    /** Forgets all locks and tranches of this kind: no process uses any of them. */
    void clear() {
        for (int id = firstId; id < SegmentConfig.MAX_TRANCHES; id++) {
            records.putIntRelease(id * TrancheLayout.LENGTH + TrancheLayout.LOCK_COUNT_OFFSET, 0);
        }
        locks.clear();
    }

    /** A tranche of either kind. */
    Tranche tranche(final int id) {
        if (id < 0 || id >= SegmentConfig.MAX_TRANCHES
            || records.getIntVolatile(id * TrancheLayout.LENGTH + TrancheLayout.LOCK_COUNT_OFFSET) == 0) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR, "requested tranche is not registered: id " + id);
        }
        return TrancheTable.read(segment.file(), records, id);
    }

    /** As {@link Segment#onOwnerDeath}, for a tranche of {@link #newTrancheId}. */
    public void onOwnerDeath(final int trancheId, final OwnerDeathCallback callback) {
        tranche(trancheId);
        segment.onOwnerDeath(trancheId, callback);
    }

    /**
     * Makes a lock of 128 bytes of a struct. Once, as the struct is initialised: no process may use it as a lock now.
     *
     * @param offset in the segment; a multiple of 128, as every struct's is
     * @param trancheId from {@link #newTrancheId}, of whatever process
     */
    public LWLock initialize(final long offset, final int trancheId) {
        check(offset);
        if (trancheId < firstId) {
            throw new IllegalArgumentException("a tranche of newTrancheId must be given: trancheId=" + trancheId);
        }
        tranche(trancheId);
        final UnsafeBuffer buffer = segment.buffer(offset, LWLockLayout.LENGTH);
        buffer.setMemory(0, LWLockLayout.LENGTH, (byte)0);
        // Also says that there is a lock: never 0
        buffer.putIntRelease(LWLockLayout.TRANCHE_OFFSET, trancheId);
        locks.remove(LWLockLayout.number(offset));
        return at(offset);
    }

    /**
     * The lock that some process has made at {@code offset}. The same object for the same offset.
     *
     * @throws ShmemException if there is none
     */
    public LWLock at(final long offset) {
        check(offset);
        return locks.computeIfAbsent(LWLockLayout.number(offset), number -> {
            final UnsafeBuffer buffer = segment.buffer(offset, LWLockLayout.LENGTH);
            final int trancheId = buffer.getIntVolatile(LWLockLayout.TRANCHE_OFFSET);
            if (trancheId < firstId) {
                throw new ShmemException(ShmemException.INTERNAL_ERROR, "there is no lock at offset " + offset);
            }
            return new LWLock(segment, buffer, number, trancheId, tranche(trancheId), number);
        });
    }

    /** Those that this process has used. */
    Collection<LWLock> known() {
        return locks.values();
    }

    private void check(final long offset) {
        if (offset % LWLockLayout.LENGTH != 0 || offset < start || offset > end - LWLockLayout.LENGTH) {
            throw new IllegalArgumentException("a lock's place must be " + LWLockLayout.LENGTH
                + "-byte aligned and in the segment's structs: offset=" + offset);
        }
    }
}
