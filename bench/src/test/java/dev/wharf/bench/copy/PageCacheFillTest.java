package dev.wharf.bench.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageCacheFillTest {
    private static final int FILE_BYTES = 3 << 19;

    @TempDir
    Path directory;

    private List<Long> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.toFile().length()).toList();
        }
    }

    @Test
    void fillsUpToItsLimitAndCleansUp() throws IOException {
        try (PageCacheFill fill = new PageCacheFill(directory, 3L * FILE_BYTES, 0, FILE_BYTES)) {
            fill.fill();
            assertEquals(List.of((long) FILE_BYTES, (long) FILE_BYTES, (long) FILE_BYTES), files());
            fill.fill();
            assertEquals(3, files().size());
        }
        assertEquals(List.of(), files());
    }

    @Test
    void makesNothingWhereMemoryMayBeFree() throws IOException {
        try (PageCacheFill fill = new PageCacheFill(directory, Long.MAX_VALUE, Long.MAX_VALUE, FILE_BYTES)) {
            fill.fill();
            assertEquals(List.of(), files());
        }
    }
}
