package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import dev.wharf.shmem.SegmentLayout.Section;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The phase in which shared memory and locks are requested, and what it adds up to. */
class ShmemRequestTest {
    @TempDir
    private Path directory;

    @Test
    void whatIsRequestedIsThere() {
        final ShmemRequest request = new ShmemRequest().maxProcs(4).maxCounters(10)
            .requestAddinShmemSpace(1_000_001).requestNamedLWLockTranche("Mine", 3)
            .requestAddinShmemSpace(0).requestAddinShmemSpace(7)
            .requestNamedLWLockTranche("Other", 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.NO_BARGING);
        final long size = request.size();
        assertEquals(0, size % 8192);
        try (Segment segment = Segment.open(directory.resolve("segment"), request); Proc proc = segment.attachProc("test")) {
            assertEquals(size, segment.length());
            assertFalse(segment.shmemInitStruct(proc, "first", 1_000_001).found());
            assertFalse(segment.shmemInitStruct(proc, "second", 7).found());
            // The slack, and what the rounding left
            final long free = segment.allocations().getLast().size();
            assertEquals(ShmemRequest.SLACK, free, 8191 + 2 * 128);
            assertEquals(0, segment.shmemInitStruct(proc, "slack", free).offset() % 128);
            final LWLock[] locks = segment.getNamedLWLockTranche("Mine");
            assertEquals(LWLockAlgorithm.SPINNING, locks[0].algorithm());
            assertEquals(LWLockAlgorithm.NO_BARGING, segment.lwLock("Other", 0).algorithm());
            assertEquals(3, locks.length);
            assertSame(segment.lwLock("Mine", 2), locks[2]);
            assertError(ShmemException.INTERNAL_ERROR, "requested tranche is not registered",
                () -> segment.getNamedLWLockTranche("mine"));
        }
    }

    @Test
    void afterwardsNothingCanBeRequested() {
        final ShmemRequest request = new ShmemRequest();
        Segment.open(directory.resolve("segment"), request).close();
        assertError(ShmemException.INTERNAL_ERROR, "cannot request additional shared memory outside shmem_request_hook",
            () -> request.requestAddinShmemSpace(1));
        assertError(ShmemException.INTERNAL_ERROR, "cannot request additional LWLocks outside shmem_request_hook",
            () -> request.requestNamedLWLockTranche("Late", 1));
        // But the segment may be opened again
        Segment.open(directory.resolve("segment"), request).close();
    }

    @Test
    void limits() {
        final ShmemRequest request = new ShmemRequest();
        request.requestNamedLWLockTranche("x".repeat(63), 1);
        assertError(ShmemException.NAME_TOO_LONG, "tranche name too long",
            () -> request.requestNamedLWLockTranche("x".repeat(64), 1));
        // 62 characters, 64 bytes
        assertError(ShmemException.NAME_TOO_LONG, "tranche name too long",
            () -> request.requestNamedLWLockTranche("x".repeat(60) + "\u00e9\u00e9", 1));
        for (final String taken : List.of("x".repeat(63), "ShmemIndex")) {
            assertError(ShmemException.INTERNAL_ERROR, "requested tranche \"" + taken + "\" is already registered",
                () -> request.requestNamedLWLockTranche(taken, 1));
        }
        assertThrows(IllegalArgumentException.class, () -> request.requestNamedLWLockTranche("", 1));
        assertThrows(IllegalArgumentException.class, () -> request.requestNamedLWLockTranche("y", 0));
        for (int i = Segment.BUILT_IN_TRANCHES.size() + 1; i < 256; i++) {
            request.requestNamedLWLockTranche("tranche " + i, 1);
        }
        assertError(ShmemException.INTERNAL_ERROR, "maximum number of tranches already registered",
            () -> request.requestNamedLWLockTranche("one more", 1));
        assertThrows(IllegalArgumentException.class, () -> request.requestAddinShmemSpace(-1));
        request.requestAddinShmemSpace(1L << 62);
        for (final Executable tooMuch : List.<Executable>of(() -> request.requestAddinShmemSpace(1L << 62),
            () -> request.requestAddinShmemSpace(Long.MAX_VALUE))) {
            assertError(ShmemException.PROGRAM_LIMIT_EXCEEDED, "requested shared memory size overflows size_t", tooMuch);
        }
    }

    /** No file is made: only the numbers are looked at. */
    @Test
    void sectionsMayLieBeyond2GiB() {
        final int locks = 20_000_000;
        final SegmentPlan plan = SegmentPlan.of(
            new SegmentConfig(9L << 30, List.of(new Tranche("Many", locks)), 4096).withMaxCounters(1 << 20));
        long end = SegmentLayout.HEADER_LENGTH;
        for (final Section section : Section.values()) {
            assertEquals(end, plan.offset(section));
            assertEquals(0, plan.offset(section) % SegmentLayout.ALIGNMENT);
            end += plan.length(section);
        }
        assertEquals(9L << 30, end);
        final long builtIn = Segment.BUILT_IN_TRANCHES.stream().mapToInt(Tranche::locks).sum();
        assertEquals((locks + builtIn) * LWLockLayout.LENGTH, plan.length(Section.LOCKS));
        assertEquals((1L << 20) * 512, plan.length(Section.COUNTERS_METADATA));
    }

    private static void assertError(final String sqlState, final String message, final Executable action) {
        final ShmemException e = assertThrows(ShmemException.class, action);
        assertEquals(message, e.getMessage());
        assertEquals(sqlState, e.sqlState());
    }
}
