package dev.wharf.nativetests.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.nativetests.PostgresOracle;
import dev.wharf.nativetests.judge.TestFile.Case;
import dev.wharf.nativetests.judge.WharfEngine.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cases of the {@code .test} files: PostgreSQL gives what they say, and Wharf gives what PostgreSQL gives, serially and with
 * four processes that share out the smallest tasks; but for what is listed in {@code differences.txt}.
 *
 * <p>{@code -Dcopy.test=FILE} runs one file; with {@code -Dcopy.regenerate=true} what is expected is written anew from what
 * PostgreSQL says, and nothing is compared.
 */
class CopyJudgeTest {
    private static final List<Mode> MODES = List.of(Mode.SERIAL, new Mode(3, true, 1), new Mode(4, false, 7));
    private static final String ONLY = System.getProperty("copy.test");
    private static final boolean REGENERATE = Boolean.getBoolean("copy.regenerate");

    @TempDir
    private static Path temporary;
    private static PostgresEngine postgres;
    private static WharfEngine wharf;
    private static Differences differences;

    @BeforeAll
    static void start() throws IOException, SQLException {
        postgres = new PostgresEngine();
        wharf = new WharfEngine(temporary.resolve("data"), postgres.workingDirectory(),
                PostgresOracle.get().sharedDirectory());
        differences = Differences.read(TestFile.DIRECTORY);
        if (!REGENERATE) {
            wharf.startWorkers(4);
        }
    }

    @AfterAll
    static void stop() throws IOException, SQLException {
        if (wharf != null) {
            wharf.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @TestFactory
    Stream<DynamicContainer> files() throws IOException {
        List<TestFile> files = TestFile.readAll().stream().filter(f -> ONLY == null || f.name().equals(ONLY)).toList();
        assertTrue(!files.isEmpty(), () -> "no file " + ONLY + " in " + TestFile.DIRECTORY.toAbsolutePath());
        return files.stream().map(file -> DynamicContainer.dynamicContainer(file.name(),
                REGENERATE ? Stream.of(DynamicTest.dynamicTest("regenerate", () -> regenerate(file))) : tests(file)));
    }

    private static Stream<DynamicTest> tests(TestFile file) {
        boolean[] refused = new boolean[1];
        Stream<DynamicTest> cases = file.cases().stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> refused[0] |= check(file, c)));
        Differences.Entry all = differences.ofFile(file.name());
        return all == null ? cases : Stream.concat(cases, Stream.of(DynamicTest.dynamicTest("some case is refused",
                () -> assertTrue(refused[0], () -> gone(all)))));
    }

    @Test
    void differencesAreOfCasesThatAreThere() throws IOException {
        assertEquals(List.of(), differences.without(TestFile.readAll()));
    }

    /** Whether there was a difference, one that is listed. */
    private static boolean check(TestFile file, Case test) throws IOException, SQLException {
        List<Outcome> expected = expected(file, test);
        Differences.Entry listed = differences.of(test);
        boolean differed = false;
        for (Mode mode : MODES) {
            differed |= differs(file, test, expected, listed, mode);
        }
        if (listed != null && !listed.isOfFile()) {
            assertTrue(differed, () -> gone(listed));
        }
        return differed;
    }

    private static String gone(Differences.Entry entry) {
        return Differences.FILE + " lists " + entry + " (" + entry.reason() + "), and Wharf does what PostgreSQL does: "
                + "remove it from the list";
    }

    private static List<Outcome> expected(TestFile file, Case test) throws IOException, SQLException {
        postgres.reset();
        List<Outcome> outcomes = new ArrayList<>();
        for (Step step : steps(file, test)) {
            Outcome outcome = postgres.run(step);
            outcomes.add(outcome);
            compare(test, step, "the file", step.expected(), "PostgreSQL", outcome.lines());
        }
        return outcomes;
    }

    private static List<Step> steps(TestFile file, Case test) {
        return Stream.concat(file.setup().stream(), test.steps().stream()).toList();
    }

    private static boolean differs(TestFile file, Case test, List<Outcome> expected, Differences.Entry listed, Mode mode)
            throws IOException {
        wharf.use(mode);
        wharf.reset();
        int n = 0;
        for (Step step : steps(file, test)) {
            Outcome outcome = wharf.run(step);
            Outcome wanted = expected.get(n++);
            if (listed != null && !outcome.equals(wanted) && listed.allows(outcome)) {
                // What follows builds on a statement that did something else.
                return true;
            }
            compare(test, step, "PostgreSQL", wanted.lines(), mode.toString(), outcome.lines());
        }
        return false;
    }

    private static void compare(Case test, Step step, String first, List<String> wanted, String second, List<String> got) {
        if (!wanted.equals(got)) {
            throw new AssertionError("\n" + test.file() + ":" + step.line() + ": case " + test.name() + "\n" + step.sql()
                    + ";\n- " + first + "\n+ " + second + "\n" + Diff.of(wanted, got) + "\n");
        }
    }

    private static void regenerate(TestFile file) throws IOException, SQLException {
        Map<Step, List<String>> outcomes = new IdentityHashMap<>();
        for (Case test : file.cases()) {
            postgres.reset();
            for (Step step : steps(file, test)) {
                outcomes.put(step, postgres.run(step).lines());
            }
        }
        Files.write(TestFile.DIRECTORY.resolve(file.name()), file.withExpected(outcomes::get));
    }
}
