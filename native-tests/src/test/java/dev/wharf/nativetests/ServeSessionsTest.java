package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.guc.ServerParameters;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of sessions, processes of their own, when {@code wharf serve} ends, or one of its workers crashes. */
@Timeout(300)
class ServeSessionsTest {
    private static final long FILE_BYTES = 1 << 20;
    private static final int TASK_BYTES = 64 << 10;
    private static final String ADMIN_SHUTDOWN = "error 57P01\tterminating connection due to administrator command\t";
    private static final String CRASH =
            "error 57P02\tterminating connection because of crash of another server process\t";

    @TempDir
    private Path directory;
    private Path data;
    private Path file;
    private Path pipe;

    @BeforeEach
    void makeDirectory() throws IOException, InterruptedException {
        data = directory.resolve("data").toAbsolutePath();
        file = directory.resolve("in.csv");
        pipe = directory.resolve("pipe");
        SampleData.write(file, 1, FILE_BYTES);
        DataDirectory.init(data);
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    }

    private Session session() {
        Session session = Session.open(data);
        session.run(SampleData.parallel(1, TASK_BYTES));
        return session;
    }

    /** Has the session begin a COPY, which reads until what this gives is closed. */
    private OutputStream beginCopy(Session session, String table) throws IOException {
        session.send(SampleData.copyFrom(table, pipe));
        // Opens once there is a reader
        OutputStream out = new FileOutputStream(pipe.toFile());
        SampleData.write(out, 2, FILE_BYTES);
        out.flush();
        return out;
    }

    private void load(Session session, String table) {
        session.run("CREATE TABLE " + table + " " + SampleData.COLUMNS);
        session.run(SampleData.copyFrom(table, file));
    }

    private void check(String table) throws IOException {
        Path out = directory.resolve("out.csv");
        Files.deleteIfExists(out);
        try (Session session = session()) {
            session.run(SampleData.copyTo(table, out));
        }
        assertEquals(-1, Files.mismatch(file, out), "the first byte that differs");
        DataDirectoryFiles.assertClean(data);
    }

