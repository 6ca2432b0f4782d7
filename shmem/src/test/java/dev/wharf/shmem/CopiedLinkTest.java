package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory with a segment whose bytes lie elsewhere is copied: what is done to the copy does the segment no harm. */
@Timeout(60)
class CopiedLinkTest {
    @TempDir
    private Path temporary;
    /** Stands for a tmpfs. */
    private Path elsewhere;
    private Path copies;
    private Path copy;
    private Path target;
    private Segment live;
    private Proc proc;
    private ShmemStruct struct;

    @BeforeEach
    void copy() throws Exception {
        final Path directory = Files.createDirectory(temporary.toRealPath().resolve("data"));
        elsewhere = Files.createDirectory(directory.resolveSibling("shm"));
        copies = directory.resolveSibling("copies");
        live = Segment.open(directory.resolve("segment"), Peer.CONFIG.withSharedMemoryDirectory(elsewhere));
        proc = live.attachProc("test");
        struct = live.shmemInitStruct(proc, "struct", Long.BYTES);
        live.buffer(struct).putLong(0, 42);
        live.getNamedDsmSegment(proc, "dsm", 8, dsm -> dsm.buffer().putLong(0, 43));
        target = Files.readSymbolicLink(live.file());
        assertEquals(0, new ProcessBuilder("cp", "-a", directory.toString(), copies.toString()).inheritIO().start().waitFor());
        copy = copies.resolve("segment");
        assertTrue(Files.isSymbolicLink(copy) && Files.exists(SideFile.beside(copy)));
    }

    @AfterEach
    void theSegmentIsAsItWas() throws Exception {
        try (Segment _ = live; Proc _ = proc) {
            assertTrue(live.isStillThere());
            assertEquals(target, Files.readSymbolicLink(live.file()));
            assertEquals(List.of(target.getFileName().toString(), target.getFileName() + ".dsm.0"), names(elsewhere));
            assertEquals(42, live.buffer(struct).getLong(0));
            try (ForkedJvm other = ForkedJvm.start(SegmentPeer.class, "dsm", live.file().toString(), "dsm", "8")) {
                other.expect("ready");
                other.send("go");
                other.expect("true");
            }
        }
        Segment.remove(live.file());
        assertEquals(List.of(), names(elsewhere));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void openingItMakesOneOfItsOwn(final boolean linked) throws IOException {
        final SegmentConfig config = linked ? Peer.CONFIG.withSharedMemoryDirectory(elsewhere) : Peer.CONFIG;
        try (Segment own = Segment.open(copy, config); Proc other = own.attachProc("test")) {
            assertTrue(own.created());
            assertFalse(own.shmemInitStruct(other, "struct", Long.BYTES).found());
            assertTrue(live.isStillThere());
        }
        Segment.remove(copy);
        assertEquals(List.of(), names(copies));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void removingItRemovesTheLink(final boolean withLockFile) throws IOException {
        if (!withLockFile) {
            Files.delete(SideFile.beside(copy));
        }
        Segment.remove(copy);
        assertEquals(List.of(), names(copies));
    }

    @Test
    void attachingSaysWhatItIs() throws IOException {
        for (int i = 0; i < 2; i++) {
            final ShmemException e = assertThrows(ShmemException.class, () -> Segment.attach(copy));
            assertEquals("segment \"" + copy + "\" is only a link to \"" + target
                + "\", which belongs to a segment of another name: attach to that one", e.getMessage());
            assertEquals(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, e.sqlState());
            // The link alone was copied
            Files.deleteIfExists(SideFile.beside(copy));
        }
        assertEquals(List.of("segment"), names(copies));
    }

    private static List<String> names(final Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
