package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that know nothing of each other, on one data directory at once. */
class TwoProcessesTest {
    private static final int TASK_BYTES = 64 << 10;

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

    /** Starts them all before any has attached. */
    private void start(int count, int workers) {
        for (int i = 0; i < count; i++) {
            sessions.add(Session.start(data, List.of()));
        }
        for (Session session : sessions) {
            session.expect("ok open");
            session.run(SampleData.parallel(workers, TASK_BYTES));
        }
    }

    private Path file(int number, long bytes) throws IOException {
        Path file = directory.resolve("in" + number + ".csv");
        SampleData.write(file, number, bytes);
        return file;
    }

    private void loadDifferentTables(int count, int workers, long bytes) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(file(i, bytes));
        }
        start(count, workers);
        for (int i = 0; i < count; i++) {
            sessions.get(i).send("CREATE TABLE t" + i + " " + SampleData.COLUMNS + "; "
                    + SampleData.copyFrom("t" + i, files.get(i)) + "; "
                    + SampleData.copyTo("t" + i, directory.resolve("out" + i)));
        }
        for (int i = 0; i < count; i++) {
            String answer = sessions.get(i).receive();
            assertTrue(answer.startsWith("ok COPY"), answer);
            assertEquals(-1, Files.mismatch(files.get(i), directory.resolve("out" + i)), "table t" + i);
        }
        // Each sees what the others did.
        for (int i = 0; i < count; i++) {
            sessions.get((i + 1) % count).run(SampleData.copyTo("t" + i, directory.resolve("seen" + i)));
            assertEquals(-1, Files.mismatch(files.get(i), directory.resolve("seen" + i)), "table t" + i);
        }
        DataDirectoryFiles.assertClean(data);
    }

    @Test
    void twoLoadDifferentTables() throws IOException {
        loadDifferentTables(2, 1, 6 << 20);
    }

    @Test
    void tenLoadDifferentTables() throws IOException {
        loadDifferentTables(10, 0, 1 << 20);
    }

    /** Each load is in the table whole, in its own order, and in one piece. */
    @Test
    void threeLoadTheSameTable() throws IOException {
        int count = 3;
        Map<Integer, Path> files = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            files.put(i, file(i, 4 << 20));
        }
        start(count, 1);
        sessions.getFirst().run("CREATE TABLE t " + SampleData.COLUMNS);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < count; i++) {
                sessions.get(i).send(SampleData.copyFrom("t", files.get(i)));
            }
            for (Session session : sessions) {
                String answer = session.receive();
                assertTrue(answer.startsWith("ok COPY"), answer);
            }
        }
        Path out = directory.resolve("out.csv");
        sessions.getLast().run(SampleData.copyTo("t", out));
        int[] seen = new int[count];
        try (InputStream all = Files.newInputStream(out)) {
            for (int n = 0; n < 2 * count; n++) {
                byte[] first = all.readNBytes(1);
                int source = first[0] - '0';
                byte[] expected = Files.readAllBytes(files.get(source));
                byte[] rest = all.readNBytes(expected.length - 1);
                assertTrue(Arrays.equals(expected, 1, expected.length, rest, 0, rest.length), "load " + n + " of the table");
                seen[source]++;
            }
            assertEquals(0, all.readAllBytes().length);
        }
        assertEquals("[2, 2, 2]", Arrays.toString(seen));
        DataDirectoryFiles.assertClean(data);
    }

    /** DROP, CREATE and TRUNCATE race with COPY: a COPY is whole or says that there is no such table. */
    @Test
    void ddlRacesWithCopy() throws IOException {
        Path file = file(1, 1 << 20);
        start(3, 1);
        String create = "CREATE TABLE t " + SampleData.COLUMNS;
        sessions.getFirst().run(create);
        int rounds = 12;
        for (int round = 0; round < rounds; round++) {
            sessions.get(0).send(SampleData.copyFrom("t", file));
            sessions.get(1).send(SampleData.copyFrom("t", file));
            sessions.get(2).send(round % 3 == 0 ? "TRUNCATE t" : "DROP TABLE t; " + create);
            for (int i = 0; i < 2; i++) {
                String answer = sessions.get(i).receive();
                assertTrue(answer.startsWith("ok COPY")
                        || answer.startsWith("error 42P01\trelation \"t\" does not exist"), answer);
            }
            String answer = sessions.get(2).receive();
            assertTrue(answer.startsWith("ok "), answer);
            Path out = directory.resolve("out.csv");
            sessions.get(2).run(SampleData.copyTo("t", out));
            assertEquals(0, Files.size(out) % Files.size(file), "half a load is in the table");
            assertTrue(Files.size(out) <= 2 * Files.size(file));
        }
        DataDirectoryFiles.assertClean(data);
    }

    /** Who creates first wins; the others are told. */
    @Test
    void sameTableCreatedByAll() {
        start(3, 0);
        for (int round = 0; round < 20; round++) {
            String create = "CREATE TABLE c" + round + " (a int)";
            sessions.forEach(session -> session.send(create));
            int made = 0;
            for (Session session : sessions) {
                String answer = session.receive();
                made += answer.equals("ok CREATE TABLE") ? 1 : 0;
                assertTrue(answer.startsWith("ok ") || answer.startsWith("error 42P07\t"), answer);
            }
            assertEquals(1, made);
        }
    }
}
