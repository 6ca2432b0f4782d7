package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.SegmentConfig.Tranche;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SegmentTest {
    @TempDir
    Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("segment");
    }

    @Test
    void structsAreFoundAgainZeroAlignedAndApart() {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            assertTrue(segment.created());
            final ShmemStruct first = segment.shmemInitStruct(proc, "first", 100);
            final ShmemStruct second = segment.shmemInitStruct(proc, "second", 1);
            assertFalse(first.found());
            assertEquals(0, first.offset() % 128);
            assertEquals(first.offset() + 128, second.offset());
            assertEquals(segment.address() + first.offset(), first.address());
            assertEquals(0, segment.buffer(first).getLong(0));
            segment.buffer(first).putLong(0, 42);
            final ShmemStruct again = segment.shmemInitStruct(proc, "first", 100);
            assertEquals(new ShmemStruct(first.offset(), first.address(), 100, true), again);
            assertEquals(42, segment.buffer(again).getLong(0));
        }
    }

    @Test
    void reinitializedItIsAsItWasAtFirst() {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            final ShmemStruct first = segment.shmemInitStruct(proc, "first", 100);
            final ShmemStruct second = segment.shmemInitStruct(proc, "second", 300);
            segment.buffer(first).setMemory(0, 100, (byte)1);
            segment.buffer(second).setMemory(0, 300, (byte)1);
            final int tranche = segment.userLWLocks().newTrancheId(proc, "Mine", SegmentConfig.OwnerDeath.CONSISTENT,
                LWLockAlgorithm.DEFAULT);
            segment.getNamedDsmSegment(proc, "dsm", 64, made -> segment.buffer(first).putLong(0, 7));
            segment.reinitialize(proc);
            assertEquals(List.of(), segment.dsmAllocations());
            assertEquals(tranche, segment.userLWLocks().newTrancheId(proc, "Other", SegmentConfig.OwnerDeath.CONSISTENT,
                LWLockAlgorithm.DEFAULT));
            final ShmemStruct again = segment.shmemInitStruct(proc, "third", 500);
            assertEquals(new ShmemStruct(first.offset(), first.address(), 500, false), again);
            for (int i = 0; i < 500; i++) {
                assertEquals(0, segment.buffer(again).getByte(i));
            }
            assertFalse(segment.shmemInitStruct(proc, "first", 100).found());
            assertFalse(segment.getNamedDsmSegment(proc, "dsm", 128, _ -> { }).found());
        }
    }

    @Test
    void anotherSizeOrNoRoomIsAnErrorThatNamesTheStruct() {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            segment.shmemInitStruct(proc, "taken", 100);
            assertError(ShmemException.INTERNAL_ERROR,
                "ShmemIndex entry size is wrong for data structure \"taken\": expected 101, actual 100",
                () -> segment.shmemInitStruct(proc, "taken", 101));
            for (final long size : new long[] {1 << 20, Long.MAX_VALUE}) {
                assertError(ShmemException.OUT_OF_MEMORY,
                    "not enough shared memory for data structure \"big\" (" + size + " bytes requested)",
                    () -> segment.shmemInitStruct(proc, "big", size));
            }
            assertFalse(segment.shmemInitStruct(proc, "x".repeat(47), 1).found());
            assertThrows(IllegalArgumentException.class,
                () -> segment.shmemInitStruct(proc, "x".repeat(48), 1));
            assertEquals(0, segment.lwLock("ShmemIndex", 0).state());
        }
    }

    @Test
    void namesThatCannotBeReadBackAreRefused() {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            final List<ShmemAllocation> before = segment.allocations();
            for (final String[] bad : new String[][] {{"a\0b", "0x00"}, {"\0", "0x00"}, {"a\uD800", "0xed 0xa0 0x80"}}) {
                final String name = bad[0];
                final String message = "invalid byte sequence for encoding \"UTF8\": " + bad[1];
                assertError("22021", message, () -> segment.shmemInitStruct(proc, name, 8));
                assertError("22021", message, () -> segment.getNamedDsmSegment(proc, name, 8, _ -> { }));
                assertError("22021", message, () -> new Tranche(name, 1));
                assertError("22021", message, () -> new ShmemRequest().requestNamedLWLockTranche(name, 1));
                assertError("22021", message, () -> segment.userLWLocks().newTrancheId(
                    proc, name, SegmentConfig.OwnerDeath.CONSISTENT, LWLockAlgorithm.DEFAULT));
            }
            assertEquals(before, segment.allocations());
            assertEquals(List.of(), segment.dsmAllocations());
            assertFalse(segment.shmemInitStruct(proc, "\uFFFD?\uD83D\uDE00", 8).found());
            assertTrue(segment.shmemInitStruct(proc, "\uFFFD?\uD83D\uDE00", 8).found());
        }
    }

    @Test
    void theIndexHasRoomFor256Structs() {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            for (int i = 0; i < ShmemIndexLayout.CAPACITY; i++) {
                assertFalse(segment.shmemInitStruct(proc, "struct " + i, 8).found());
            }
            assertError(ShmemException.OUT_OF_MEMORY, "could not create ShmemIndex entry for data structure \"one more\"",
                () -> segment.shmemInitStruct(proc, "one more", 8));
            assertTrue(segment.shmemInitStruct(proc, "struct 255", 8).found());
        }
    }

    @Test
    void openingTwiceInOneProcessGivesTheSameObject() throws IOException {
        try (Segment segment = Segment.open(file, Peer.CONFIG)) {
            assertSame(segment, Segment.open(directory.resolve(".").resolve("segment"), Peer.CONFIG));
            assertSame(segment, Segment.attach(file));
            Files.delete(file);
            assertError(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + segment.file()
                + "\" was deleted or replaced while this process was attached to it", () -> Segment.attach(file));
        }
    }

    @Test
    void aSegmentNobodyIsAttachedToIsMadeAnew() throws IOException {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            assertEquals(1, segment.generation());
            segment.buffer(segment.shmemInitStruct(proc, "old", 8)).putLong(0, 42);
        }
        assertError(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE,
            "segment \"" + file + "\" was left by processes that have all ended", () -> Segment.attach(file));
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            assertTrue(segment.created());
            assertEquals(2, segment.generation());
            final ShmemStruct struct = segment.shmemInitStruct(proc, "old", 8);
            assertFalse(struct.found());
            assertEquals(0, segment.buffer(struct).getLong(0));
        }
        // Nothing is lost with an empty file, or with what a creator that died left
        Files.write(file, new byte[0]);
        Files.write(directory.resolve("segment.new"), new byte[10_000]);
        try (Segment segment = Segment.open(file, Peer.CONFIG)) {
            assertTrue(segment.created());
            assertEquals(1, segment.generation());
        }
        assertEquals(List.of("segment", "segment.lock"), names());
    }

    @Test
    void attachingSaysWhatIsWrong() throws IOException {
        assertError(ShmemException.UNDEFINED_FILE,
            "could not open shared memory segment \"" + file + "\": No such file or directory",
            () -> Segment.attach(file));
        Files.write(file, new byte[100]);
        assertError(ShmemException.DATA_CORRUPTED, "file \"" + file + "\" is not a segment",
            () -> Segment.attach(file));
        assertError(ShmemException.DATA_CORRUPTED, "file \"" + directory + "\" is not a segment",
            () -> Segment.attach(directory));
        Files.write(file, new byte[10_000]);
        assertError(ShmemException.DATA_CORRUPTED, "file \"" + file + "\" is not a segment",
            () -> Segment.attach(file));
        Files.delete(file);
        Segment.open(file, Peer.CONFIG).close();

        final byte[] good = Files.readAllBytes(file);
        assertAltered(good, SegmentLayout.VERSION_OFFSET, 99,
            "has layout version 99, this program has " + SegmentLayout.VERSION
                + ": end the other program's processes first");
        assertAltered(good, SegmentLayout.BYTE_ORDER_OFFSET, Integer.reverseBytes(SegmentLayout.BYTE_ORDER_MARK),
            "was written in the other byte order");
        assertAltered(good, SegmentLayout.STATE_OFFSET, 0, "is still being created");
        assertAltered(good, SegmentLayout.BOOT_ID_OFFSET, 0, "was left by another boot of this machine");
        assertAltered(good, SegmentLayout.PID_NAMESPACE_OFFSET, 0,
            "belongs to processes of another pid namespace: run both in one container");
        assertAltered(good, SegmentLayout.LENGTH_OFFSET, good.length + 1,
            "is truncated: " + good.length + " bytes of " + (good.length + 1));
        assertAltered(good, SegmentLayout.PROC_COUNT_OFFSET, 1 << 20, null);
        assertAltered(good, SegmentLayout.LOCK_COUNT_OFFSET, -1, null);
        assertAltered(good, SegmentLayout.COUNTER_CAPACITY_OFFSET, 1000, null);
        assertAltered(good, SegmentLayout.Section.LOCKS.offsetOffset(), 1, null);
        assertAltered(good, SegmentLayout.Section.HEAP.lengthOffset(), Integer.MAX_VALUE & -128, null);
    }

    private void assertAltered(final byte[] good, final int offset, final int value, final String message)
        throws IOException {
        final byte[] altered = good.clone();
        ByteBuffer.wrap(altered).order(ByteOrder.nativeOrder()).putInt(offset, value);
        Files.write(file, altered);
        final String actual = assertThrows(ShmemException.class, () -> Segment.attach(file)).getMessage();
        if (message == null) {
            assertTrue(actual.startsWith("segment \"" + file + "\" was altered: "), actual);
        } else {
            assertEquals("segment \"" + file + "\" " + message, actual);
        }
    }

    @Test
    void aFullDiskIsAnErrorAndLeavesNothing() throws IOException {
        // More than any disk has
        final ShmemException e = assertThrows(ShmemException.class,
            () -> Segment.open(file, new SegmentConfig(1L << 50, List.of(), 4)));
        assertEquals(ShmemException.DISK_FULL, e.sqlState());
        assertTrue(e.getMessage().startsWith(
            "could not resize shared memory segment \"" + file + "\" to " + (1L << 50) + " bytes: "), e.getMessage());
        assertEquals(List.of(), names());
    }

    @Test
    void anInterruptedThreadOpensAttachesAndRemoves() throws Exception {
        Thread.currentThread().interrupt();
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            assertTrue(segment.created());
            segment.getNamedDsmSegment(proc, "dsm", 8, dsm -> dsm.buffer().putLong(0, 1));
            try (SegmentReader reader = Segment.attachReadOnly(file)) {
                assertEquals(1, reader.procs().size());
            }
            assertTrue(Thread.interrupted());
        }
        try (ForkedJvm user = ForkedJvm.start(SegmentPeer.class, "open", file.toString())) {
            user.expect("ready");
            user.send("go");
            user.expect("true 2");
            Thread.currentThread().interrupt();
            Segment.attach(file).close();
            assertTrue(Thread.interrupted());
            user.kill();
        }
        Thread.currentThread().interrupt();
        Segment.remove(file);
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), names());
    }

    @Test
    void theBlocksAreThere() throws IOException {
        final long size = 8 << 20;
        try (Segment segment = Segment.open(file, new SegmentConfig(size, List.of(), 4))) {
            assertEquals(size, segment.length());
            final Object blocks = Files.getAttribute(file, "unix:nlink");
            assertEquals(1, blocks);
            // A hole would be skipped by SEEK_DATA; stat's block count says the same without it
            final Process du = new ProcessBuilder("du", "--block-size=1", file.toString()).start();
            final String used = new String(du.getInputStream().readAllBytes()).split("\\s")[0];
            assertTrue(Long.parseLong(used) >= size, used);
        }
    }

    @Test
    void aSegmentTooSmallForItsTablesSaysSo() throws IOException {
        final ShmemException e = assertThrows(ShmemException.class,
            () -> Segment.open(file, new SegmentConfig(8192, List.of(new Tranche("T", 100)), 100)));
        assertEquals(ShmemException.OUT_OF_MEMORY, e.sqlState());
        // Of one that was there before, what there is stays
        assertEquals(List.of(), names());
        Segment.open(file, Peer.CONFIG).close();
        assertThrows(ShmemException.class, () -> Segment.open(file, new SegmentConfig(1, List.of(), 100)));
        assertEquals(List.of("segment", "segment.lock"), names());
    }

    @Test
    void sizesAndTimesHaveLimits() {
        for (final long size : new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE, Long.MAX_VALUE - 8190}) {
            assertEquals("size must be 1 to " + (Long.MAX_VALUE - 8191) + ": size=" + size,
                assertThrows(IllegalArgumentException.class, () -> new SegmentConfig(size, List.of(), 4)).getMessage());
        }
        final ShmemException e = assertThrows(ShmemException.class,
            () -> Segment.open(file, new SegmentConfig(Long.MAX_VALUE - 8191, List.of(), 4)));
        assertEquals(ShmemException.DISK_FULL, e.sqlState());
        final Duration forever = ChronoUnit.FOREVER.getDuration();
        Segment.open(file, Peer.CONFIG.withStartUpTimeout(forever)).close();
        Segment.remove(file);
    }

    @Test
    void tranchesAreCheckedByNameAndCount() {
        try (Segment segment = Segment.open(file, Peer.CONFIG)) {
            assertSame(segment.lwLock("Safe", 3), segment.lwLock("Safe", 3));
            assertEquals("Safe", segment.lwLock("Safe", 3).tranche());
            assertThrows(IndexOutOfBoundsException.class, () -> segment.lwLock("Safe", 4));
            assertError(ShmemException.INTERNAL_ERROR, "requested tranche is not registered: Other",
                () -> segment.lwLock("Other", 0));
            assertError(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + segment.file()
                + "\" was created without 5 locks of tranche \"Safe\"",
                () -> Segment.open(file, new SegmentConfig(1 << 20, List.of(new Tranche("Safe", 5)), 4)));
        }
        final IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
            () -> new SegmentConfig(1, List.of(new Tranche("ShmemIndex", 1)), 4));
        assertEquals("requested tranche \"ShmemIndex\" is already registered", e.getMessage());
    }

    @Test
    void procSlotsRunOutAndComeBack() {
        try (Segment segment = Segment.open(file, new SegmentConfig(1 << 20, List.of(), 2))) {
            final Proc first = segment.attachProc("first");
            final Proc second = segment.attachProc("x".repeat(200));
            final ShmemException e = assertThrows(ShmemException.class, () -> segment.attachProc("third"));
            assertEquals(ShmemException.TOO_MANY_CONNECTIONS, e.sqlState());
            assertThrows(IllegalStateException.class, segment::close);
            first.close();
            assertEquals(first.procNumber(), segment.attachProc("third").procNumber());
            segment.latch(first.procNumber()).set();
            second.close();
            new Proc(segment, first.procNumber()).close();
        }
    }

    @Test
    void ofManyProcessesAtOnceExactlyOneCreates() throws Exception {
        for (int round = 1; round <= 3; round++) {
            final List<ForkedJvm> jvms = new ArrayList<>();
            try {
                for (int i = 0; i < 4; i++) {
                    jvms.add(ForkedJvm.start(Peer.class, "open", file.toString()));
                }
                for (final ForkedJvm jvm : jvms) {
                    jvm.expect("ready");
                }
                for (final ForkedJvm jvm : jvms) {
                    jvm.send("go");
                }
                int creators = 0;
                for (final ForkedJvm jvm : jvms) {
                    final String[] answer = jvm.readLine().split(" ");
                    creators += answer[0].equals("true") ? 1 : 0;
                    assertEquals(round, Long.parseLong(answer[1]));
                }
                assertEquals(1, creators);
            } finally {
                jvms.forEach(ForkedJvm::close);
            }
        }
        assertEquals(List.of("segment", "segment.lock"), names());
    }

    @Test
    void aTruncatedFileIsSeenBeforeItIsMapped() throws IOException {
        Segment.open(file, Peer.CONFIG).close();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(4096);
        }
        assertTruncated(4096, Peer.CONFIG.size());
        // Within the header
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(100);
        }
        assertTruncated(100, SegmentLayout.HEADER_LENGTH);
    }

    private void assertTruncated(final long actual, final long length) {
        final String message = "segment \"" + file + "\" is truncated: " + actual + " bytes of " + length;
        assertError(ShmemException.DATA_CORRUPTED, message, () -> Segment.attach(file));
        assertError(ShmemException.DATA_CORRUPTED, message, () -> Segment.attachReadOnly(file));
    }

    @Test
    void permissionDeniedIsSaid() throws Exception {
        Segment.open(file, Peer.CONFIG).close();
        final List<String> asOthers = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            asOthers.addAll(List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search"));
        }
        Files.setPosixFilePermissions(file, Set.of());
        Files.setPosixFilePermissions(SideFile.beside(file), Set.of());
        try (ForkedJvm jvm = ForkedJvm.start(asOthers, SegmentPeer.class, "errors", file.toString())) {
            for (int i = 0; i < 3; i++) {
                jvm.expect(ShmemException.INSUFFICIENT_PRIVILEGE + " could not open shared memory segment \"" + file
                    + "\": Permission denied");
            }
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertError(final String sqlState, final String message,
                                    final org.junit.jupiter.api.function.Executable action) {
        final ShmemException e = assertThrows(ShmemException.class, action);
        assertEquals(message, e.getMessage());
        assertEquals(sqlState, e.sqlState());
    }
}
