package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creating, attaching, removing: several processes at once, and creators that die. */
@Timeout(120)
class SegmentCreationTest {
    private static final Path TMPFS = Path.of("/dev/shm");

    @TempDir
    private Path directory;
    /** Stands for a tmpfs. */
    private Path elsewhere;
    private Path file;

    @BeforeEach
    void name() throws IOException {
        file = Files.createDirectory(directory.resolve("data")).toRealPath().resolve("segment");
        elsewhere = Files.createDirectory(directory.resolve("shm")).toRealPath();
    }

    static Stream<Arguments> deaths() {
        return EnumSet.range(FailPoint.CREATE_CLEARED, FailPoint.CREATE_RENAMED).stream().flatMap(step -> Stream.of(true, false)
            .filter(linked -> linked || step != FailPoint.CREATE_LINKED).map(linked -> Arguments.of(step, linked)));
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void whatACreatorThatDiedLeavesIsCleared(final FailPoint step, final boolean linked) throws Exception {
        // An older one, whose bytes are where the new one's are not
        final SegmentConfig before = linked ? Peer.CONFIG : Peer.CONFIG.withSharedMemoryDirectory(elsewhere);
        Segment.open(file, before).close();
        final Path dsm = SegmentLocation.dsm(SegmentLocation.current(file), 3);
        Files.writeString(dsm, "old");
        try (ForkedJvm creator = linked ? create(step, elsewhere) : create(step)) {
            creator.awaitStopped();
            assertBeingCreated(creator.pid());
            creator.kill();
        }
        assertFalse(Files.exists(dsm));
        if (step == FailPoint.CREATE_RENAMED || linked && step == FailPoint.CREATE_CLEARED) {
            assertError(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE,
                "segment \"" + file + "\" was left by processes that have all ended", () -> Segment.attach(file));
        } else {
            assertError(ShmemException.UNDEFINED_FILE,
                "could not open shared memory segment \"" + file + "\": No such file or directory", () -> Segment.attach(file));
        }
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            assertTrue(segment.created());
            assertFalse(segment.shmemInitStruct(proc, "new", 8).found());
        }
        assertEquals(List.of("segment", "segment.lock"), names(file.getParent()));
        assertEquals(List.of(), names(elsewhere));
    }

    private ForkedJvm create(final FailPoint step, final Path... sharedMemory) throws IOException {
        final List<String> args = new ArrayList<>(List.of("create", file.toString(), step.name()));
        Stream.of(sharedMemory).map(Path::toString).forEach(args::add);
        return ForkedJvm.startArmed(step + ":1:STOP", SegmentPeer.class, args.toArray(String[]::new));
    }

    private void assertBeingCreated(final long pid) {
        final String message =
            "segment \"" + file + "\" is being created or opened by process " + pid + ": waited 30 ms for it";
        assertError(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, message,
            () -> Segment.open(file, Peer.CONFIG.withStartUpTimeout(Duration.ofMillis(30))));
        assertError(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, message,
            () -> Segment.attach(file, Duration.ofMillis(30)));
    }

