package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Of each thing that there is only so much of, one too many: PostgreSQL's error, and the next request that fits works. */
@Timeout(120)
class ExhaustionTest {
    private static final int MAX_LOCKS = 200;

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("segment");
    }

    @Test
    void procSlots() {
        final int slots = 3;
        try (Segment segment = Segment.open(file(), new SegmentConfig(1 << 20, List.of(), slots))) {
            final Deque<Proc> procs = new ArrayDeque<>();
            // Again and again: nothing leaks
            for (int round = 0; round < 3; round++) {
                while (procs.size() < slots) {
                    procs.add(segment.attachProc("proc"));
                }
                assertError(ShmemException.TOO_MANY_CONNECTIONS,
                    "sorry, too many clients already: segment \"" + segment.file() + "\" has 3 procs",
                    () -> segment.attachProc("one too many"));
                procs.remove().close();
                procs.add(segment.attachProc("the next"));
                assertTrue(segment.addinShmemInitLock().acquire(procs.peekLast(), LWLockMode.EXCLUSIVE));
                procs.removeLast().close();
            }
            procs.forEach(Proc::close);
            assertEquals(0, segment.addinShmemInitLock().state());
        }
    }

    /** The count of readers has 18 bits; as many procs hold it as often as each can. */
    @Test
    void readersOfOneLock() {
        final int most = LWLockLayout.SHARED_FULL;
        final List<Proc> procs = new ArrayList<>();
        try (Segment segment = Segment.open(file(), new SegmentConfig(
            8 << 20, List.of(new Tranche("T", 1, OwnerDeath.CONSISTENT)), most / MAX_LOCKS + 1))) {
            final LWLock lock = segment.lwLock("T", 0);
            for (int i = 0; i < most; i++) {
                if (i % MAX_LOCKS == 0) {
                    procs.add(segment.attachProc("reader"));
                }
                assertTrue(lock.conditionalAcquire(procs.getLast(), LWLockMode.SHARED));
            }
            assertFalse(lock.conditionalAcquire(procs.getLast(), LWLockMode.SHARED));
            assertFalse(lock.conditionalAcquire(procs.getLast(), LWLockMode.EXCLUSIVE));
            lock.release(procs.getLast());
            assertTrue(lock.conditionalAcquire(procs.getLast(), LWLockMode.SHARED));
            procs.forEach(Proc::close);
            assertEquals(0, lock.state());
        }
    }

    @Test
    void procSlotsOfTheDeadAreThereForTheLiving() throws Exception {
        try (Segment segment = Segment.open(file(), new SegmentConfig(
            Peer.CONFIG.size(), Peer.CONFIG.tranches(), 2)); Proc proc = segment.attachProc("test")) {
            try (ForkedJvm holder = ForkedJvm.start(Peer.class, "hold", file().toString(), "Safe", "EXCLUSIVE")) {
                holder.expect("held");
                assertThrows(ShmemException.class, () -> segment.attachProc("one too many"));
                holder.kill();
            }
            try (Proc next = segment.attachProc("next")) {
                assertTrue(segment.lwLock("Safe", 0).acquire(next, LWLockMode.EXCLUSIVE));
                assertTrue(segment.lwLock("Safe", 1).acquire(proc, LWLockMode.EXCLUSIVE));
                proc.releaseAll();
            }
        }
    }

    @Test
    void locksHeld() {
        try (Segment segment = Segment.open(file(), new SegmentConfig(
            1 << 20, List.of(new Tranche("Many", MAX_LOCKS + 1)), 2)); Proc proc = segment.attachProc("test")) {
            for (int i = 0; i < MAX_LOCKS; i++) {
                segment.lwLock("Many", i).acquire(proc, LWLockMode.EXCLUSIVE);
            }
            final LWLock last = segment.lwLock("Many", MAX_LOCKS);
            assertError(ShmemException.INTERNAL_ERROR, "too many LWLocks taken",
                () -> last.acquire(proc, LWLockMode.SHARED));
            assertError(ShmemException.INTERNAL_ERROR, "too many LWLocks taken",
                () -> last.conditionalAcquire(proc, LWLockMode.EXCLUSIVE));
            // So is a struct, which takes a lock
            assertError(ShmemException.INTERNAL_ERROR, "too many LWLocks taken",
                () -> segment.shmemInitStruct(proc, "struct", 8));
            assertEquals(0, last.state());
            assertFalse(last.heldByMe(proc));
            segment.lwLock("Many", 77).release(proc);
            assertTrue(last.acquire(proc, LWLockMode.EXCLUSIVE));
            last.release(proc);
            assertFalse(segment.shmemInitStruct(proc, "struct", 8).found());
            proc.releaseAll();
            for (int i = 0; i <= MAX_LOCKS; i++) {
                assertEquals(0, segment.lwLock("Many", i).state());
            }
        }
    }

    @Test
    void tranches() {
        final List<Tranche> tranches = new ArrayList<>();
        for (int i = Segment.BUILT_IN_TRANCHES.size(); i < SegmentConfig.MAX_TRANCHES; i++) {
            tranches.add(new Tranche("tranche " + i, 1, OwnerDeath.CONSISTENT));
        }
        try (Segment segment = Segment.open(file(), new SegmentConfig(1 << 20, tranches, 2));
            Proc proc = segment.attachProc("test")) {
            assertTrue(segment.lwLock(tranches.getLast().name(), 0).acquire(proc, LWLockMode.EXCLUSIVE));
            proc.releaseAll();
        }
        tranches.add(new Tranche("one too many", 1));
        assertRefused("maximum number of tranches already registered", () -> new SegmentConfig(1 << 20, tranches, 2));
        assertRefused("requested tranche \"Twice\" is already registered",
            () -> new SegmentConfig(1, Collections.nCopies(2, new Tranche("Twice", 1)), 2));
        new Tranche("x".repeat(63), 1);
        assertRefused("tranche name too long", () -> new Tranche("x".repeat(64), 1));
        // 62 letters, 64 bytes
        assertRefused("tranche name too long", () -> new Tranche("x".repeat(60) + "éé", 1));
        assertRefused("tranche name cannot be empty", () -> new Tranche("", 1));
    }

    @Test
    void indexEntries() {
        try (Segment segment = Segment.open(file(), new SegmentConfig(1 << 20, List.of(), 2));
            Proc proc = segment.attachProc("test")) {
            final List<ShmemStruct> structs = new ArrayList<>();
            for (int i = 0; i < ShmemIndexLayout.CAPACITY; i++) {
                structs.add(segment.shmemInitStruct(proc, "struct " + i, 8));
            }
            for (int round = 0; round < 2; round++) {
                assertError(ShmemException.OUT_OF_MEMORY,
                    "could not create ShmemIndex entry for data structure \"one more\"",
                    () -> segment.shmemInitStruct(proc, "one more", 8));
                final ShmemStruct found = segment.shmemInitStruct(proc, "struct 255", 8);
                assertTrue(found.found());
                assertEquals(structs.getLast().offset(), found.offset());
            }
            assertEquals(0, segment.lwLock("ShmemIndex", 0).state());
        }
    }

    @Test
    void space() {
        try (Segment segment = Segment.open(file(), new SegmentConfig(1 << 20, List.of(), 2));
            Proc proc = segment.attachProc("test")) {
            final long first = segment.shmemInitStruct(proc, "first", 8).offset();
            final long left = segment.length() - first - SegmentLayout.ALIGNMENT;
            for (final long size : new long[] {left + 1, 1L << 40, Long.MAX_VALUE}) {
                assertError(ShmemException.OUT_OF_MEMORY,
                    "not enough shared memory for data structure \"big\" (" + size + " bytes requested)",
                    () -> segment.shmemInitStruct(proc, "big", size));
            }
            // To the last byte, under the name that was refused
            final ShmemStruct big = segment.shmemInitStruct(proc, "big", left);
            assertFalse(big.found());
            segment.buffer(big).putByte((int)left - 1, (byte)1);
            assertError(ShmemException.OUT_OF_MEMORY,
                "not enough shared memory for data structure \"small\" (1 bytes requested)",
                () -> segment.shmemInitStruct(proc, "small", 1));
            assertTrue(segment.shmemInitStruct(proc, "first", 8).found());
        }
    }

    private static void assertError(final String sqlState, final String message, final Executable action) {
        final ShmemException e = assertThrows(ShmemException.class, action);
        assertEquals(message, e.getMessage());
        assertEquals(sqlState, e.sqlState());
    }

    private static void assertRefused(final String message, final Executable action) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
