package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UserLWLocksTest {
    private static final int DEAD_SLOT = 20;

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private ShmemStruct struct;

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), Peer.CONFIG);
        proc = segment.attachProc("test");
        struct = segment.shmemInitStruct(proc, "mine", 4 * LWLockLayout.LENGTH);
    }

    @AfterEach
    void close() {
        proc.close();
        segment.close();
    }

    private int trancheId(final OwnerDeath ownerDeath) {
        return segment.userLWLocks().newTrancheId(proc, "Mine", ownerDeath, LWLockAlgorithm.POSTGRES);
    }

    @Test
    void aLockInAStructIsALock() {
        final int id = trancheId(OwnerDeath.CONSISTENT);
        final LWLock lock = segment.userLWLocks().initialize(struct.offset() + LWLockLayout.LENGTH, id);
        assertSame(lock, segment.userLWLocks().at(struct.offset() + LWLockLayout.LENGTH));
        assertEquals("Mine", lock.tranche());
        assertTrue(lock.acquire(proc, LWLockMode.EXCLUSIVE));
        try (Actor other = new Actor(segment, "other")) {
            assertFalse(other.test(own -> lock.conditionalAcquire(own, LWLockMode.SHARED)));
        }
        assertEquals(1, Actor.snapshot(lock).holders().size());
        proc.releaseAll();
        assertEquals(0, lock.state());
        assertEquals(1, Actor.snapshot(lock).stats().exclusiveAcquires());
    }

    /** Its reaper need not have seen the lock before: the entry says where it is, the lock which tranche's it is. */
    @Test
    void theHolderOfALockInAStructMayDie() {
        final int id = trancheId(OwnerDeath.INCONSISTENT);
        final List<Long> repaired = new ArrayList<>();
        segment.userLWLocks().onOwnerDeath(id, (lock, pid) -> repaired.add((long)pid));
        final long offset = struct.offset() + 2 * LWLockLayout.LENGTH;
        final UnsafeBuffer buffer = segment.buffer(offset, LWLockLayout.LENGTH);
        buffer.putInt(LWLockLayout.TRANCHE_OFFSET, id);
        buffer.putInt(LWLockLayout.STATE_OFFSET, LWLockLayout.EXCLUSIVE);
        final ProcessIdentity dead = new ProcessIdentity(ProcessIdentity.current().pid(), 1);
        segment.slot(DEAD_SLOT).putLong(ProcLayout.held(0),
            ProcLayout.heldWord(LWLockLayout.number(offset), LWLockMode.EXCLUSIVE, ProcLayout.HELD));
        segment.slot(DEAD_SLOT).putLongVolatile(ProcLayout.OWNER_OFFSET, ProcLayout.owner(dead, ProcLayout.ACTIVE));
        assertEquals(1, segment.reapDeadProcs().size());
        assertEquals(List.of(dead.pid()), repaired);
        assertEquals(0, segment.userLWLocks().at(offset).state());
    }

    @Test
    void aPlaceWithoutALockIsAnError() {
        final UserLWLocks locks = segment.userLWLocks();
        assertThrows(ShmemException.class, () -> locks.at(struct.offset()));
        assertThrows(IllegalArgumentException.class, () -> locks.at(struct.offset() + 64));
        assertThrows(IllegalArgumentException.class, () -> locks.at(0));
        assertThrows(IllegalArgumentException.class, () -> locks.at(segment.length()));
        assertThrows(IllegalArgumentException.class, () -> locks.initialize(struct.offset(), 0));
        assertThrows(ShmemException.class, () -> locks.initialize(struct.offset(), 100));
    }

    @Test
    void tranchesAreNewEachTimeAndLimited() {
        assertNotEquals(trancheId(OwnerDeath.CONSISTENT), trancheId(OwnerDeath.CONSISTENT));
        assertThrows(IllegalArgumentException.class, () -> segment.userLWLocks().newTrancheId(
            proc, "x".repeat(64), OwnerDeath.CONSISTENT, LWLockAlgorithm.POSTGRES));
        final int fixed = Segment.BUILT_IN_TRANCHES.size() + Peer.CONFIG.tranches().size() + 2;
        for (int i = fixed; i < SegmentConfig.MAX_TRANCHES; i++) {
            trancheId(OwnerDeath.CONSISTENT);
        }
        assertEquals("maximum number of tranches already registered",
            assertThrows(ShmemException.class, () -> trancheId(OwnerDeath.CONSISTENT)).getMessage());
    }
}
