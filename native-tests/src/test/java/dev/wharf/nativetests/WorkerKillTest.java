package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A worker that dies, or stops, in the middle of a COPY costs time, never rows. */
@TestInstance(Lifecycle.PER_CLASS)
class WorkerKillTest {
    private static final long FILE_BYTES = 16 << 20;
    private static final int TASK_BYTES = 64 << 10;
    private static final int WORKERS = 2;

    private Path data;
    private Path file;
    private Path out;
    private long rows;
    private Session leader;
    /** How long an undisturbed load and an undisturbed COPY TO take, about. */
    private long loadNanos;
    private long writeNanos;

    @BeforeAll
    void load(@TempDir Path directory) throws IOException {
        data = directory.resolve("data");
        file = directory.resolve("in.csv");
        out = directory.resolve("out.csv");
        rows = SampleData.write(file, 1, FILE_BYTES);
        DataDirectory.init(data);
        start();
        leader.run("CREATE TABLE t " + SampleData.COLUMNS);
        leader.run(SampleData.copyFrom("t", file));
        check();
        long begin = System.nanoTime();
        truncateAndLoad();
        leader.expect("ok COPY " + rows);
        loadNanos = System.nanoTime() - begin;
        check();
        writeNanos = System.nanoTime() - begin - loadNanos;
        end();
    }

    @BeforeEach
    void start() {
        leader = Session.open(data);
        leader.run(SampleData.parallel(WORKERS, TASK_BYTES));
    }

    @AfterEach
    void end() {
        leader.close();
    }

    private void truncateAndLoad() {
        leader.run("TRUNCATE t");
        leader.send(SampleData.copyFrom("t", file));
    }

    private void check() throws IOException {
        Files.deleteIfExists(out);
        assertEquals("COPY " + rows, leader.run(SampleData.copyTo("t", out)));
        assertEquals(-1, Files.mismatch(file, out), "the first byte that differs");
    }

    private void killAtRandomMoments(Random random, int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            truncateAndLoad();
            Session.pass(random.nextLong(loadNanos));
            List<ProcessHandle> workers = leader.workers();
            if (!workers.isEmpty()) {
                workers.get(random.nextInt(workers.size())).destroyForcibly();
            }
            leader.expect("ok COPY " + rows);
            check();
        }
    }

    @Test
    void oneAtRandomMoments() throws IOException {
        killAtRandomMoments(new Random(20260801), 8);
    }

    @Test
    @Tag("soak")
    void oneAtFiftyRandomMoments() throws IOException {
        killAtRandomMoments(new Random(50), 50);
    }

    @Test
    void allAtOnce() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 3; round++) {
            truncateAndLoad();
            leader.awaitWorkers(WORKERS);
            Session.pass(random.nextLong(loadNanos));
            leader.workers().forEach(ProcessHandle::destroyForcibly);
            leader.expect("ok COPY " + rows);
            check();
        }
    }

    @Test
    void whileStarting() throws IOException {
        Random random = new Random(4);
        for (int round = 0; round < 3; round++) {
            leader.workers().forEach(ProcessHandle::destroyForcibly);
            Session.await("no workers", () -> leader.workers().isEmpty());
            truncateAndLoad();
            List<ProcessHandle> born = leader.awaitWorkers(1);
            Session.pass(random.nextLong(TimeUnit.MILLISECONDS.toNanos(300)));
            born.forEach(ProcessHandle::destroyForcibly);
            leader.expect("ok COPY " + rows);
            check();
        }
    }

    @Test
    void betweenTwoLoads() throws IOException {
        leader.run("workers " + WORKERS);
        List<ProcessHandle> before = leader.workers();
        assertEquals(WORKERS, before.size());
        before.forEach(ProcessHandle::destroyForcibly);
        Session.await("no workers", () -> leader.workers().isEmpty());
        leader.run("workers " + WORKERS);
        assertEquals(WORKERS, leader.workers().size(), "the dead were replaced");
        truncateAndLoad();
        leader.expect("ok COPY " + rows);
        check();
    }

    @Test
    void stoppedThenKilled() throws IOException {
        Random random = new Random(5);
        leader.run("workers " + WORKERS);
        for (int round = 0; round < 3; round++) {
            truncateAndLoad();
            Session.pass(random.nextLong(loadNanos));
            List<ProcessHandle> workers = leader.workers();
            if (!workers.isEmpty()) {
                ProcessHandle victim = workers.get(random.nextInt(workers.size()));
                Session.signal("STOP", victim);
                Session.pass(random.nextLong(loadNanos));
                victim.destroyForcibly();
            }
            leader.expect("ok COPY " + rows);
            check();
        }
    }

    /** The leader leaves the work to one worker, which is stopped: the load can only wait for it. */
    @Test
    void stoppedIsNotDead() throws IOException {
        leader.run("SET max_parallel_copy_workers = 1; SET parallel_leader_participation = off");
        leader.run("workers 1");
        ProcessHandle worker = leader.workers().getFirst();
        leader.run("TRUNCATE t");
        Session.signal("STOP", worker);
        leader.send(SampleData.copyFrom("t", file));
        Session.pass(TimeUnit.SECONDS.toNanos(1));
        assertFalse(leader.answered(), "the load ended without its only worker");
        assertTrue(worker.isAlive());
        Session.signal("CONT", worker);
        leader.expect("ok COPY " + rows);
        assertEquals(List.of(worker), leader.workers());
        check();
    }

    @Test
    void whileWritingOut() throws IOException {
        Random random = new Random(6);
        truncateAndLoad();
        leader.expect("ok COPY " + rows);
        for (int round = 0; round < 6; round++) {
            leader.run("workers " + WORKERS);
            Files.deleteIfExists(out);
            leader.send(SampleData.copyTo("t", out));
            Session.pass(random.nextLong(writeNanos));
            leader.workers().stream().limit(1 + round % WORKERS).forEach(ProcessHandle::destroyForcibly);
            leader.expect("ok COPY " + rows);
            assertEquals(-1, Files.mismatch(file, out), "the first byte that differs");
        }
    }
}
