package dev.wharf.bench.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.bench.Environment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockReportTest {
    private static final LockContender SUBJECT = LockContender.named(LockContender.SUBJECT);
    private static final LockContender PEER = LockContender.named(LockContender.PEER);

    @TempDir
    Path directory;

    private LockResults results;

    @BeforeEach
    void results() {
        results = new LockResults(new LockBenchmark.Settings(directory, directory, List.of(2), List.of(0), List.of(0L), 3, 1000,
                0, List.of(SUBJECT, PEER), new PrintStream(PrintStream.nullOutputStream())),
                new Environment(Map.of("CPU", "a fast one")));
        Mix readOnly = new Mix(2, 0, 0);
        samples(SUBJECT, readOnly, 150, 150, 190);
        samples(PEER, readOnly, 100, 90, 110);
        Mix mixed = new Mix(2, 50, 100);
        samples(SUBJECT, mixed, 101, 95, 90);
        samples(PEER, mixed, 100, 100, 100);
        Mix writeOnly = new Mix(8, 100, 10_000);
        samples(SUBJECT, writeOnly, 50, 50, 60);
        samples(PEER, writeOnly, 100, 100, 100);
        samples(SUBJECT, new Mix(1, 0, 0), 1);
        for (boolean exclusive : new boolean[] {true, false}) {
            results.add(new LockResults.Uncontended(SUBJECT, exclusive, 1, exclusive ? 20 : 30));
            results.add(new LockResults.Uncontended(PEER, exclusive, 1, 25));
        }
        results.add(new LockResults.Jmh("lwLockExclusive", 16.9, 0.2));
        results.add(new LockResults.Jmh("lwLockShared", 22, Double.NaN));
        results.add(new LockResults.Jmh("stepBare", 10, 0.1));
        results.add(new LockResults.Jmh("stepStores", 12.5, 0.1));
    }

    private void samples(LockContender contender, Mix mix, long... acquires) {
        for (int round = 1; round <= acquires.length; round++) {
            long[] perWorker = new long[mix.processes()];
            perWorker[0] = acquires[round - 1] * 1_000_000;
            Histogram waits = WaitBuckets.histogram();
            waits.recordValue(1000L * round);
            results.add(new LockResults.Sample(contender, mix, round, 1, perWorker, 0, 0, 7, 8, waits));
        }
    }

    @Test
    void saysWhichBarsAreMet() {
        String bars = new LockReport(results).bars();
        assertTrue(bars.contains("3 mixes, of which 1 met, 1 even, 1 MISSED."), bars);
        assertTrue(bars.contains("exclusive, against PostgreSQL's 21 ns (JMH) | 21.0 ns | 17.0 ns | 16.9 ns | goal met |"), bars);
        assertTrue(bars.contains("shared, against PostgreSQL's 21 ns (JMH) | 21.0 ns | 17.0 ns | 22.0 ns | MISSED |"), bars);
        assertTrue(bars.contains("exclusive, against pthread_rwlock in the same loop | 25.0 ns |  | 20.0 ns | met |"), bars);
        assertTrue(bars.contains("shared, against pthread_rwlock in the same loop | 25.0 ns |  | 30.0 ns | MISSED |"), bars);
        assertTrue(bars.contains("| 2 processes, 0 % writers, hold 0 | 1.00 × | 2.00 × | 1.50 × | met |"), bars);
        assertTrue(bars.contains("| 2 processes, 50 % writers, hold 100 ns | 1.00 × | 1.00 × | 0.95 × | even |"), bars);
        assertTrue(bars.contains("| 8 processes, 100 % writers, hold 10 us | 1.00 × | 1.00 × | 0.50 × | MISSED |"), bars);
    }

    @Test
    void knowsFairness() {
        LockResults.Sample sample = new LockResults.Sample(PEER, new Mix(4, 0, 0), 1, 2, new long[] {4, 4, 2, 2}, 0, 0, 0, 0,
                WaitBuckets.histogram());
        assertEquals(6, sample.acquiresPerSecond());
        assertEquals(0.5, sample.leastShare());
        assertEquals(144.0 / 160, sample.jain());
    }

    @Test
    void writesItsFiles() throws IOException {
        results.failure("FileLock: failed");
        List<String> files = new LockReport(results).write(directory.resolve("reports"));
        assertEquals(List.of("lock.md", "lock.csv", "lock.hlog", "lock-hold-0.svg", "lock-hold-100.svg", "lock-hold-10000.svg",
                "lock-uncontended.svg"), files);
        String markdown = Files.readString(directory.resolve("reports/lock.md"));
        assertTrue(markdown.contains("- CPU: a fast one") && markdown.contains("- FileLock: failed"), markdown);
        assertTrue(markdown.contains("| 0 | 2 | 0 | 150.0 (1.50) | 100.0 |"), markdown);
        assertTrue(markdown.contains("| four release stores: INTENT, HELD, RELEASING, FREE | 12.5 | +2.5 |"), markdown);
        assertEquals("lwlock,2,0,0,3,1.000000,190000000,0,190000000,0.5000,0.0000,0,7,8,1,3001,3001,3001,3001,190000000;0",
                Files.readAllLines(directory.resolve("reports/lock.csv")).get(3));
        assertTrue(Files.readString(directory.resolve("reports/lock-hold-0.svg")).contains("</svg>"));
        try (HistogramLogReader log = new HistogramLogReader(directory.resolve("reports/lock.hlog").toFile())) {
            Histogram first = (Histogram) log.nextIntervalHistogram();
            assertEquals("lwlock/2p/0w/0ns", first.getTag());
            assertEquals(3, first.getTotalCount());
        }
    }
}
