package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every state that a death can leave behind, written by hand: a slot whose owner never lived, and the lock's word. */
@Timeout(60)
class ReaperTest {
    private static final int DEAD_SLOT = 20;
    /** This pid with another start time: a process that is gone. */
    private static final ProcessIdentity DEAD = new ProcessIdentity(ProcessIdentity.current().pid(), 1);

    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;
    private LWLock safe;
    private LWLock fragile;

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), Peer.CONFIG);
        proc = segment.attachProc("test");
        safe = segment.lwLock("Safe", 0);
        fragile = segment.lwLock("Fragile", 0);
    }

    @AfterEach
    void close() {
        proc.close();
        segment.close();
    }

    private void die(final LWLock lock, final LWLockMode mode, final int entryState, final int word) {
        final UnsafeBuffer slot = segment.slot(DEAD_SLOT);
        slot.putLong(ProcLayout.held(3), ProcLayout.heldWord(lock.number, mode, entryState));
        slot.putLongVolatile(ProcLayout.OWNER_OFFSET, ProcLayout.owner(DEAD, ProcLayout.ACTIVE));
        lock.buffer.putIntVolatile(LWLockLayout.STATE_OFFSET, word);
    }

    private void reap() {
        assertEquals(List.of(DEAD.pid()), segment.reapDeadProcs().stream().map(ReapedProc::pid).toList());
        assertEquals(0, segment.slot(DEAD_SLOT).getLongVolatile(ProcLayout.OWNER_OFFSET));
        assertEquals(0, segment.slot(DEAD_SLOT).getLongVolatile(ProcLayout.held(3)));
    }

    /** What the same proc held beside it is recovered, and others' too. */
    @Test
    void anEntryThatNamesNoLockIsSkipped() {
        final List<String> logged = new ArrayList<>();
        final Handler handler = new Handler() {
            @Override
            public void publish(final LogRecord message) {
                logged.add(message.getMessage());
            }

            @Override
            public void flush() {
                // Nothing is kept back
            }

            @Override
            public void close() {
                // Nothing is open
            }
        };
        final Logger logger = Logger.getLogger(Reaper.class.getName());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            // Out of the segment on either side, in its header, and in the heap where no lock is
            for (final int none : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0,
                LWLockLayout.number(segment.length() - LWLockLayout.LENGTH)}) {
                logged.clear();
                final UnsafeBuffer slot = segment.slot(DEAD_SLOT);
                slot.putLong(ProcLayout.held(0), ProcLayout.heldWord(none, LWLockMode.EXCLUSIVE, ProcLayout.HELD));
                slot.putLong(ProcLayout.acquires(7), (long)none << Integer.SIZE + 1 | 1);
                die(safe, LWLockMode.EXCLUSIVE, ProcLayout.HELD, LWLockLayout.EXCLUSIVE);
                reap();
                assertEquals(0, slot.getLong(ProcLayout.held(0)));
                assertEquals(0, slot.getLong(ProcLayout.acquires(7)));
                assertEquals(0, safe.state());
                assertTrue(logged.getFirst().endsWith("a dead process's slot names lock " + none + ", which there is not"),
                    logged::toString);
            }
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(handler);
        }
    }

    @Test
    void inDoubtWhetherItHeldNeitherHoldsNorIsInconsistent() {
        for (final LWLockMode mode : LWLockMode.values()) {
            for (final int state : new int[] {ProcLayout.INTENT, ProcLayout.RELEASING}) {
                for (final int word : new int[] {0, mode.weight}) {
                    die(fragile, mode, state, word);
                    reap();
                    assertEquals(0, fragile.state());
                }
            }
        }
    }

    @Test
    void aSharedHolderIsSubtractedAndTheLivingStay() {
        fragile.acquire(proc, LWLockMode.SHARED);
        die(fragile, LWLockMode.SHARED, ProcLayout.HELD, 2);
        reap();
        assertEquals(1, fragile.state());
        fragile.release(proc);
        assertEquals(0, fragile.state());
    }

    @Test
    void anExclusiveHolderLeavesItInconsistentUnlessItsTrancheIsAlwaysConsistent() {
        die(safe, LWLockMode.EXCLUSIVE, ProcLayout.HELD, LWLockLayout.EXCLUSIVE);
        reap();
        assertEquals(0, safe.state());
        die(fragile, LWLockMode.EXCLUSIVE, ProcLayout.HELD, LWLockLayout.EXCLUSIVE);
        reap();
        assertEquals(LWLockLayout.INCONSISTENT, fragile.state());
        assertThrows(ShmemException.class, () -> fragile.acquire(proc, LWLockMode.EXCLUSIVE));
    }

    @Test
    void aCallbackThatFailsLeavesItInconsistentAndIsTriedAgainByTheNextAcquirer() {
        final int[] calls = new int[1];
        segment.onOwnerDeath("Fragile", (lock, pid) -> {
            assertEquals(DEAD.pid(), pid);
            if (calls[0]++ == 0) {
                throw new IllegalStateException("not yet");
            }
        });
        die(fragile, LWLockMode.EXCLUSIVE, ProcLayout.HELD, LWLockLayout.EXCLUSIVE);
        reap();
        assertEquals(LWLockLayout.INCONSISTENT, fragile.state());
        fragile.acquire(proc, LWLockMode.SHARED);
        assertEquals(2, calls[0]);
        fragile.release(proc);
    }

    /** The reaper before died after its CAS and before it freed the slot: the lock is somebody else's by now. */
    @Test
    void whatADeadReaperHadFinishedDoesNotHarmALiveHolder() {
        segment.onOwnerDeath("Fragile", (_, _) -> {
            throw new AssertionError("a live process holds it");
        });
        fragile.acquire(proc, LWLockMode.EXCLUSIVE);
        die(fragile, LWLockMode.EXCLUSIVE, ProcLayout.INTENT, fragile.state());
        reap();
        assertEquals(LWLockLayout.EXCLUSIVE, fragile.state());
        fragile.release(proc);
        assertEquals(0, fragile.state());
    }

    /** It died before that CAS: the bit is set and the word still counts the dead. */
    @Test
    void whatADeadReaperHadBegunIsDoneAgain() {
        die(fragile, LWLockMode.EXCLUSIVE, ProcLayout.INTENT,
            LWLockLayout.EXCLUSIVE | LWLockLayout.RECOVERING | LWLockLayout.INCONSISTENT);
        reap();
        assertEquals(LWLockLayout.INCONSISTENT, fragile.state());
        fragile.repair(() -> { });
        assertEquals(0, fragile.state());
    }

    @Test
    void aWaiterIsWokenThoughTheListIsLockedAndLost() throws InterruptedException {
        die(safe, LWLockMode.EXCLUSIVE, ProcLayout.HELD, LWLockLayout.EXCLUSIVE);
        // Not dead for the waiter's own look, until it is asleep
        segment.slot(DEAD_SLOT).putLongVolatile(ProcLayout.OWNER_OFFSET,
            ProcLayout.owner(ProcessIdentity.current(), ProcLayout.ACTIVE));
        final Thread waiter = Thread.ofPlatform().start(() -> {
            try (Proc own = segment.attachProc("waiter")) {
                safe.acquire(own, LWLockMode.EXCLUSIVE);
                safe.release(own);
            }
        });
        while (!isAnyWaiting()) {
            Thread.onSpinWait();
        }
        safe.buffer.putInt(LWLockLayout.HEAD_OFFSET, 0);
        safe.buffer.putInt(LWLockLayout.TAIL_OFFSET, DEAD_SLOT + 1);
        safe.buffer.putIntVolatile(LWLockLayout.STATE_OFFSET, LWLockLayout.EXCLUSIVE | LWLockLayout.LIST_LOCKED
            | LWLockLayout.HAS_WAITERS | LWLockLayout.WAKE_IN_PROGRESS);
        segment.slot(DEAD_SLOT).putLongVolatile(
            ProcLayout.OWNER_OFFSET, ProcLayout.owner(DEAD, ProcLayout.ACTIVE));
        waiter.join();
        assertEquals(0, safe.state());
    }

    private boolean isAnyWaiting() {
        for (int i = 0; i < DEAD_SLOT; i++) {
            if (ProcLayout.state(segment.slot(i).getLongVolatile(ProcLayout.held(0))) == ProcLayout.WAITING) {
                return true;
            }
        }
        return false;
    }

    @Test
    void itWaitsForALiveProcThatMayJustHaveGotTheLock() throws InterruptedException {
        // The CAS is done, the entry does not say so yet
        final int entry = proc.push(safe, ProcLayout.heldWord(safe.number, LWLockMode.SHARED, ProcLayout.INTENT));
        die(safe, LWLockMode.SHARED, ProcLayout.HELD, 2);
        final Thread reaper = Thread.ofPlatform().start(segment::reapDeadProcs);
        while ((safe.state() & LWLockLayout.RECOVERING) == 0
            || reaper.getState() != Thread.State.TIMED_WAITING && reaper.isAlive()) {
            Thread.onSpinWait();
        }
        proc.store(entry, ProcLayout.heldWord(safe.number, LWLockMode.SHARED, ProcLayout.HELD));
        reaper.join();
        assertEquals(1, safe.state());
        safe.release(proc);
        assertEquals(0, safe.state());
    }

    @Test
    void aSlotClaimedByADeadProcessIsFreed() {
        segment.slot(DEAD_SLOT).putLongVolatile(
            ProcLayout.OWNER_OFFSET, ProcLayout.owner(DEAD, ProcLayout.CLAIMED));
        reap();
    }
}
