package dev.wharf.nativetests.judge;

import dev.wharf.nativetests.PostgresOracle;
import dev.wharf.nativetests.judge.WharfEngine.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs cases on both engines, PostgreSQL's on a thread of its own, and compares all that each of them says and writes. A case
 * comes from the seed and its number only.
 */
final class CopyFuzzer implements AutoCloseable {
    private static final int BATCH = 200;
    private static final int WORKERS = 3;
    private static final List<Mode> MODES = List.of(new Mode(0, true, 1), new Mode(WORKERS, true, 1), new Mode(0, true, 3),
            new Mode(2, false, 2), new Mode(0, true, 11), new Mode(1, true, 5));

    private final PostgresEngine postgres;
    private final WharfEngine wharf;
    private final Path workingDirectory;
    private final ExecutorService postgresThread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("postgres").factory());
    private final CaseMaker maker;
    private final List<String> leftOut = new ArrayList<>();

    /** A difference, as small as it could be made. */
    record Difference(FuzzCase test, Mode mode, List<Outcome> expected, List<Outcome> actual) {
        boolean isRefused() {
            return actual.stream().anyMatch(Outcome::isNotSupported);
        }

        boolean counts() {
            return differ(test, expected, actual);
        }

        String describe(String name) {
            List<String> wanted = expected.stream().flatMap(o -> o.lines().stream()).toList();
            List<String> got = actual.stream().flatMap(o -> o.lines().stream()).toList();
            return test.toTest(name, expected) + "\n\n- PostgreSQL\n+ " + mode + "\n" + Diff.of(wanted, got) + "\n";
        }
    }

    /** @param directory for Wharf's data; best in memory */
    CopyFuzzer(Path directory) throws IOException, SQLException {
        postgres = new PostgresEngine();
        workingDirectory = Files.createDirectory(directory.resolve("files"));
        wharf = new WharfEngine(directory.resolve("data"), workingDirectory, PostgresOracle.get().sharedDirectory());
        wharf.startWorkers(WORKERS);
        postgres.reset();
        List<FuzzTable> tables = FuzzTable.all().stream().filter(this::create).toList();
        List<FuzzOptions.Feature> features = Arrays.stream(FuzzOptions.Feature.values()).filter(this::has).toList();
        maker = new CaseMaker(tables, features);
    }

    /** What Wharf refuses, and so is not in the cases. */
    List<String> leftOut() {
        return leftOut;
    }

    private boolean create(FuzzTable table) {
        return supports(table.create());
    }

    private boolean has(FuzzOptions.Feature feature) {
        return supports(feature.probe.replace("#", FuzzTable.all().getFirst().name()));
    }

    private boolean supports(String sql) {
        try {
            Step step = new Step(0, sql, new byte[0], List.of());
            Outcome outcome = wharf.run(step);
            if (outcome.isNotSupported()) {
                leftOut.add(sql);
                return false;
            }
            Outcome expected = postgres.run(step);
            if (!expected.equals(outcome)) {
                throw new AssertionError(sql + "\n- PostgreSQL\n+ Wharf\n" + Diff.of(expected.lines(), outcome.lines()));
            }
            return true;
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs {@code count} cases; null if they show no difference, else the first that does, made small. */
    Difference run(long seed, long first, long count) throws Exception {
        Future<List<List<Outcome>>> next = submit(seed, first, Math.min(BATCH, count));
        for (long done = 0; done < count; done += BATCH) {
            List<List<Outcome>> expected = next.get();
            long after = done + BATCH;
            if (after < count) {
                next = submit(seed, first + after, Math.min(BATCH, count - after));
            }
            for (int i = 0; i < expected.size(); i++) {
                FuzzCase test = maker.make(caseSeed(seed, first + done + i));
                for (Mode mode : modes(first + done + i)) {
                    List<Outcome> actual = onWharf(test, mode, expected.get(i).size());
                    if (differ(test, expected.get(i), actual) && differ(test, alone(test), actual)) {
                        next.cancel(true);
                        return shrink(new Difference(test, mode, expected.get(i), actual));
                    }
                }
            }
        }
        return null;
    }

    /**
     * Whether outcomes differ, but for what is meant: behind a row that ON_ERROR left out PostgreSQL's CONTEXT of a line that it
     * cannot split names that row's column.
     */
    private static boolean differ(FuzzCase test, List<Outcome> expected, List<Outcome> actual) {
        if (expected.equals(actual)) {
            return false;
        }
        boolean leavesOut = test.fromOptions().contains("ON_ERROR ignore");
        return !leavesOut || !expected.stream().map(Outcome::withoutPlaceInLine).toList()
                .equals(actual.stream().map(Outcome::withoutPlaceInLine).toList());
    }

    /** Serially, and every so often with small tasks. */
    private static List<Mode> modes(long number) {
        return number % 4 == 0 ? List.of(Mode.SERIAL, MODES.get((int) (number / 4 % MODES.size()))) : List.of(Mode.SERIAL);
    }

    private static long caseSeed(long seed, long number) {
        return (seed + number) * 0x9E3779B97F4A7C15L;
    }

    private Future<List<List<Outcome>>> submit(long seed, long first, long count) {
        return postgresThread.submit(() -> {
            List<List<Outcome>> outcomes = new ArrayList<>();
            for (long n = first; n < first + count; n++) {
                outcomes.add(onPostgres(maker.make(caseSeed(seed, n))));
            }
            truncate();
            return outcomes;
        });
    }

    /** What was rolled back lies about in PostgreSQL's heap. */
    private void truncate() throws SQLException {
        postgres.execute("TRUNCATE " + String.join(", ", FuzzTable.all().stream().map(FuzzTable::name)
                .filter(name -> leftOut.stream().noneMatch(sql -> sql.contains(" " + name + " "))).toList()));
    }

    /** On PostgreSQL with nothing in the heap: beside what lies about there, a short row may have gone to another page. */
    private List<Outcome> alone(FuzzCase test) throws Exception {
        return postgresThread.submit(() -> {
            truncate();
            return onPostgres(test);
        }).get();
    }

    private List<Outcome> onPostgres(FuzzCase test) throws IOException, SQLException {
        List<Outcome> outcomes = new ArrayList<>();
        postgres.begin();
        for (Step step : test.steps()) {
            Outcome outcome = postgres.run(step);
            outcomes.add(outcome);
            if (outcome.isError()) {
                break;
            }
        }
        postgres.rollback();
        return outcomes;
    }

    /** @param count steps: PostgreSQL went no further */
    private List<Outcome> onWharf(FuzzCase test, Mode mode, int count) throws IOException {
        wharf.use(mode);
        List<Outcome> outcomes = new ArrayList<>();
        for (Step step : test.steps().subList(0, count)) {
            outcomes.add(wharf.run(step));
        }
        if (!outcomes.getFirst().isError()) {
            wharf.execute("TRUNCATE " + test.table().name());
        }
        return outcomes;
    }

    private Difference shrink(Difference found) throws Exception {
        Mode mode = found.mode;
        Difference again = difference(found.test, mode);
        if (!again.counts()) {
            // It does not come every time: as it was seen
            return found;
        }
        // With fewer options it may become one that is refused: another difference than the one found
        boolean refused = again.isRefused();
        return difference(Shrinker.shrink(found.test, c -> {
            Difference difference = difference(c, mode);
            return difference.counts() && difference.isRefused() == refused;
        }), mode);
    }

    private Difference difference(FuzzCase test, Mode mode) throws Exception {
        // The connection belongs to that thread
        List<Outcome> expected = postgresThread.submit(() -> onPostgres(test)).get();
        return new Difference(test, mode, expected, onWharf(test, mode, expected.size()));
    }

    @Override
    public void close() throws IOException, SQLException {
        postgresThread.shutdownNow();
        wharf.close();
        postgres.close();
    }
}
