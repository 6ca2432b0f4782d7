package dev.wharf.bench.lock;

import dev.wharf.bench.Environment;
import dev.wharf.bench.RunLog;
import dev.wharf.bench.lock.LockContender.Kind;
import dev.wharf.bench.lock.LockResults.Sample;
import dev.wharf.bench.lock.LockResults.Uncontended;
import dev.wharf.bench.lock.LockResults.WakeUp;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Measures locks between processes: one lock of each contender, all in one segment, each taken by its own processes, one
 * contender at a time.
 *
 * <p>A cell is a mix for one contender. Its workers are told of it, count themselves as ready, and spin on a word in the segment;
 * the harness sets it, so that all start at once, sleeps, and sets another, on which they stop. Acquires a second are those of
 * all workers over the time between the two. Within a round each contender has its turn at a mix before the next mix comes, so
 * that a drift of the machine hits all alike.
 *
 * <p>Each writer counts twice under the lock, not atomically, and each reader compares: a cell in which a count is lost, or a
 * reader saw half a write, fails, and so does the run. A contender that fails is left out of the rest with a remark.
 *
 * <p>One thread. Everything it starts it ends, also on an error; if it is killed, the peers see the end of their input and end.
 */
public final class LockBenchmark {
    /**
     * What to run.
     *
     * @param home       the project's directory, for the commit that is measured
     * @param directory  for the segment; a tmpfs, or the disk's write-back is measured too
     * @param millis     of a cell
     * @param wakeUps    in a round
     * @param contenders names
     * @param log        for progress, a line at a time
     */
    public record Settings(Path home, Path directory, List<Integer> processes, List<Integer> writers, List<Long> holds,
                           int runs, int millis, int wakeUps, List<LockContender> contenders, PrintStream log) {
        int mostProcesses() {
            return processes.stream().mapToInt(Integer::intValue).max().orElse(1);
        }
    }

    /** At once, of a contender. */
    public static final int MAX_PROCESSES = LockLayout.MAX_WORKERS;

    private static final String STRUCT = "lock bench";
    private static final int SEGMENT_SIZE = 8 << 20;
    private static final int MAX_PROCS = 128;
    /** What a worker may take longer than told: others are in its way. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long READY_LOOK_NANOS = 50_000;
    private static final int WRITERS_SCALE = 1 << 24;
    private static final double CALIBRATION_SPREAD = 1.2;
    private static final int WARM_UP_CELLS = 4;

    private final Settings settings;
    private final RunLog log;
    private final LockResults results;
    private final Map<LockContender, LockPeers> peers = new LinkedHashMap<>();
    private UnsafeBuffer memory;
    private long picosPerIteration;
    private int cell;

    private LockBenchmark(Settings settings) {
        this.settings = settings;
        log = new RunLog(settings.log(), settings.directory(), settings.home());
        results = new LockResults(settings, Environment.read(settings.home(), settings.directory()));
    }

    public static LockResults run(Settings settings) throws IOException {
        return new LockBenchmark(settings).run();
    }

    private LockResults run() throws IOException {
        Path work = Files.createTempDirectory(settings.directory(), "wharf-lock-");
        try (Segment segment = Segment.open(work.resolve("segment"), new SegmentConfig(SEGMENT_SIZE,
                LockContender.ALL.stream().map(LockContender::tranche).filter(Objects::nonNull).toList(), MAX_PROCS))) {
            LockPeers.Place place;
            try (Proc proc = segment.attachProc("lock bench harness")) {
                var struct = segment.shmemInitStruct(proc, STRUCT, LockLayout.LENGTH);
                memory = segment.buffer(struct);
                place = new LockPeers.Place(segment.file(), struct.offset(), compile(work));
            }
            try {
                start(place);
                calibrate();
                warmUp();
                for (int round = 1; round <= settings.runs(); round++) {
                    uncontended(round);
                    sweep(round);
                    wakeUps();
                }
            } finally {
                peers.values().forEach(LockPeers::close);
            }
        } finally {
            delete(work);
        }
        results.note("load average at the end", Environment.loadAverage());
        return results;
    }

    /** The program, or null where there is no compiler. */
    private Path compile(Path work) {
        if (settings.contenders().stream().noneMatch(c -> c.kind() == Kind.C_PROCESSES)) {
            return null;
        }
        try {
            return LockPeers.compile(work);
        } catch (IOException e) {
            remark("Nothing in C is measured: " + e.getMessage());
            return null;
        }
    }

