package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sequence gives no number twice, and a load's numbers are those of a serial load: with many processes, and when some die. */
class SequencesTest {
    private static final int TASK_BYTES = 4_000;

    @TempDir
    private Path directory;
    private Path data;
    private final List<Session> sessions = new ArrayList<>();

    @BeforeEach
    void init() throws IOException {
        data = directory.resolve("data");
        DataDirectory.init(data);
    }

    @AfterEach
    void end() {
        sessions.forEach(Session::close);
    }

    private Session start(int workers) {
        Session session = Session.start(data, List.of());
        sessions.add(session);
        session.expect("ok open");
        session.run(SampleData.parallel(workers, TASK_BYTES));
        return session;
    }

    private Path file(String prefix, int rows) throws IOException {
        StringBuilder csv = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            csv.append(prefix).append(i).append('\n');
        }
        return Files.write(directory.resolve(prefix + rows + ".csv"), csv.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String copy(String table, Path file) {
        return "COPY " + table + " (a) FROM " + SampleData.quote(file) + " (FORMAT csv)";
    }

    private List<String> rows(Session session, String table) throws IOException {
        Path out = directory.resolve(table + ".out");
        session.run(SampleData.copyTo(table, out));
        return Files.readAllLines(out);
    }

    private static List<Long> numbers(List<String> rows) {
        return rows.stream().map(row -> Long.parseLong(row.substring(0, row.indexOf(',')))).toList();
    }

    @Test
    void manyLoadsOfOneSequence() throws IOException {
        int rows = 4_000;
        int loads = 3;
        for (int i = 0; i < loads; i++) {
            start(1);
        }
        sessions.getFirst().run("CREATE SEQUENCE s INCREMENT BY 5");
        for (int i = 0; i < loads; i++) {
            sessions.getFirst().run("CREATE TABLE t" + i + " (n bigint DEFAULT nextval('s'), a text)");
        }
        Path file = file("x", rows);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < loads; i++) {
                sessions.get(i).send(copy("t" + i, file));
            }
            for (Session session : sessions) {
                assertEquals("ok COPY " + rows, session.receive());
            }
        }
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < loads; i++) {
            List<Long> numbers = numbers(rows(sessions.getFirst(), "t" + i));
            all.addAll(numbers);
            for (int r = 0; r < numbers.size(); r++) {
                assertEquals(numbers.get(r - r % rows) + 5L * (r % rows), numbers.get(r), "row " + r + " of table t" + i);
            }
        }
        assertEquals(LongStream.range(0, 3L * loads * rows).mapToObj(n -> 1 + 5 * n).toList(), all.stream().sorted().toList());
    }

    @Test
    void workersDie() throws IOException {
        int rows = 60_000;
        Session session = start(2);
        session.run("CREATE TABLE t (n serial, a text)");
        Path file = file("x", rows);
        session.send(copy("t", file));
        session.awaitWorkers(1).forEach(ProcessHandle::destroyForcibly);
        assertEquals("ok COPY " + rows, session.receive());
        List<String> expected = LongStream.range(0, rows).mapToObj(n -> n + 1 + ",x" + n).toList();
        assertEquals(expected, rows(session, "t"));
    }

    /** Killed at whatever moment: what is in the table then has numbers that the next load does not get. */
    @Test
    void leadersDie() throws IOException {
        int rows = 20_000;
        Path file = file("x", rows);
        int rounds = 4;
        Session survivor = start(0);
        survivor.run("CREATE TABLE t (n serial, a text)");
        for (int round = 0; round < rounds; round++) {
            Session leader = start(1);
            leader.send(copy("t", file));
            Session.pass(round * 60_000_000L);
            leader.kill();
            survivor.run(copy("t", file));
        }
        List<Long> numbers = numbers(rows(survivor, "t"));
        assertEquals(0, numbers.size() % rows);
        assertTrue(numbers.size() >= rounds * rows);
        for (int r = 1; r < numbers.size(); r++) {
            assertTrue(numbers.get(r) > numbers.get(r - 1), "row " + r);
            assertFalse(r % rows != 0 && numbers.get(r) != numbers.get(r - 1) + 1, "a gap inside a load, at row " + r);
        }
    }

    @Test
    void aSequenceOutlivesProcesses() throws IOException {
        Path file = file("x", 3);
        start(0).run("CREATE SEQUENCE s START 7; CREATE TABLE t (n int DEFAULT nextval('s'), a text); " + copy("t", file));
        sessions.removeLast().close();
        Session second = start(0);
        second.run(copy("t", file));
        assertEquals(List.of(7L, 8L, 9L, 10L, 11L, 12L), numbers(rows(second, "t")));
        second.run("DROP TABLE t; DROP SEQUENCE s");
        try (var left = Files.list(data.resolve("base"))) {
            assertEquals(List.of(), left.toList());
        }
    }
}
