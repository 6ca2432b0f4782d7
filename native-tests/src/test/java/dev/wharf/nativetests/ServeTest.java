package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.views.PgShmemAllocations;
import dev.wharf.core.views.PgStatActivity;
import dev.wharf.core.views.PgStatLWLock;
import dev.wharf.core.views.PgStatProgressCopy;
import dev.wharf.core.views.PgWaitEvents;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code wharf serve}: its start and end, and the workers that it keeps for sessions, which are other processes. */
class ServeTest {
    private static final long FILE_BYTES = 4 << 20;
    private static final int TASK_BYTES = 64 << 10;

    @TempDir
    private Path directory;
    private Path data;
    private Path file;
    private Path out;

    @BeforeEach
    void makeDirectory() throws IOException {
        data = directory.resolve("data");
        file = directory.resolve("in.csv");
        out = directory.resolve("out.csv");
        SampleData.write(file, 1, FILE_BYTES);
        DataDirectory.init(data);
    }

    private Session session() {
        Session session = Session.open(data);
        session.run(SampleData.parallel(1, TASK_BYTES));
        return session;
    }

    private void loadAndCheck(Session session, String table) throws IOException {
        session.run("CREATE TABLE IF NOT EXISTS " + table + " " + SampleData.COLUMNS + "; TRUNCATE " + table);
        session.run(SampleData.copyFrom(table, file));
        check(session, table);
    }

    private void check(Session session, String table) throws IOException {
        Files.deleteIfExists(out);
        session.run(SampleData.copyTo(table, out));
        assertEquals(-1, Files.mismatch(file, out), "the first byte that differs");
    }

