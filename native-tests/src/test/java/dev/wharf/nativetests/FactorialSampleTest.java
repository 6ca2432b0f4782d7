package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sample extension factorial: sessions ask its worker. */
@Timeout(300)
class FactorialSampleTest {
    @TempDir
    private Path directory;

    private Served served() throws IOException {
        return new Served(directory, "factorial", "shared_preload_libraries = 'dev.wharf.extensions.factorial.Factorial'");
    }

    private static String factorial(int n) {
        BigInteger product = BigInteger.ONE;
        for (int factor = 2; factor <= n; factor++) {
            product = product.multiply(BigInteger.valueOf(factor));
        }
        return product.toString();
    }

    @Test
    void exactHoweverLargeForSeveralProcesses() throws Exception {
        try (Served served = served().serve()) {
            served.awaitWorkers("factorial", 1);
            Served.Sql one = served.sql();
            Served.Sql other = served.sql();
            for (int n : new int[] {0, 1, 2, 20, 21, 1000}) {
                assertEquals(List.of("SET", factorial(n)), one.run("SET factorial.n = " + n + "; SHOW factorial.answer"));
            }
            // Longer than the queue, at once
            one.send("SET factorial.n = 20001; SHOW factorial.answer");
            other.send("SET factorial.n = 20000; SHOW factorial.answer");
            assertEquals(List.of("SET", factorial(20_000)), other.receive());
            assertEquals(List.of("SET", factorial(20_001)), one.receive());
            assertEquals(List.of("8|8"), other.run("SHOW factorial.counts"));
            served.stop();
            assertEquals(List.of("ERROR:  factorial worker is not running", "HINT:  It runs while the data directory is served."),
                    served.sql().run("SHOW factorial.answer"));
        }
    }

    /** It is in the middle of a number that takes seconds, and the session gets its answer from the next one. */
    @Test
    void aKilledWorkersWorkIsDoneAgain() throws Exception {
        try (Served served = served().serve()) {
            ProcessHandle first = served.awaitWorkers("factorial", 1).getFirst();
            Served.Sql session = served.sql();
            assertEquals(List.of("0|0"), session.run("SHOW factorial.counts"));
            Session.signal("STOP", first);
            session.send("SET factorial.n = 3000; SHOW factorial.answer");
            Served.Sql other = served.sql();
            Session.await("the request", () -> other.run("SHOW factorial.counts").equals(List.of("1|0")));
            first.destroyForcibly();
            assertEquals(List.of("SET", factorial(3000)), session.receive());
            assertTrue(served.awaitWorkers("factorial", 1).getFirst().pid() != first.pid());
        }
    }

    @Test
    void aKilledSessionLeavesItsPlace() throws Exception {
        try (Served served = served().serve()) {
            ProcessHandle worker = served.awaitWorkers("factorial", 1).getFirst();
            Session.signal("STOP", worker);
            Served.Sql watching = served.sql();
            for (int i = 1; i <= 3; i++) {
                Served.Sql killed = served.sql();
                killed.send("SET factorial.n = 30000; SHOW factorial.answer");
                String asked = i + "|0";
                Session.await("the request", () -> watching.run("SHOW factorial.counts").equals(List.of(asked)));
                killed.handle().destroyForcibly();
                killed.handle().onExit().join();
            }
            Session.signal("CONT", worker);
            assertEquals(List.of("SET", "120"), watching.run("SET factorial.n = 5; SHOW factorial.answer"));
        }
    }
}