    private void start(LockPeers.Place place) {
        for (LockContender contender : settings.contenders()) {
            if (contender.kind() != Kind.C_PROCESSES || place.program() != null) {
                attempt(contender, "starting", () -> peers.put(contender,
                        LockPeers.start(contender, contender.swept() ? Math.max(2, settings.mostProcesses()) : 1, place)));
            }
        }
        for (LockContender contender : List.copyOf(peers.keySet())) {
            attempt(contender, "starting", () -> peers.get(contender).awaitStart());
        }
        log.say("started: %s", String.join(", ", peers.keySet().stream().map(LockContender::name).toList()));
    }

    /** The loop's steps wait for each other, so an iteration takes the same time everywhere: one figure for all. */
    private void calibrate() {
        List<Long> found = new ArrayList<>();
        for (LockContender contender : List.copyOf(peers.keySet())) {
            attempt(contender, "calibrating", () -> found.add(peers.get(contender).calibrate()));
        }
        found.sort(Comparator.naturalOrder());
        if (!found.isEmpty()) {
            picosPerIteration = Math.max(1, found.get(found.size() / 2));
            results.note("an iteration of the busy hold", String.format(Locale.ROOT, "%d ps (%d to %d)", picosPerIteration,
                    found.getFirst(), found.getLast()));
            if (found.getLast() > found.getFirst() * CALIBRATION_SPREAD) {
                remark("The busy hold takes " + found.getFirst() + " to " + found.getLast()
                        + " ps an iteration, and should take the same everywhere: do not compare what was held");
            }
        }
    }

    /** Until compiled: with all the workers, and all the ways through the loop. */
    private void warmUp() {
        int most = settings.mostProcesses();
        for (LockContender contender : List.copyOf(peers.keySet())) {
            if (contender.kind() == Kind.C_PROCESSES) {
                continue;
            }
            int workers = contender.swept() ? most : 1;
            attempt(contender, "warming up", () -> {
                for (int i = 0; i < WARM_UP_CELLS; i++) {
                    for (int writers : List.of(50, 0, 100)) {
                        cell(contender, new Mix(workers, writers, i % 2 == 0 ? 0 : 100), 0, true);
                    }
                }
            });
        }
    }

    private void uncontended(int round) {
        for (boolean exclusive : new boolean[] {true, false}) {
            for (LockContender contender : List.copyOf(peers.keySet())) {
                attempt(contender, "uncontended", () -> {
                    Sample sample = cell(contender, new Mix(1, exclusive ? 100 : 0, 0), round, false);
                    results.add(new Uncontended(contender, exclusive, round, 1e9 / sample.acquiresPerSecond()));
                });
            }
        }
        log.say("round %d: uncontended", round);
    }

    private void sweep(int round) {
        for (long hold : settings.holds()) {
            for (int processes : settings.processes()) {
                for (int writers : settings.writers()) {
                    Mix mix = new Mix(processes, writers, hold);
                    for (LockContender contender : List.copyOf(peers.keySet())) {
                        if (contender.swept()) {
                            attempt(contender, mix.label(), () -> results.add(cell(contender, mix, round, true)));
                        }
                    }
                }
                log.say("round %d: hold %s, %d processes", round, Mix.hold(hold), processes);
            }
        }
    }

    /** How many acquires go untimed for one that is: so that reading the clock is a small part of what is measured. */
    private static long sampleMask(long holdNanos) {
        return holdNanos < 100 ? 63 : holdNanos < 1000 ? 15 : 0;
    }