    private void assertNobodyLeft(List<ProcessHandle> workers) throws IOException {
        Session.await("the ends of the workers", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
        assertEquals(List.of(), DataDirectoryFiles.workers(data));
        DataDirectoryFiles.assertClean(data);
    }

    @ParameterizedTest
    @CsvSource({"TERM, smart", "INT, fast"})
    void endsInOrder(String signal, String mode) throws IOException {
        try (ServeProcess server = ServeProcess.ready(data)) {
            List<String> pidFile = Files.readAllLines(data.resolve("postmaster.pid"));
            assertEquals(Long.toString(server.pid()), pidFile.getFirst());
            assertEquals(data.toAbsolutePath().toString(), pidFile.get(1));
            assertEquals("ready   ", pidFile.getLast());
            try (Session session = session()) {
                session.run("workers 1");
                assertEquals(0, session.quit());
            }
            List<ProcessHandle> workers = server.workers();
            assertEquals(1, workers.size());
            server.signal(signal);
            server.expect("received " + mode + " shutdown request");
            server.expect("database system is shut down");
            assertEquals(0, server.awaitEnd());
            assertFalse(Files.exists(data.resolve("postmaster.pid")));
            assertNobodyLeft(workers);
        }
    }

    @Test
    void smartWaitsForSessions() throws IOException {
        try (ServeProcess server = ServeProcess.ready(data); Session session = session()) {
            server.signal("TERM");
            server.expect("received smart shutdown request");
            loadAndCheck(session, "t");
            assertTrue(server.isAlive());
            assertEquals(0, session.quit());
            assertEquals(0, server.awaitEnd());
        }
    }

    /** It asks nobody; and what is left to do is done at the next start. */
    @Test
    void immediateShutdown() throws IOException {
        try (ServeProcess server = ServeProcess.ready(data); Session session = session()) {
            session.run("workers 1");
            loadAndCheck(session, "t");
            List<ProcessHandle> workers = server.workers();
            server.signal("QUIT");
            server.expect("received immediate shutdown request");
            server.expect("was terminated by signal 9: Killed");
            server.expect("database system is shut down");
            assertEquals(0, server.awaitEnd());
            assertFalse(Files.exists(data.resolve("postmaster.pid")));
            assertNobodyLeft(workers);
            assertEquals("error 57P01\tterminating connection due to immediate shutdown command\t", session.ask("TRUNCATE t"));
        }
        startsAfterACrash();
    }

    /** Its thread dump is asked for by the same signal. */
    @Test
    void toolsCanAttach() throws IOException, InterruptedException {
        try (ServeProcess server = ServeProcess.ready(data)) {
            for (int i = 0; i < 2; i++) {
                Process jstack = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                        Long.toString(server.pid())).redirectErrorStream(true).start();
                String text = new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, jstack.waitFor(), text);
                assertTrue(text.contains("\"postmaster\""), text);
            }
            assertTrue(server.isAlive());
            server.signal("QUIT");
            server.expect("received immediate shutdown request");
            assertEquals(0, server.awaitEnd());
        }
    }

    /** What cannot clean up after itself: the workers see it, and so does the next start. */
    @Test
    void isKilled() throws IOException {
        try (ServeProcess server = ServeProcess.ready(data); Session session = session()) {
            session.run("workers 1");
            List<ProcessHandle> workers = server.workers();
            server.signal("KILL");
            server.awaitEnd();
            assertNobodyLeft(workers);
            loadAndCheck(session, "t");
        }
        startsAfterACrash();
    }

    private void startsAfterACrash() throws IOException {
        try (ServeProcess next = ServeProcess.start(data); Session session = session()) {
            next.expect("database system was not properly shut down; automatic recovery in progress");
            next.expect("database system is ready to accept connections");
            check(session, "t");
            loadAndCheck(session, "t");
        }
    }

    @Test
    void secondIsRefused() {
        try (ServeProcess server = ServeProcess.ready(data); ServeProcess second = ServeProcess.start(data)) {
            second.expect("FATAL:  lock file \"postmaster.pid\" already exists");
            second.expect("HINT:  Is another postmaster (PID " + server.pid() + ") running in data directory \""
                    + data.toAbsolutePath() + "\"?");
            assertEquals(1, second.awaitEnd());
            assertTrue(server.isAlive());
            assertTrue(Files.exists(data.resolve("postmaster.pid")));
        }
    }

    @Test
    void workersStayWarmForTheNextSession() throws IOException {
        try (ServeProcess server = ServeProcess.ready(data)) {
            ProcessHandle worker;
            try (Session first = session()) {
                first.run("workers 1");
                worker = server.workers().getFirst();
                loadAndCheck(first, "t");
                assertEquals(List.of(), first.workers());
                assertEquals(0, first.quit());
            }
            try (Session second = session()) {
                second.run("SET parallel_leader_participation = off");
                loadAndCheck(second, "t");
                loadAndCheck(second, "u");
                assertEquals(List.of(), second.workers());
                assertEquals(List.of(worker), server.workers());
            }
        }
    }

    @Test
    void sessionsSideBySide() throws IOException {
        try (ServeProcess server = ServeProcess.ready(data); Session one = session(); Session two = session()) {
            one.run("CREATE TABLE t " + SampleData.COLUMNS + "; CREATE TABLE u " + SampleData.COLUMNS);
            one.run("workers 1");
            for (int i = 0; i < 3; i++) {
                one.run("TRUNCATE t");
                two.run("TRUNCATE u");
                one.send(SampleData.copyFrom("t", file));
                two.send(SampleData.copyFrom("u", file));
                assertTrue(one.receive().startsWith("ok COPY"), one.said());
                assertTrue(two.receive().startsWith("ok COPY"), two.said());
                check(one, "t");
                check(two, "u");
            }
            assertEquals(List.of(), one.workers());
            assertEquals(List.of(), two.workers());
            assertFalse(server.workers().isEmpty());
        }
    }

    /** One that was too short to have a worker started for it has one started for the next. */
    @Test
    void workersComeForTheNextSession() throws IOException {
        try (ServeProcess server = ServeProcess.ready(data); Session session = Session.open(data)) {
            session.run("SET max_parallel_copy_workers = 1; SET min_parallel_copy_size = 0; SET parallel_setup_time = '1d'");
            loadAndCheck(session, "t");
            Session.await("a worker", () -> server.workers().size() == 1);
            assertEquals(List.of(), session.workers());
        }
    }

    @Test
    void idleWorkersAreLetGo() throws IOException {
        try (ServeProcess server = ServeProcess.ready(data); Session session = session()) {
            session.run("workers 2");
            List<ProcessHandle> workers = server.workers();
            assertEquals(2, workers.size());
            Files.writeString(data.resolve("wharf.conf"), "parallel_copy_worker_idle_timeout = 1ms\n");
            server.signal("HUP");
            server.expect("parameter \"parallel_copy_worker_idle_timeout\" changed to \"1ms\"");
            assertNobodyLeft(workers);
            loadAndCheck(session, "t");
        }
    }

    @Test
    void leaderIsKilled() throws IOException {
        Random random = new Random(20260803);
        try (ServeProcess server = ServeProcess.ready(data)) {
            try (Session first = session()) {
                loadAndCheck(first, "t");
            }
            for (int round = 0; round < 4; round++) {
                try (Session victim = session()) {
                    victim.run("workers 1");
                    victim.run("TRUNCATE t");
                    victim.send(SampleData.copyFrom("t", file));
                    Session.pass(random.nextLong(300_000_000L));
                    victim.kill();
                }
                try (Session next = session()) {
                    next.run("workers 1");
                    DataDirectoryFiles.assertClean(data);
                    loadAndCheck(next, "t");
                    assertEquals(List.of(), next.workers(), "the postmaster's are used");
                }
            }
            assertTrue(server.isAlive());
        }
    }

    @Test
    void serverOrWorkerIsKilledInACopy() throws IOException {
        Random random = new Random(20260804);
        try (Session session = session()) {
            session.run("CREATE TABLE t " + SampleData.COLUMNS);
            for (int round = 0; round < 4; round++) {
                try (ServeProcess server = ServeProcess.ready(data)) {
                    session.run("workers 1");
                    session.run("TRUNCATE t");
                    List<ProcessHandle> workers = server.workers();
                    session.send(SampleData.copyFrom("t", file));
                    Session.pass(random.nextLong(300_000_000L));
                    if (round % 2 == 0) {
                        server.signal("KILL");
                    } else {
                        workers.forEach(ProcessHandle::destroyForcibly);
                    }
                    assertTrue(session.receive().startsWith("ok COPY"), session.said());
                    check(session, "t");
                }
            }
        }
    }

    @Test
    void aViewTellsHowFarACopyIs() throws IOException, InterruptedException {
        Path pipe = directory.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        try (ServeProcess server = ServeProcess.ready(data); Session session = session()) {
            session.run("CREATE TABLE t " + SampleData.COLUMNS);
            assertEquals(List.of(), server.view(new PgStatProgressCopy()));
            session.send(SampleData.copyFrom("t", pipe));
            try (OutputStream rows = new FileOutputStream(pipe.toFile())) {
                Files.copy(file, rows);
                Session.await("progress", () -> server.view(new PgStatProgressCopy()).stream()
                        .anyMatch(row -> (Long) row.get("tuples_processed") > 0));
                Map<String, Object> row = server.view(new PgStatProgressCopy()).getFirst();
                assertEquals((int) session.pid(), row.get("pid"));
                assertEquals("COPY FROM", row.get("command"));
                assertEquals("FILE", row.get("type"));
                assertEquals(0L, row.get("bytes_total"), "of a pipe nobody knows");
                assertTrue((Long) row.get("bytes_processed") <= Files.size(file), row.toString());
                assertEquals(0L, row.get("tuples_excluded"));
                assertEquals(0L, row.get("tuples_skipped"));
                List<String> command = Served.java("dev.wharf.cli.Wharf", "stat", "-D", data.toString(),
                        "pg_stat_progress_copy", "--json");
                Process stat = new ProcessBuilder(command).redirectErrorStream(true).start();
                String text = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, stat.waitFor(), text);
                assertTrue(text.contains("{\"pid\":" + session.pid() + ",") && text.contains("\"command\":\"COPY FROM\""), text);
            }
            assertTrue(session.receive().startsWith("ok COPY"), session.said());
            assertEquals(List.of(), server.view(new PgStatProgressCopy()));
            check(session, "t");
        }
    }

    @Test
    void viewsTellWhoDoesWhat() throws IOException {
        try (ServeProcess server = ServeProcess.ready(data); Session session = session()) {
            session.run("workers 1");
            session.run("SET application_name = 'the test'");
            loadAndCheck(session, "t");
            session.run("SHOW application_name");
            Session.await("an idle worker", () -> server.view(new PgStatActivity()).stream()
                    .anyMatch(row -> "ParallelWorkerMain".equals(row.get("wait_event"))));
            List<Map<String, Object>> activity = server.view(new PgStatActivity());
            Map<String, Object> own = activity.stream().filter(row -> "client backend".equals(row.get("backend_type")))
                    .findFirst().orElseThrow();
            assertEquals((int) session.pid(), own.get("pid"));
            assertEquals("idle", own.get("state"));
            assertEquals("SHOW application_name", own.get("query"));
            assertEquals("the test", own.get("application_name"));
            Map<String, Object> worker = activity.stream()
                    .filter(row -> "parallel copy worker".equals(row.get("backend_type"))).findFirst().orElseThrow();
            assertEquals((int) server.workers().getFirst().pid(), worker.get("pid"));
            assertEquals("Activity", worker.get("wait_event_type"));
            assertTrue(server.view(new PgShmemAllocations()).stream().anyMatch(row -> row.get("name") == null));
            assertTrue(server.view(new PgStatLWLock()).stream().anyMatch(row -> "ParallelCopy".equals(row.get("tranche"))));
            assertTrue(server.view(new PgWaitEvents()).stream().anyMatch(row -> "ParallelFinish".equals(row.get("name"))));
        }
    }
}
