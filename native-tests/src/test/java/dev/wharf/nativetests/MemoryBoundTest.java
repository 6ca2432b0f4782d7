package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wharf.core.DataDirectory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much memory a load takes at most, per process: by the size of its largest row, not of the file. */
class MemoryBoundTest {
    /** Peak resident set of each process of a load, in MiB, whatever the size of the file. */
    private static final long BOUND = 256;
    /** The same with a field of 200 MB, in MiB: the line as text, unescaped, as a column, and what these grew from. */
    private static final long BOUND_LARGE_FIELD = 1536;

    @TempDir
    private Path directory;

    private void assertPeaks(Session session, int processes, long bound) {
        var peaks = session.peaks();
        assertEquals(processes, peaks.size());
        for (long kilobytes : peaks) {
            assertTrue(kilobytes < bound << 10, "peaks in KiB: " + peaks);
        }
    }

    private void loadWithin(long fileBytes) throws IOException {
        Path file = directory.resolve("in.csv");
        Path data = directory.resolve("data");
        long rows = SampleData.write(file, 1, fileBytes);
        DataDirectory.init(data);
        try (Session session = Session.open(data)) {
            session.run("CREATE UNLOGGED TABLE t " + SampleData.COLUMNS + "; SET max_parallel_copy_workers = 1; "
                    + "SET parallel_setup_time = 0");
            session.run("workers 1");
            assertEquals("COPY " + rows, session.run(SampleData.copyFrom("t", file)));
            assertPeaks(session, 2, BOUND);
        }
    }

    @Test
    void ordinaryFile() throws IOException {
        loadWithin(300 << 20);
    }

    @Test
    @Tag("soak")
    void fileOfFourGigabytes() throws IOException {
        assumeTrue(Files.getFileStore(directory).getUsableSpace() > 12L << 30, "12 GiB of disk space needed");
        loadWithin(4L << 30);
    }

    /** One line among others with a field of 200 MB, quoted, with newlines and commas in it. */
    private Path fileWithLargeField() throws IOException {
        Path file = directory.resolve("in.csv");
        byte[] block = new byte[1_000_000];
        Arrays.fill(block, (byte) 'x');
        block[0] = ',';
        block[500_000] = '\n';
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            SampleData.write(out, 1, 1 << 20);
            out.write("2,1,\"".getBytes());
            for (int i = 0; i < 200; i++) {
                out.write(block);
            }
            out.write("\",1.50,2024-01-02,t\n".getBytes());
            SampleData.write(out, 3, 1 << 20);
        }
        return file;
    }

    /** Too large for this heap: an error, and the process goes on. */
    @Test
    void fieldThatDoesNotFit() throws IOException {
        Path file = fileWithLargeField();
        Path data = directory.resolve("data");
        DataDirectory.init(data);
        try (Session session = Session.start(data, List.of(), "128m")) {
            session.expect("ok open");
            session.run("CREATE TABLE t " + SampleData.COLUMNS + "; SET max_parallel_copy_workers = 0");
            assertEquals("error 53200\tout of memory\t", session.ask(SampleData.copyFrom("t", file)));
            DataDirectoryFiles.assertClean(data);
            SampleData.write(file, 1, 1 << 20);
            session.run(SampleData.copyFrom("t", file));
        }
    }

    @Test
    void fieldOf200Megabytes() throws IOException {
        Path file = fileWithLargeField();
        Path data = directory.resolve("data");
        DataDirectory.init(data);
        try (Session session = Session.open(data)) {
            session.run("CREATE TABLE t " + SampleData.COLUMNS + "; SET max_parallel_copy_workers = 1; "
                    + "SET min_parallel_copy_size = 0");
            session.run("workers 1");
            session.run(SampleData.copyFrom("t", file));
            assertPeaks(session, 2, BOUND_LARGE_FIELD);
            Path out = directory.resolve("out.csv");
            session.run(SampleData.copyTo("t", out));
            assertEquals(-1, Files.mismatch(file, out));
        }
    }
}
