package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment whose bytes are not all within reach of an int. */
@Tag("soak")
class LargeSegmentTest {
    private static final long SIZE = 3L << 30;
    private static final long STRUCT = 5L << 29;

    @TempDir
    private Path directory;

    @Test
    void structsBeyond2GiB() throws IOException {
        final Path file = directory.resolve("segment");
        assumeTrue(Files.getFileStore(directory).getUsableSpace() > 2 * SIZE, "there is no room for 3 GiB here");
        try (Segment segment = Segment.open(file, new SegmentConfig(SIZE, List.of(), 8));
             Proc proc = segment.attachProc("test"); SegmentReader reader = Segment.attachReadOnly(file)) {
            final ShmemStruct large = segment.shmemInitStruct(proc, "large", STRUCT);
            final ShmemStruct last = segment.shmemInitStruct(proc, "last", 4096);
            assertTrue(last.offset() > Integer.MAX_VALUE);
            assertThrows(ArithmeticException.class, () -> segment.buffer(large));
            final UnsafeBuffer end = segment.buffer(large, STRUCT - 4096, 4096);
            end.getAndAddLong(4088, 42);
            segment.buffer(last).putLong(0, 43);
            assertThrows(IndexOutOfBoundsException.class, () -> segment.buffer(large, STRUCT - 4096, 4097));
            assertEquals(42, reader.memory(large.offset(), STRUCT).get(ValueLayout.JAVA_LONG, STRUCT - 8));
            assertEquals(43, reader.memory(last.offset(), 8).get(ValueLayout.JAVA_LONG, 0));
            final DsmSegment dsm = segment.getNamedDsmSegment(proc, "large", 64, fresh -> fresh.buffer().putLong(0, 44));
            assertEquals(44, dsm.buffer(0, 8).getLong(0));
        }
        Segment.remove(file);
    }
}
