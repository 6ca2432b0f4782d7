package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.guc.ServerParameters;
import dev.wharf.shmem.LWLockStatus;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sample extension locklab: its counters add up, and {@code wharf stat} shows them. */
@Timeout(300)
class LockLabSampleTest {
    private static final int ACQUIRES = 20_000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"spinning, 2, 50", "no_barging, 3, 10", "distributed_readers, 2, 0"})
    void countersAddUp(String algorithm, int workers, int writers) throws Exception {
        try (Served served = new Served(directory, "locklab", "shared_preload_libraries = 'dev.wharf.extensions.locklab.LockLab'",
                "locklab.algorithm = " + algorithm, "locklab.workers = " + workers, "locklab.writers = " + writers,
                "locklab.acquires = " + ACQUIRES).serve()) {
            Served.Sql sql = served.sql();
            Session.await("the workers' ends; " + served.log(), () -> sum(sql, "exclusive") + sum(sql, "shared")
                    == (long) workers * ACQUIRES);
            assertEquals(0, sum(sql, "broken"));
            assertEquals(4 * workers, sql.run("SHOW locklab.report").size());
            assertTrue(writers > 0 ? sum(sql, "exclusive") > 0 : sum(sql, "exclusive") == 0);
            String stat = stat(served);
            assertTrue(stat.contains("locklab 1 shared"), stat);
            // The workers hand in what the lock has counted as they end, or are reaped
            served.stop();
            LWLockStatus lock = lock(served);
            assertEquals(algorithm, lock.algorithm().name().toLowerCase(Locale.ROOT));
            assertEquals(workers * ACQUIRES, lock.stats().sharedAcquires() + lock.stats().exclusiveAcquires());
        }
    }

    /** By SIGHUP, of which the supervisor tells the workers: at first nobody writes, then everybody. */
    @Test
    void settingsFollowTheFile() throws Exception {
        try (Served served = new Served(directory, "locklab", "shared_preload_libraries = 'dev.wharf.extensions.locklab.LockLab'",
                "locklab.workers = 2", "locklab.writers = 0", "locklab.acquires = 0").serve()) {
            Served.Sql sql = served.sql();
            Session.await("readers; " + served.log(), () -> counters(sql, "shared").size() == 2
                    && counters(sql, "shared").stream().allMatch(count -> count > 0));
            assertEquals(List.of(0L, 0L), counters(sql, "exclusive"));
            Files.writeString(ServerParameters.file(served.data), "locklab.writers = 100\n", StandardOpenOption.APPEND);
            served.reload("parameter \"locklab.writers\" changed to \"100\"");
            Session.await("writers; " + served.log(), () -> counters(sql, "exclusive").stream().allMatch(count -> count > 0));
            // The one who said so was the supervisor
            assertEquals(1, served.log().split("locklab.writers\" changed", -1).length - 1, served.log());
            assertEquals(List.of("100"), sql.run("SHOW locklab.writers"));
            served.stop();
        }
    }

    private static LWLockStatus lock(Served served) {
        try (SegmentReader reader = Segment.attachReadOnly(DataDirectory.segmentFile(served.data))) {
            return reader.locks(reader.procs(), true).stream().filter(lock -> lock.tranche().equals("locklab")).findFirst()
                    .orElseThrow();
        }
    }

    private static long sum(Served.Sql sql, String counter) {
        return counters(sql, counter).stream().mapToLong(count -> count).sum();
    }

    private static List<Long> counters(Served.Sql sql, String counter) {
        return sql.run("SHOW locklab.report").stream().map(row -> row.split("\\|"))
                .filter(row -> row[0].endsWith(" " + counter)).map(row -> Long.parseLong(row[2])).toList();
    }

    private static String stat(Served served) throws IOException, InterruptedException {
        Process stat = new ProcessBuilder(Served.java("dev.wharf.cli.Wharf", "stat",
                DataDirectory.segmentFile(served.data).toString())).redirectErrorStream(true).start();
        String text = new String(stat.getInputStream().readAllBytes());
        assertEquals(0, stat.waitFor(), text);
        return text;
    }
}