    /** @param guarded whether what the lock protects is touched and waits are timed; else nothing but the lock is */
    private Sample cell(LockContender contender, Mix mix, int round, boolean guarded) throws IOException {
        LockPeers group = peers.get(contender);
        int workers = mix.processes();
        int number = ++cell;
        memory.putLong(LockLayout.FIRST_OFFSET, 0);
        memory.putLong(LockLayout.SECOND_OFFSET, 0);
        group.send("cell", workers, new LockWorker.Cell(number, (int) ((long) WRITERS_SCALE * mix.writers() / 100),
                Math.toIntExact(mix.holdNanos() * 1000 / picosPerIteration), guarded ? sampleMask(mix.holdNanos()) : -1,
                guarded).toString());
        long start = go(number, workers);
        long wanted = start + TimeUnit.MILLISECONDS.toNanos(settings.millis());
        for (long left = wanted - System.nanoTime(); left > 0; left = wanted - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        memory.putIntVolatile(LockLayout.STOP_OFFSET, number);
        double seconds = (System.nanoTime() - start) / 1e9;
        group.awaitDone(workers, PATIENCE);
        return collect(contender, mix, round, seconds, guarded);
    }

    /** Opens the barrier when all are there. @return the clock then */
    private long go(int number, int workers) throws IOException {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (memory.getIntVolatile(LockLayout.READY_OFFSET) != workers) {
            if (System.nanoTime() - limit > 0) {
                throw new IOException("only " + memory.getIntVolatile(LockLayout.READY_OFFSET) + " of " + workers
                        + " workers were ready within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(READY_LOOK_NANOS);
        }
        memory.putInt(LockLayout.READY_OFFSET, 0);
        long start = System.nanoTime();
        memory.putIntVolatile(LockLayout.GO_OFFSET, number);
        return start;
    }

    private Sample collect(LockContender contender, Mix mix, int round, double seconds, boolean guarded) throws IOException {
        long[] perWorker = new long[mix.processes()];
        long exclusive = 0;
        long torn = 0;
        long retries = 0;
        long voluntary = 0;
        long forced = 0;
        Histogram waits = WaitBuckets.histogram();
        for (int i = 0; i < perWorker.length; i++) {
            int at = LockLayout.worker(i);
            forced += memory.getLongVolatile(at + LockLayout.FORCED_OFFSET);
            long writes = memory.getLong(at + LockLayout.EXCLUSIVE_OFFSET);
            perWorker[i] = writes + memory.getLong(at + LockLayout.SHARED_OFFSET);
            exclusive += writes;
            torn += memory.getLong(at + LockLayout.TORN_OFFSET);
            retries += memory.getLong(at + LockLayout.RETRIES_OFFSET);
            voluntary += memory.getLong(at + LockLayout.VOLUNTARY_OFFSET);
            WaitBuckets.read(memory, LockLayout.waits(i, false), waits);
            WaitBuckets.read(memory, LockLayout.waits(i, true), waits);
        }
        long first = memory.getLong(LockLayout.FIRST_OFFSET);
        long second = memory.getLong(LockLayout.SECOND_OFFSET);
        if (guarded && (first != exclusive || second != exclusive || torn != 0)) {
            throw new IOException("WRONG: " + exclusive + " exclusive acquires counted to " + first + " and " + second + ", "
                    + torn + " readers saw half a write");
        }
        return new Sample(contender, mix, round, seconds, perWorker, exclusive, retries, voluntary, forced, waits);
    }

    private void wakeUps() {
        for (LockContender contender : List.copyOf(peers.keySet())) {
            if (contender.swept() && settings.wakeUps() > 0) {
                attempt(contender, "waking up", () -> results.add(wakeUp(contender)));
            }
        }
    }

    private WakeUp wakeUp(LockContender contender) throws IOException {
        int number = ++cell;
        for (int word : new int[] {LockLayout.ROUND_OFFSET, LockLayout.ASKED_OFFSET, LockLayout.DONE_OFFSET}) {
            memory.putInt(word, 0);
        }
        peers.get(contender).send("wake", 2, number + " " + settings.wakeUps());
        go(number, 2);
        peers.get(contender).awaitDone(2, PATIENCE.plusMillis(settings.wakeUps()));
        Histogram latency = WaitBuckets.histogram();
        WaitBuckets.read(memory, LockLayout.waits(1, true), latency);
        if (latency.getTotalCount() != settings.wakeUps()) {
            throw new IOException("WRONG: " + latency.getTotalCount() + " wake-ups of " + settings.wakeUps());
        }
        return new WakeUp(contender, latency, memory.getLong(LockLayout.worker(1) + LockLayout.VOLUNTARY_OFFSET));
    }

    private interface Step {
        void run() throws IOException;
    }

    /** A contender that fails takes part no more. */
    private void attempt(LockContender contender, String what, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            results.failure(log.tell(String.format(Locale.ROOT, "%s: failed (%s): %s", contender.label(), what, e.getMessage())));
            LockPeers group = peers.remove(contender);
            if (group != null) {
                group.close();
            }
            // those that were still on their way to the barrier
            memory.putIntVolatile(LockLayout.READY_OFFSET, 0);
        }
    }

    private void remark(String line) {
        results.remark(log.tell(line));
    }

    private static void delete(Path tree) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(tree)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
