package dev.wharf.bench.copy;

import dev.wharf.bench.Environment;
import dev.wharf.bench.RunLog;
import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.DataFiles;
import dev.wharf.bench.data.DataSet;
import dev.wharf.bench.data.Fingerprint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Loads and writes back each data set with every contender in turn, several rounds, in one run.
 *
 * <p>Within a round every contender has its turn, so that a drift of the machine hits all alike. Before each timed
 * operation the file system is synced, so that nobody pays for another's dirty pages, and before each load the CSV is
 * read once, so that it is in the page cache. A contender that fails is left out of the rest of that data set with a
 * remark; the run goes on.
 *
 * <p>One thread. Everything it starts it ends, also on an error.
 */
public final class CopyBenchmark {
    private static final int MAX_WARM_UPS = 10;
    /** A warm-up that is this much faster than the best before it is followed by another. */
    private static final double STILL_WARMING = 0.95;

    /**
     * What to run.
     *
     * @param home      the project's directory, where the launcher is
     * @param directory for data, tables and output: on the disk to be measured, with room for ten times the data
     * @param rows      rows of each data set, or 0 to go by {@code scale}
     * @param peers     {@link Contender#product()} of those to run, beside Wharf
     * @param fillCache whether memory that is free is given to the page cache before each timed operation
     * @param log       for progress, a line at a time
     */
    public record Settings(Path home, Path directory, double scale, long rows, int runs, List<DataSet> sets,
                           List<String> peers, boolean fillCache, PrintStream log) {
        double scaleOf(DataSet set) {
            return Math.max(set.smallestScale(), rows > 0 ? (double) rows / set.rowsAtScaleOne() : scale);
        }
    }

    private final Settings settings;
    private final RunLog log;
    private final CopyResults results;
    private final CopyMachine machine;

    private CopyBenchmark(Settings settings) throws IOException {
        this.settings = settings;
        log = new RunLog(settings.log(), settings.directory(), settings.home());
        machine = new CopyMachine(settings.directory(), settings.fillCache());
        results = new CopyResults(machine.describe(Environment.read(settings.home(), settings.directory())),
                settings.rows() > 0 ? 0 : settings.scale(), settings.runs());
    }

    public static CopyResults run(Settings settings) throws IOException {
        Files.createDirectories(settings.directory());
        return new CopyBenchmark(settings).run();
    }

    private CopyResults run() throws IOException {
        Path work = settings.directory().resolve("work");
        machine.delete(work);
        Files.createDirectories(work);
        try (Contenders contenders = Contenders.open(settings, work, this::remark)) {
            for (Subject subject : contenders.subjects()) {
                results.version(subject.version());
            }
            for (DataSet set : settings.sets()) {
                log.say("%s: making the data, unless it is there", set.name());
                DataFile file = DataFiles.ensure(set, settings.scaleOf(set), settings.directory().resolve("data"));
                log.say("%s: %d rows, %.1f MB", set.name(), file.rows(), file.bytes() / 1e6);
                measure(file, contenders.subjects(), work.resolve("out.csv"));
            }
        } finally {
            machine.delete(work);
            machine.close();
        }
        results.note("load average at the end", Environment.loadAverage());
        return results;
    }

    private void measure(DataFile file, List<Subject> subjects, Path out) throws IOException {
        List<Subject> running = new ArrayList<>();
        for (Subject subject : subjects) {
            attempt(file, subject, "CREATE TABLE", () -> {
                subject.create(file.set());
                running.add(subject);
            });
        }
        List<Subject> failed = new ArrayList<>();
        for (Subject subject : running) {
            if (!attempt(file, subject, "warming up", () -> warmUp(file, subject, out))) {
                failed.add(subject);
            }
        }
        running.removeAll(failed);
        for (int round = 1; round <= settings.runs(); round++) {
            int number = round;
            failed.clear();
            for (Subject subject : running) {
                if (!attempt(file, subject, "round " + round, () -> turn(file, subject, number, out))) {
                    failed.add(subject);
                }
            }
            running.removeAll(failed);
        }
        for (Subject subject : running) {
            attempt(file, subject, "DROP TABLE", () -> subject.drop(file.set()));
        }
    }

    /** Loads until no load is much faster than the best before it; then writes back as often, and compares. */
    private void warmUp(DataFile file, Subject subject, Path out) throws IOException {
        double best = Double.MAX_VALUE;
        int loads = 0;
        boolean faster = true;
        while (loads < subject.warmUps() || faster && subject.warmUps() > 1 && loads < MAX_WARM_UPS) {
            double seconds = load(file, subject);
            faster = seconds < best * STILL_WARMING;
            best = Math.min(best, seconds);
            loads++;
            if (subject.contender().writesBack() && (loads <= subject.warmUps() || faster)) {
                writeBack(file, subject, out);
                if (loads == 1) {
                    results.add(new CopyResults.Check(file, subject.contender(), Fingerprint.of(out)));
                }
            }
        }
        results.warmedUp(file, subject.contender(), loads);
        log.say("%s, %s: %d warm-up loads, the best %.3f s", file.set().name(), subject.contender().label(), loads, best);
    }

    private void turn(DataFile file, Subject subject, int round, Path out) throws IOException {
        double seconds = load(file, subject);
        record(file, subject, Operation.COPY_FROM, round, seconds, file.bytes());
        if (subject.contender().writesBack()) {
            seconds = writeBack(file, subject, out);
            record(file, subject, Operation.COPY_TO, round, seconds, Files.size(out));
        }
    }

    private void record(DataFile file, Subject subject, Operation operation, int round, double seconds, long bytes) {
        results.add(new CopyResults.Sample(file, subject.contender(), operation, round, seconds, bytes));
        log.say("%s, %s, %s, round %d: %.3f s", file.set().name(), subject.contender().label(), operation.label(), round,
                seconds);
    }

    private double load(DataFile file, Subject subject) throws IOException {
        subject.truncate(file.set());
        machine.settle();
        machine.readThrough(file.path());
        if (subject.contender() == Contender.POSTGRES_TWO) {
            for (Path half : file.halves()) {
                machine.readThrough(half);
            }
        }
        long start = System.nanoTime();
        long rows = subject.load(file);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (rows != file.rows()) {
            throw new IOException("loaded " + rows + " rows, the file has " + file.rows());
        }
        return seconds;
    }

    private double writeBack(DataFile file, Subject subject, Path out) throws IOException {
        Files.deleteIfExists(out);
        machine.settle();
        long start = System.nanoTime();
        long rows = subject.writeBack(file.set(), out);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (rows != file.rows()) {
            throw new IOException("wrote " + rows + " rows, the table has " + file.rows());
        }
        return seconds;
    }

    private interface Step {
        void run() throws IOException;
    }

    private boolean attempt(DataFile file, Subject subject, String what, Step step) {
        try {
            step.run();
            return true;
        } catch (IOException e) {
            results.failure(log.tell(String.format(Locale.ROOT, "%s, %s: failed (%s): %s", file.set().name(),
                    subject.contender().label(), what, e.getMessage())));
            return false;
        }
    }

    private void remark(String line) {
        results.remark(log.tell(line));
    }
}
