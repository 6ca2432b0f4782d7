package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sample extension queueworker: what its README promises. */
@Timeout(300)
class QueueWorkerSampleTest {
    private static final String TYPE = "queueworker";

    @TempDir
    private Path directory;

    private Served served(int workers) throws IOException {
        return new Served(directory, "queueworker",
                "shared_preload_libraries = 'dev.wharf.extensions.queueworker.QueueWorkers'", "queueworker.workers = " + workers)
                .serve();
    }

    private static void put(Served.Sql sql, String message) {
        assertEquals(List.of("SET"), sql.run("SET queueworker.put = '" + message + "'"));
    }

    private static List<String> messages(Served.Sql sql) {
        return sql.run("SHOW queueworker.messages");
    }

    private static void await(Served served, Served.Sql sql, List<String> expected) {
        Session.await(expected + ", there is " + messages(sql) + "; " + served.log(), () -> messages(sql).equals(expected));
    }

    /** Two processes put, two work, and one of those is killed every now and then: each message has one result. */
    @Test
    void noMessageIsLostWhoeverIsKilled() throws Exception {
        try (Served served = served(2)) {
            served.awaitWorkers(TYPE, 2);
            List<Served.Sql> sessions = List.of(served.sql(), served.sql());
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                put(sessions.get(i % 2), "message " + (char) ('a' + i));
                expected.add((i + 1) + "|message " + (char) ('a' + i) + "|done|MESSAGE "
                        + String.valueOf((char) ('a' + i)).toUpperCase(Locale.ROOT));
                if (i % 20 == 10) {
                    served.procs(TYPE).stream().findFirst().flatMap(proc -> ProcessHandle.of(proc.pid()))
                            .ifPresent(ProcessHandle::destroyForcibly);
                }
            }
            Served.Sql one = sessions.getFirst();
            Session.await("60 results; " + served.log(), () -> messages(one).stream().filter(row -> row.contains("|done|"))
                    .count() == 60);
            // Without the number of attempts: more than one where a worker was killed
            assertEquals(expected, messages(one).stream().map(row -> row.replaceFirst("\\|[123]\\|", "|")).toList());
            assertEquals(List.of("60|0|0|60"), one.run("SHOW queueworker.counts"));
            served.awaitWorkers(TYPE, 2);
        }
    }

    @Test
    void aMessageOutlivesItsWorkers() throws Exception {
        try (Served served = served(1)) {
            ProcessHandle first = served.awaitWorkers(TYPE, 1).getFirst();
            Served.Sql sql = served.sql();
            put(sql, "stay 1");
            put(sql, "fail 2");
            put(sql, "fail 9");
            await(served, sql, List.of("1|stay 1|taken|1|", "2|fail 2|ready|0|", "3|fail 9|ready|0|"));
            // A stopped one is alive
            Session.signal("STOP", first);
            assertEquals("1|stay 1|taken|1|", messages(sql).getFirst());
            first.destroyForcibly();
            await(served, sql, List.of("1|stay 1|done|2|STAY 1", "2|fail 2|done|3|FAIL 2", "3|fail 9|failed|3|"));
            assertTrue(served.log().contains("IllegalStateException: message 3 fails in attempt 3"), served::log);
            assertEquals(List.of("3|0|0|3"), sql.run("SHOW queueworker.counts"));
        }
    }

    @Test
    void aFullQueueRefuses() throws Exception {
        try (Served served = served(0)) {
            Served.Sql sql = served.sql();
            String refusal = "ERROR:  message queue is full, or the message too long";
            assertEquals(refusal, sql.run("SET queueworker.put = '" + "x".repeat(465) + "'").getFirst());
            for (int i = 0; i < 64; i++) {
                put(sql, "m" + i);
            }
            assertEquals(List.of(refusal, "DETAIL:  It has 64 places of 464 bytes."), sql.run("SET queueworker.put = 'more'"));
            assertEquals(List.of("64|64|0|0"), sql.run("SHOW queueworker.counts"));
        }
    }
}