    @Test
    void ofManyProcessesAtOnceOneCreates() throws Exception {
        for (int round = 1; round <= 2; round++) {
            final List<ForkedJvm> jvms = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    jvms.add(ForkedJvm.start(
                        SegmentPeer.class, "open", file.toString(), "", elsewhere.toString()));
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
                }
                answers.sort(null);
                assertEquals(List.of("false " + round, "false " + round, "true " + round), answers);
            } finally {
                jvms.forEach(ForkedJvm::close);
            }
        }
        assertEquals(1, names(elsewhere).size());
        Segment.remove(file);
        assertEquals(List.of(), names(file.getParent()));
        assertEquals(List.of(), names(elsewhere));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoHasItOpenIsNeverRobbedOfIt(final boolean linked) throws Exception {
        final List<ForkedJvm> jvms = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                final List<String> args = new ArrayList<>(List.of("churn", file.toString(), "40"));
                if (linked) {
                    args.add(elsewhere.toString());
                }
                jvms.add(ForkedJvm.start(SegmentPeer.class, args.toArray(String[]::new)));
            }
            for (int i = 0; i < 100; i++) {
                failToOpen();
            }
            int removed = 0;
            for (final ForkedJvm jvm : jvms) {
                removed += Integer.parseInt(jvm.readLine().split(" ")[1]);
                assertEquals(0, jvm.await());
            }
            assertTrue(removed > 0);
        } finally {
            jvms.forEach(ForkedJvm::close);
        }
        if (Files.exists(file)) {
            Segment.remove(file);
        }
        assertEquals(List.of(), names(elsewhere));
        assertEquals(List.of(), names(file.getParent()));
    }

    /** Unless somebody has it: it deletes the lock file that others may wait for. */
    private void failToOpen() {
        try {
            Segment.open(file, new SegmentConfig(1, List.of(), 4)).close();
        } catch (final ShmemException e) {
            assertEquals(ShmemException.OUT_OF_MEMORY, e.sqlState());
        }
    }

    @Test
    void onlyWhatNobodyIsAttachedToIsRemoved() throws Exception {
        assertError(ShmemException.UNDEFINED_FILE,
            "could not remove shared memory segment \"" + file + "\": No such file or directory", () -> Segment.remove(file));
        assertEquals(List.of(), names(file.getParent()));
        final Segment segment = Segment.open(file, Peer.CONFIG);
        try (ForkedJvm peer = hold()) {
            assertInUse(ProcessHandle.current().pid());
            segment.close();
            assertInUse(peer.pid());
            peer.kill();
        }
        Segment.remove(file);
        assertEquals(List.of(), names(file.getParent()));

        Files.writeString(file, "not a segment");
        assertError(ShmemException.DATA_CORRUPTED, "file \"" + file + "\" is not a segment", () -> Segment.remove(file));
        assertTrue(Files.exists(file));
    }

    private ForkedJvm hold() throws IOException {
        final ForkedJvm jvm = ForkedJvm.start(SegmentPeer.class, "hold", file.toString());
        jvm.expect("held");
        return jvm;
    }

    private void assertInUse(final long pid) {
        assertError(ShmemException.OBJECT_IN_USE, "segment \"" + file + "\" is in use by process " + pid
            + ": end it first, then remove the segment", () -> Segment.remove(file));
    }

    @Test
    void itsBytesMayLieInATmpfs() throws IOException {
        assumeTrue(Files.isDirectory(TMPFS), "there is no tmpfs here");
        final SegmentConfig config = Peer.CONFIG.withSharedMemoryDirectory(TMPFS);
        final Path target;
        try (Segment segment = Segment.open(file, config); Proc proc = segment.attachProc("test")) {
            target = Files.readSymbolicLink(file);
            assertEquals(TMPFS, target.getParent());
            final FileStore store = Files.getFileStore(file);
            assertEquals("tmpfs", store.type());
            segment.buffer(segment.shmemInitStruct(proc, "x", 8)).putLong(0, 42);
            try (SegmentReader reader = Segment.attachReadOnly(file)) {
                assertTrue(reader.isLive());
            }
        }
        // The same place again, and the generation goes on
        try (Segment segment = Segment.open(file, config)) {
            assertEquals(2, segment.generation());
            assertEquals(target, Files.readSymbolicLink(file));
        }
        Segment.remove(file);
        assertFalse(Files.exists(target));
        assertEquals(List.of(), names(file.getParent()));
    }

    @Test
    void aTmpfsThatIsFullIsAnErrorAndLeavesNothing() throws IOException {
        assumeTrue(Files.isDirectory(TMPFS), "there is no tmpfs here");
        final long tooMuch = Files.getFileStore(TMPFS).getTotalSpace() + (1L << 30) & -8192;
        final SegmentConfig config = new SegmentConfig(tooMuch, List.of(), 4).withSharedMemoryDirectory(TMPFS);
        assertError(ShmemException.DISK_FULL, "could not resize shared memory segment \"" + file + "\" to " + tooMuch
            + " bytes: No space left on device", () -> Segment.open(file, config));
        assertEquals(List.of(), names(file.getParent()));
        try (Stream<Path> files = Files.list(TMPFS)) {
            assertEquals(List.of(), files.filter(path -> path.toString().endsWith(".new")).toList());
        }
    }

    private static List<String> names(final Path directory) throws IOException {
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
