package dev.wharf.shmem.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteBackTest {
    private static final int LENGTH = (20 << 20) + 1;

    @TempDir
    private Path directory;

    private Path written() throws IOException {
        return Files.write(directory.resolve("file"), new byte[LENGTH]);
    }

    @Test
    void goesThroughTheFileInPieces() throws IOException {
        final AtomicInteger pieces = new AtomicInteger();
        WriteBack.await(written(), LENGTH, pieces::incrementAndGet);
        assertEquals(3, pieces.get());
    }

    @Test
    void endsWhereItIsInterrupted() throws IOException {
        final Path file = written();
        final AtomicInteger pieces = new AtomicInteger();
        assertThrows(CancellationException.class, () -> WriteBack.await(file, LENGTH, () -> {
            if (pieces.incrementAndGet() == 2) {
                throw new CancellationException();
            }
        }));
        assertEquals(2, pieces.get());
    }

    @Test
    void aFileThatIsNotThere() {
        final FileSystemException e = assertThrows(FileSystemException.class,
            () -> WriteBack.await(directory.resolve("none"), 1, () -> { }));
        assertEquals(directory.resolve("none") + ": No such file or directory", e.getMessage());
    }
}