    private List<String> wharf(int exit, String... words) throws IOException, InterruptedException {
        List<String> command = Served.java("dev.wharf.cli.Wharf");
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.startsWith("WARNING: Using incubator modules")).toList();
        assertEquals(exit, process.waitFor(), said.toString());
        return said;
    }

    private String pidFile() {
        try {
            return Files.readString(data.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSmartShutdownLetsNobodyIn() throws Exception {
        try (ServeProcess server = ServeProcess.ready(data); Session session = session()) {
            server.signal("TERM");
            server.expect("received smart shutdown request");
            Session.await("postmaster.pid", () -> pidFile().endsWith("\nstopping\n"));
            try (Session late = Session.start(data, List.of())) {
                late.expect("error 57P03\tthe database system is shutting down\t");
                assertEquals(0, late.awaitEnd());
            }
            assertEquals(List.of("FATAL:  the database system is shutting down"),
                    wharf(2, "sql", "-D", data.toString(), "-c", "SHOW server_encoding"));
            load(session, "t");
            assertTrue(server.isAlive());
            assertEquals(0, session.quit());
            assertEquals(0, server.awaitEnd());
        }
        check("t");
    }

    @Test
    void aFastShutdownEndsSessions() throws Exception {
        try (ServeProcess server = ServeProcess.ready(data); Session idle = session(); Session copying = session();
                Session parallel = session()) {
            load(idle, "t");
            parallel.run("workers 1");
            OutputStream rows = beginCopy(copying, "t");
            server.signal("INT");
            server.expect("received fast shutdown request");
            copying.expect(ADMIN_SHUTDOWN);
            assertEquals(0, server.awaitEnd());
            rows.close();
            // They are processes of their own, and have left the segment
            for (Session session : List.of(idle, copying, parallel)) {
                assertTrue(session.isAlive());
                assertEquals(ADMIN_SHUTDOWN, session.ask("TRUNCATE t"));
                assertEquals(0, session.quit());
            }
            assertFalse(Files.exists(data.resolve("postmaster.pid")));
            assertTrue(Files.readString(data.resolve("wharf.log"))
                    .contains("FATAL:  terminating connection due to administrator command"));
        }
        assertEquals(List.of(), DataDirectoryFiles.workers(data));
        check("t");
    }

    /** As psql: the rest of a script is not run, and the exit code tells. */
    @Test
    void theShellTellsWhatBecameOfItsSession() throws Exception {
        try (Served served = new Served(directory.resolve("served"), "locklab").serve()) {
            Served.Sql sql = served.sql();
            assertEquals(List.of("UTF8"), sql.run("SHOW server_encoding"));
            served.stop();
            sql.send("SHOW server_encoding; SHOW server_encoding");
            assertEquals(List.of("FATAL:  terminating connection due to administrator command"), sql.rest());
            assertEquals(2, sql.awaitEnd());
        }
    }

    /** The same without a COPY that waits: in the middle of a parallel one, wherever that is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aLoadLeavesItsTableAsItWas(int seed) throws Exception {
        Path large = directory.resolve("large.csv");
        SampleData.write(large, 1, 32 * FILE_BYTES);
        try (ServeProcess server = ServeProcess.ready(data); Session session = session()) {
            load(session, "t");
            session.run("workers 1");
            session.send(SampleData.copyFrom("t", large));
            Session.pass(new Random(seed).nextLong(100_000_000L));
            server.signal("INT");
            String answer = session.receive();
            assertEquals(0, server.awaitEnd());
            if (answer.equals(ADMIN_SHUTDOWN)) {
                check("t");
            } else {
                assertTrue(answer.startsWith("ok COPY"), answer);
                assertEquals(ADMIN_SHUTDOWN, session.ask("TRUNCATE t"));
            }
        }
    }

    @Test
    void aCrashEndsSessionsIfItIsToRestartAll() throws Exception {
        Files.writeString(ServerParameters.file(data), "crash_policy = restart_all\n", StandardOpenOption.APPEND);
        try (ServeProcess server = ServeProcess.ready(data); Session idle = session(); Session copying = session()) {
            idle.run("SHOW crash_policy");
            load(idle, "t");
            idle.run("workers 2");
            List<ProcessHandle> workers = server.workers();
            assertEquals(2, workers.size());
            OutputStream rows = beginCopy(copying, "t");
            workers.getFirst().destroyForcibly();
            server.expect("(PID " + workers.getFirst().pid() + ") was terminated by signal 9: Killed");
            server.expect("terminating any other active server processes");
            server.expect("all server processes terminated; reinitializing");
            server.expect("database system is ready to accept connections");
            copying.expect(CRASH);
            rows.close();
            assertEquals(CRASH, idle.ask("SHOW server_encoding"));
            assertTrue(workers.stream().noneMatch(ProcessHandle::isAlive));
            // It goes on with memory as new
            check("t");
            try (Session next = session()) {
                next.run("workers 2");
                assertEquals(2, server.workers().size());
                load(next, "u");
                assertEquals(List.of(), next.workers());
            }
            check("u");
            assertTrue(Files.readString(data.resolve("wharf.log")).contains(
                    "HINT:  In a moment you should be able to reconnect to the database and repeat your command."));
            server.signal("INT");
            assertEquals(0, server.awaitEnd());
        }
    }

    @Test
    void memoryOfExtensionsIsMadeAnew() throws Exception {
        try (Served served = new Served(directory.resolve("served"), "queueworker", "crash_policy = restart_all",
                "shared_preload_libraries = 'dev.wharf.extensions.queueworker.QueueWorkers'", "queueworker.workers = 1")
                .serve()) {
            ProcessHandle worker = served.awaitWorkers("queueworker", 1).getFirst();
            Served.Sql before = served.sql();
            for (String message : List.of("one", "two")) {
                before.run("SET queueworker.put = '" + message + "'");
            }
            Session.await("results", () -> before.run("SHOW queueworker.counts").equals(List.of("2|0|0|2")));
            worker.destroyForcibly();
            served.expect("all server processes terminated; reinitializing");
            served.expect("database system is ready to accept connections");
            before.send("SHOW queueworker.counts");
            assertEquals(List.of("WARNING:  terminating connection because of crash of another server process",
                    "DETAIL:  The postmaster has commanded this server process to roll back the current transaction and exit, "
                            + "because another server process exited abnormally and possibly corrupted shared memory.",
                    "HINT:  In a moment you should be able to reconnect to the database and repeat your command."),
                    before.rest());
            assertEquals(2, before.awaitEnd());
            served.awaitWorkers("queueworker", 1);
            Served.Sql after = served.sql();
            assertEquals(List.of("0|0|0|0"), after.run("SHOW queueworker.counts"));
            after.run("SET queueworker.put = 'three'");
            Session.await("a result", () -> after.run("SHOW queueworker.messages").equals(List.of("1|three|done|1|THREE")));
            served.stop();
        }
    }
}
