package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no segment's, at the names that one would use: they stay as they are. */
@Timeout(60)
class ForeignFilesTest {
    @TempDir
    private Path temporary;
    private Path directory;
    private Path file;

    @BeforeEach
    void name() throws IOException {
        directory = temporary.toRealPath();
        file = directory.resolve("segment");
    }

    @Test
    void aFileThatIsNoSegmentIsNotReplaced() throws IOException {
        for (final String text : new String[] {"notes", "x".repeat(10_000), "WHARFSHM"}) {
            Files.writeString(file, text);
            assertRefused(file);
        }
        // What a crash of the machine leaves of a segment that never came to the disk
        Files.write(file, new byte[10_000]);
        Segment.open(file, Peer.CONFIG).close();
        Segment.remove(file);
        Files.createDirectory(file);
        assertRefused(file);
        Files.delete(file);
        for (final String target : new String[] {"elsewhere", "wharf-notes"}) {
            Files.createSymbolicLink(file, directory.resolve(target));
            assertRefused(file);
            Segment.open(directory.resolve("other"), Peer.CONFIG).close();
            Files.copy(directory.resolve("other"), directory.resolve(target));
            assertRefused(file);
            Files.delete(file);
            Segment.remove(directory.resolve("other"));
        }
    }

    @Test
    void norIsOneBesideASegment() throws IOException {
        final Path unfinished = directory.resolve("segment.new");
        Files.writeString(unfinished, "new notes");
        assertRefused(unfinished);
        Files.delete(unfinished);
        Segment.open(file, Peer.CONFIG).close();
        Files.writeString(unfinished, "new notes");
        assertRefused(unfinished);
        Files.delete(unfinished);
        Files.createSymbolicLink(unfinished, file);
        assertRefused(unfinished);
        Segment.remove(file);
        assertEquals(Map.of("segment.new", Arrays.hashCode(file.toString().getBytes())), files());
    }

    @Test
    void onlyDsmFilesOfASegmentsOwnNamesGo() throws IOException {
        for (final String name : new String[] {"0", "127", "128", "00", "x", "1.bak", "", "12345678901234567890"}) {
            Files.writeString(directory.resolve("segment.dsm." + name), "x");
        }
        Files.createDirectory(directory.resolve("segment.dsm.5"));
        Segment.open(file, Peer.CONFIG).close();
        Segment.remove(file);
        assertEquals("[segment.dsm., segment.dsm.00, segment.dsm.1.bak, segment.dsm.12345678901234567890, segment.dsm.128, "
            + "segment.dsm.5, segment.dsm.x]", files().keySet().toString());
    }

    private void assertRefused(final Path foreign) throws IOException {
        final Map<String, Integer> before = files();
        for (int i = 0; i < 2; i++) {
            final SegmentConfig config = i == 0 ? Peer.CONFIG : Peer.CONFIG.withSharedMemoryDirectory(directory);
            final ShmemException e = assertThrows(ShmemException.class, () -> Segment.open(file, config));
            assertEquals("file \"" + foreign + "\" is not a segment", e.getMessage());
            assertEquals(ShmemException.DATA_CORRUPTED, e.sqlState());
            assertEquals(before, files());
        }
    }

    /** Their names and what is in them: of links, where they lead. */
    private Map<String, Integer> files() throws IOException {
        final Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path path : files.toList()) {
                final byte[] bytes;
                if (Files.isSymbolicLink(path)) {
                    bytes = Files.readSymbolicLink(path).toString().getBytes();
                } else {
                    bytes = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.readAllBytes(path) : null;
                }
                contents.put(path.getFileName().toString(), Arrays.hashCode(bytes));
            }
        }
        return contents;
    }
}
