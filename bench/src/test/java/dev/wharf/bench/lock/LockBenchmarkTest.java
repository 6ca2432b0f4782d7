package dev.wharf.bench.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wharf.bench.copy.LineProcess;
import dev.wharf.bench.lock.LockContender.Kind;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole harness, tiny: the peers really run. */
@Timeout(300)
class LockBenchmarkTest {
    private static final int WAKE_UPS = 20;

    @TempDir
    Path directory;

    private LockBenchmark.Settings settings(List<LockContender> contenders) {
        return new LockBenchmark.Settings(directory, directory, List.of(1, 2), List.of(0, 50, 100), List.of(0L, 1000L), 1, 10,
                WAKE_UPS, contenders, new PrintStream(PrintStream.nullOutputStream()));
    }

    @Test
    void measuresAllContenders() throws IOException {
        LockResults results = LockBenchmark.run(settings(LockContender.ALL));
        boolean compiled = results.remarks().stream().noneMatch(line -> line.startsWith("Nothing in C is measured"));
        List<LockContender> there = LockContender.ALL.stream().filter(c -> compiled || c.kind() != Kind.C_PROCESSES).toList();
        List<LockContender> swept = there.stream().filter(LockContender::swept).toList();
        assertTrue(results.trustworthy(), () -> String.join("\n", results.remarks()));
        assertEquals(swept, results.swept());
        assertEquals(12, results.mixes().size());
        assertEquals(swept.size() * 12, results.samples().size());
        long acquires = 0;
        for (LockResults.Sample sample : results.samples()) {
            assertTrue(sample.acquires() > 0, sample::toString);
            assertEquals(sample.mix().processes(), sample.perWorker().length);
            assertTrue(sample.exclusive() == 0 || sample.mix().writers() > 0, sample::toString);
            assertTrue(sample.exclusive() == sample.acquires() || sample.mix().writers() < 100, sample::toString);
            // At this hold each acquire is timed
            assertTrue(sample.mix().holdNanos() == 0 || sample.waits().getTotalCount() == sample.acquires(),
                    sample::toString);
            acquires += sample.acquires();
        }
        System.out.printf("lock benchmark: %d acquires, none lost%n", acquires);
        for (LockContender contender : there) {
            assertTrue(results.uncontended(contender, true) > 0 && results.uncontended(contender, false) > 0,
                    contender.name());
        }
        assertEquals(swept, results.wakeUps().stream().map(LockResults.WakeUp::contender).toList());
        for (LockResults.WakeUp wakeUp : results.wakeUps()) {
            assertEquals(WAKE_UPS, wakeUp.latency().getTotalCount());
        }
        assertEquals(List.of(), ProcessHandle.current().children()
                .filter(child -> child.info().command().orElse("").endsWith("lock_peer")).toList());
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
        writesItsReport(results);
    }

    private void writesItsReport(LockResults results) throws IOException {
        results.add(new LockResults.Jmh("lwLockExclusive", 18.5, 0.1));
        LockReport report = new LockReport(results);
        List<String> files = report.write(directory.resolve("report"));
        assertTrue(files.containsAll(List.of("lock.md", "lock.csv", "lock.hlog")), files::toString);
        String markdown = Files.readString(directory.resolve("report/lock.md"));
        assertFalse(markdown.contains(directory.toString()), markdown);
        assertFalse(markdown.contains(InetAddress.getLocalHost().getHostName()), markdown);
        assertEquals(1 + results.samples().size(), Files.readAllLines(directory.resolve("report/lock.csv")).size());
    }

    /** What the peers see when the harness is killed: their input ends, while they wait for a go that does not come. */
    @Test
    void peersEndWithTheHarness() throws Exception {
        try (Segment segment = Segment.open(directory.resolve("segment"), new SegmentConfig(4 << 20,
                List.of(LockContender.named(LockContender.SUBJECT).tranche()), 8))) {
            UnsafeBuffer memory;
            LockPeers.Place place;
            try (Proc proc = segment.attachProc("test")) {
                var struct = segment.shmemInitStruct(proc, "lock bench", LockLayout.LENGTH);
                memory = segment.buffer(struct);
                place = new LockPeers.Place(segment.file(), struct.offset(), compile());
            }
            List<ProcessHandle> processes;
            try (LockPeers jvm = LockPeers.start(LockContender.named(LockContender.SUBJECT), 1, place);
                 LockPeers c = LockPeers.start(LockContender.named(LockContender.PEER), 1, place)) {
                jvm.awaitStart();
                c.awaitStart();
                jvm.send("cell", 1, "7 0 0 -1 1");
                c.send("cell", 1, "7 0 0 -1 1");
                while (memory.getIntVolatile(LockLayout.READY_OFFSET) != 2) {
                    Thread.onSpinWait();
                }
                processes = Stream.of(jvm, c).flatMap(peers -> peers.processes().stream()).map(LineProcess::handle).toList();
                assertTrue(processes.stream().allMatch(ProcessHandle::isAlive));
                for (LockPeers peers : List.of(jvm, c)) {
                    for (LineProcess process : peers.processes()) {
                        process.endInput();
                    }
                }
                for (ProcessHandle process : processes) {
                    // before they are killed, which is after the block
                    process.onExit().get(60, TimeUnit.SECONDS);
                }
            }
        }
    }

    /** Skips the test where there is no gcc; a peer that it does not compile is an error. */
    private Path compile() throws IOException {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of)
                .anyMatch(folder -> Files.isExecutable(folder.resolve("gcc"))), "gcc is not installed");
        return LockPeers.compile(directory);
    }
}
