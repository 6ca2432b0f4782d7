package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad rows in files of some size: a worker that dies leaves out none of them and tells of none twice, and memory is bounded. */
class BadRowsKillTest {
    /** Peak resident set of each process of a load, in MiB. */
    private static final long BOUND = 256;

    @TempDir
    private Path directory;

    private Path file;
    private Path rejects;
    private Session leader;

    private Path write(int rows, int oneIn) throws IOException {
        Path csv = directory.resolve("in.csv");
        try (BufferedWriter out = Files.newBufferedWriter(csv)) {
            for (int r = 0; r < rows; r++) {
                out.write((r % oneIn == oneIn - 1 ? "bad " : "") + r + ",word " + r * 31 % 1009
                        + (r % 7 == 0 ? ",\"two\nlines\"" : ",x") + "\n");
            }
        }
        return csv;
    }

    private String copy() {
        return "COPY t FROM " + SampleData.quote(file) + " (FORMAT csv, ON_ERROR ignore, REJECT_FILE "
                + SampleData.quote(rejects) + ")";
    }

    private Session open(int rows, int oneIn) throws IOException {
        file = write(rows, oneIn);
        rejects = directory.resolve("rejects.csv");
        Path data = directory.resolve("data");
        DataDirectory.init(data);
        leader = Session.open(data);
        leader.run("CREATE UNLOGGED TABLE t (a int, b text, c text)");
        return leader;
    }

    @Test
    void killedWorkers() throws IOException {
        int rows = 600_000;
        int oneIn = 20;
        Random random = new Random(20260901);
        try (Session session = open(rows, oneIn)) {
            session.run("SET max_parallel_copy_workers = 0");
            long begin = System.nanoTime();
            String tag = session.run(copy());
            long nanos = System.nanoTime() - begin;
            assertEquals("COPY " + (rows - rows / oneIn), tag);
            Path serial = Files.move(rejects, directory.resolve("serial.csv"));
            Path table = directory.resolve("serial.out");
            session.run(SampleData.copyTo("t", table));
            session.run(SampleData.parallel(2, 64 << 10));
            for (int round = 0; round < 6; round++) {
                session.run("TRUNCATE t");
                session.run("workers 2");
                session.send(copy());
                Session.pass(random.nextLong(nanos));
                List<ProcessHandle> workers = session.workers();
                workers.stream().limit(1 + round % 2).forEach(ProcessHandle::destroyForcibly);
                session.expect("ok " + tag);
                assertEquals(-1, Files.mismatch(serial, rejects), "the first byte of the reject file that differs");
                Files.delete(rejects);
                Path out = directory.resolve("parallel.out");
                session.run(SampleData.copyTo("t", out));
                assertEquals(-1, Files.mismatch(table, out), "the first byte of the table that differs");
            }
        }
    }

    /** Two million of them, and all that is told of them. */
    @Test
    void memoryIsBounded() throws IOException {
        int rows = 2_000_000;
        try (Session session = open(rows, 1)) {
            session.run("SET max_parallel_copy_workers = 1; SET parallel_setup_time = 0");
            session.run("workers 1");
            assertEquals("COPY 0", session.run(copy().replace("REJECT_FILE", "LOG_VERBOSITY verbose, REJECT_FILE")));
            try (var lines = Files.lines(rejects)) {
                assertEquals(1 + rows + (rows + 6) / 7, lines.count());
            }
            for (long kilobytes : session.peaks()) {
                assertTrue(kilobytes < BOUND << 10, () -> "peaks in KiB: " + session.peaks());
            }
        }
    }
}
