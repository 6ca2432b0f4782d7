package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DsmRegistryTest {
    private static final DsmSegment.InitCallback NOTHING = _ -> { };

    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void name() throws IOException {
        file = directory.toRealPath().resolve("segment");
    }

    @Test
    void ofManyProcessesOneInitialisesIt() throws Exception {
        final List<ForkedJvm> jvms = new ArrayList<>();
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            for (int i = 0; i < 3; i++) {
                jvms.add(ForkedJvm.start(SegmentPeer.class, "dsm", file.toString(), "shared", "100000"));
            }
            for (final ForkedJvm jvm : jvms) {
                jvm.expect("ready");
            }
            for (final ForkedJvm jvm : jvms) {
                jvm.send("go");
            }
            final List<String> answers = new ArrayList<>();
            for (final ForkedJvm jvm : jvms) {
                answers.add(jvm.readLine());
                assertEquals(0, jvm.await());
            }
            answers.sort(null);
            assertEquals(List.of("false", "true", "true"), answers);
            final DsmSegment dsm = segment.getNamedDsmSegment(proc, "shared", 100_000, NOTHING);
            assertTrue(dsm.found());
            assertEquals(100_000, dsm.size());
            assertEquals(103, dsm.buffer().getLong(0));
            assertEquals(0, dsm.buffer().getLong(99_992));
            assertEquals(dsm, segment.getNamedDsmSegment(proc, "shared", 100_000, NOTHING));
            assertEquals(List.of(new DsmAllocation("shared", "segment", 100_000L)), segment.dsmAllocations());
        } finally {
            jvms.forEach(ForkedJvm::close);
        }
        assertEquals(List.of("segment", "segment.dsm.0", "segment.lock"), names());
        // With the next segment it is gone
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            assertEquals(List.of("segment", "segment.lock"), names());
            assertFalse(segment.getNamedDsmSegment(proc, "shared", 8, NOTHING).found());
        }
        Segment.remove(file);
        assertEquals(List.of(), names());
    }

    @Test
    void ifItsMakerDiesTheNextOneBeginsAnew() throws Exception {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test");
             SegmentReader reader = Segment.attachReadOnly(file);
             ForkedJvm maker = ForkedJvm.start(SegmentPeer.class, "dsm", file.toString(), "half made", "8192", "stay");
             ForkedJvm waiter = ForkedJvm.start(SegmentPeer.class, "dsm", file.toString(), "half made", "4096")) {
            maker.expect("ready");
            maker.send("go");
            maker.expect("in the callback");
            waiter.expect("ready");
            waiter.send("go");
            while (reader.locks(reader.procs(), false).stream().allMatch(lock -> lock.waiters().isEmpty())) {
                Thread.onSpinWait();
            }
            assertEquals(List.of(new DsmAllocation("half made", "segment", null)), reader.dsmAllocations());
            maker.kill();
            // By itself: those who wait look whether anybody died
            waiter.expect("false");
            final DsmSegment dsm = segment.getNamedDsmSegment(proc, "half made", 4096, NOTHING);
            assertEquals(101, dsm.buffer().getLong(0));
            assertEquals(List.of("segment", "segment.dsm.0", "segment.lock"), names());
        }
    }

    @Test
    void aCallbackThatThrowsLeavesNothing() throws IOException {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            final IllegalStateException mine = new IllegalStateException();
            assertEquals(mine, assertThrows(IllegalStateException.class,
                () -> segment.getNamedDsmSegment(proc, "x", 8, fresh -> {
                    fresh.buffer().putLong(0, 1);
                    throw mine;
                })));
            assertEquals(List.of("segment", "segment.lock"), names());
            assertEquals(List.of(), segment.dsmAllocations());
            final DsmSegment dsm = segment.getNamedDsmSegment(proc, "x", 8, NOTHING);
            assertFalse(dsm.found());
            assertEquals(0, dsm.buffer().getLong(0));
            // It would wait for itself
            assertThrows(ShmemException.class, () -> segment.getNamedDsmSegment(proc, "y", 8,
                _ -> segment.getNamedDsmSegment(proc, "z", 8, NOTHING)));
            assertFalse(segment.getNamedDsmSegment(proc, "y", 8, NOTHING).found());
        }
    }

    @Test
    void errors() throws IOException {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            assertError("DSM segment name cannot be empty", () -> segment.getNamedDsmSegment(proc, "", 8, NOTHING));
            assertError("DSM segment name too long",
                () -> segment.getNamedDsmSegment(proc, "x".repeat(128), 8, NOTHING));
            assertError("DSM segment size must be nonzero", () -> segment.getNamedDsmSegment(proc, "x", 0, NOTHING));
            assertFalse(segment.getNamedDsmSegment(proc, "x".repeat(127), 8, NOTHING).found());
            assertError("requested DSM segment size does not match size of existing segment",
                () -> segment.getNamedDsmSegment(proc, "x".repeat(127), 9, NOTHING));
            final ShmemException full = assertThrows(ShmemException.class,
                () -> segment.getNamedDsmSegment(proc, "large", 1L << 50, NOTHING));
            assertEquals(ShmemException.DISK_FULL, full.sqlState());
            for (int i = 1; i < DsmRegistryLayout.CAPACITY; i++) {
                assertFalse(segment.getNamedDsmSegment(proc, "number " + i, 8, NOTHING).found());
            }
            final ShmemException many = assertThrows(ShmemException.class,
                () -> segment.getNamedDsmSegment(proc, "one more", 8, NOTHING));
            assertEquals("too many dynamic shared memory segments: there are 128", many.getMessage());
            assertTrue(segment.getNamedDsmSegment(proc, "number 1", 8, NOTHING).found());
        }
        Segment.remove(file);
        assertEquals(List.of(), names());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertError(final String message, final org.junit.jupiter.api.function.Executable action) {
        final ShmemException e = assertThrows(ShmemException.class, action);
        assertEquals(message, e.getMessage());
        assertEquals(ShmemException.INTERNAL_ERROR, e.sqlState());
    }
}
