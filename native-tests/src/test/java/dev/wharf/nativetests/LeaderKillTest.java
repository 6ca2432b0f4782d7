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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that dies leaves its table as before or as after, no workers, and nothing that the next start does not remove. */
class LeaderKillTest {
    private static final long OLD_BYTES = 1 << 20;
    private static final long NEW_BYTES = 8 << 20;
    private static final int TASK_BYTES = 64 << 10;

    @TempDir
    private Path directory;
    private Path data;
    private Path before;
    private Path load;
    private Path after;
    private Path out;

    @BeforeEach
    void makeFiles() throws IOException {
        data = directory.resolve("data");
        before = directory.resolve("before.csv");
        load = directory.resolve("load.csv");
        after = directory.resolve("after.csv");
        out = directory.resolve("out.csv");
        SampleData.write(before, 1, OLD_BYTES);
        SampleData.write(load, 2, NEW_BYTES);
        try (var all = Files.newOutputStream(after)) {
            Files.copy(before, all);
            Files.copy(load, all);
        }
        DataDirectory.init(data);
    }

    private Session start() {
        Session session = Session.open(data);
        session.run(SampleData.parallel(2, TASK_BYTES));
        return session;
    }

    private void killAtRandomMoments(Random random, int rounds) throws IOException {
        long duration;
        try (Session session = start()) {
            session.run("CREATE TABLE t " + SampleData.COLUMNS);
            long begin = System.nanoTime();
            session.run(SampleData.copyFrom("t", load));
            duration = System.nanoTime() - begin;
        }
        for (int round = 0; round < rounds; round++) {
            Session leader = start();
            try (leader) {
                leader.run("TRUNCATE t");
                leader.run(SampleData.copyFrom("t", before));
                leader.send(SampleData.copyFrom("t", load));
                Session.pass(random.nextLong(duration + duration / 8));
                leader.kill();
                List<ProcessHandle> orphans = DataDirectoryFiles.workers(data);
                Session.await("the ends of the workers", () -> orphans.stream().noneMatch(ProcessHandle::isAlive));
                assertEquals(List.of(), DataDirectoryFiles.workers(data));
            }
            try (Session next = start()) {
                DataDirectoryFiles.assertClean(data);
                next.run(SampleData.copyTo("t", out));
                if (Files.mismatch(before, out) != -1) {
                    assertEquals(-1, Files.mismatch(after, out), "neither as before nor as after");
                }
                next.run("TRUNCATE t");
                next.run(SampleData.copyFrom("t", load));
                next.run(SampleData.copyTo("t", out));
                assertEquals(-1, Files.mismatch(load, out));
                assertEquals(0, next.quit());
            }
        }
    }

    @Test
    void atRandomMoments() throws IOException {
        killAtRandomMoments(new Random(20260802), 8);
    }

    @Test
    @Tag("soak")
    void atFiftyRandomMoments() throws IOException {
        killAtRandomMoments(new Random(50), 50);
    }

    /** A worker that was stopped when its leader died must not wake up in the COPY of the next leader. */
    @Test
    void stoppedWorkerOutlivesIt() throws IOException {
        List<ProcessHandle> orphans;
        try (Session leader = start()) {
            leader.run("CREATE TABLE t " + SampleData.COLUMNS + "; SET parallel_leader_participation = off");
            leader.run("workers 2");
            leader.send(SampleData.copyFrom("t", load));
            Path base = data.resolve("base");
            Session.await("a load's directory", () -> hasLoad(base) || leader.answered());
            orphans = leader.workers();
            orphans.forEach(worker -> Session.signal("STOP", worker));
            leader.kill();
        }
        try (Session next = start()) {
            next.run("TRUNCATE t");
            next.run("workers 2");
            for (int i = 0; i < 3; i++) {
                next.send(SampleData.copyFrom("t", load));
                if (i == 1) {
                    orphans.forEach(worker -> Session.signal("CONT", worker));
                }
                assertTrue(next.receive().startsWith("ok COPY"), next.said());
                next.run(SampleData.copyTo("t", out));
                assertEquals(-1, Files.mismatch(load, out));
                next.run("TRUNCATE t");
            }
            Session.await("the ends of the orphans", () -> orphans.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            orphans.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static boolean hasLoad(Path base) {
        try (var files = Files.walk(base)) {
            return files.anyMatch(p -> p.getFileName().toString().startsWith("part-"));
        } catch (IOException | java.io.UncheckedIOException _) {
            // A directory that went while it was being read
            return false;
        }
    }

    /** Kills a process that does nothing but create, fill, empty and drop tables. */
    @Test
    void betweenTheStepsOfDdl() throws IOException {
        Random random = new Random(7);
        String statements = "CREATE TABLE u " + SampleData.COLUMNS + "; " + SampleData.copyFrom("u", before) + "; TRUNCATE u; "
                + SampleData.copyFrom("u", before) + "; DROP TABLE u; ";
        try (Session first = start()) {
            first.run("CREATE TABLE t " + SampleData.COLUMNS);
            first.run(SampleData.copyFrom("t", before));
        }
        for (int round = 0; round < 3; round++) {
            try (Session victim = Session.open(data)) {
                victim.send("SET max_parallel_copy_workers = 0; " + statements.repeat(100));
                Session.pass(random.nextLong(1_500_000_000L));
                assertFalse(victim.answered(), "it was killed too late to matter");
                victim.kill();
            }
            try (Session next = start()) {
                DataDirectoryFiles.assertClean(data);
                next.run(SampleData.copyTo("t", out));
                assertEquals(-1, Files.mismatch(before, out));
                next.run("DROP TABLE IF EXISTS u; CREATE TABLE u " + SampleData.COLUMNS);
                next.run(SampleData.copyFrom("u", before) + "; DROP TABLE u");
            }
        }
    }
}
