package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The model of the lock and its owners' deaths, {@code lwlock.pml}: spin visits every state that it can be in. What the
 * constants mean is told there.
 *
 * <p>A process that may still be killed is never stuck for good, as its death is recovered from: so what is true of some deaths
 * is checked with fewer as well.
 */
@Timeout(3600)
class LockModelTest {
    private static final Path MODEL = Path.of("src", "test", "promela", "lwlock.pml");
    private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");
    private static final Pattern ERROR = Pattern.compile("pan:1: (assertion violated|invalid end state|non-progress cycle)");
    private static final String MEGABYTES = "8000";

    @TempDir
    private Path directory;

    /** Exclusion, no waiter forgotten, nothing left behind. The number is of states, to be no less than those. */
    @ParameterizedTest
    @CsvSource({
        "N=2 ROUNDS=2 CRASHES=0, 10_000",
        "N=2 CRASHES=1, 100_000",
        "N=2 CRASHES=2 MODES=1, 300_000",
        "N=3 CRASHES=0 MODES=1, 100_000",
        "N=3 CRASHES=0 MODES=2, 100_000"})
    void holds(String constants, String states) throws Exception {
        assertHolds(constants, states, false);
    }

    @ParameterizedTest
    @Tag("soak")
    @CsvSource({
        "N=2 CRASHES=2, 1_000_000",
        "N=2 CRASHES=3 MODES=1, 500_000",
        "N=2 ROUNDS=2 CRASHES=1, 2_000_000",
        "N=3 CRASHES=0, 1_000_000",
        "N=3 CRASHES=0 EXTRA=1 MODES=1, 1_000_000",
        "N=3 CRASHES=1 MODES=2, 1_000_000"})
    void holdsInLargerWorlds(String constants, String states) throws Exception {
        assertHolds(constants, states, false);
    }

    /** Acquiring, releasing and recovery end: there is no way back to a state. */
    @ParameterizedTest
    @CsvSource({"N=2 ROUNDS=2 CRASHES=0, 10_000", "N=2 CRASHES=1, 100_000"})
    void ends(String constants, String states) throws Exception {
        assertHolds(constants, states, true);
    }

    @ParameterizedTest
    @Tag("soak")
    @CsvSource({"N=2 CRASHES=2 MODES=1, 300_000", "N=3 CRASHES=0, 1_000_000"})
    void endsInLargerWorlds(String constants, String states) throws Exception {
        assertHolds(constants, states, true);
    }

    /** Without one thing that the protocol does, there is a way to ruin: or the model would say nothing. */
    @ParameterizedTest
    @CsvSource({
        "DEQUEUE_KEEPS_WAKE, N=2 CRASHES=1, assertion violated",
        "EARLY_FREE, N=2 CRASHES=1, assertion violated",
        "FREE_SLOTS_FIRST, N=2 CRASHES=1, assertion violated",
        "INSPECT_PASSES_RELEASING, N=2 CRASHES=1, assertion violated",
        "LATE_INTENT, N=2 CRASHES=1, assertion violated",
        "LIST_IGNORES_RECOVERING, N=2 CRASHES=1, invalid end state",
        "NO_QUIESCENCE, N=2 CRASHES=1, assertion violated",
        "NO_RECOUNT, N=2 CRASHES=1, assertion violated",
        "NO_SECOND_TRY, N=2 CRASHES=0, invalid end state",
        "POST_IGNORES_EPISODE, N=3 CRASHES=0 EXTRA=1 MODES=1, assertion violated",
        "QUEUE_WITHOUT_FLAG, N=2 CRASHES=0, invalid end state",
        "SETTLED_STAYS_HELD, N=2 CRASHES=2 MODES=1, assertion violated",
        "SLEEPER_KEEPS_WAKE, N=2 CRASHES=0, assertion violated",
        "TRY_IGNORES_RECOVERING, N=2 CRASHES=1, assertion violated"})
    void breaks(String what, String constants, String error) throws Exception {
        // The error is near: compiling would take longer than searching.
        String report = run(constants + " BREAK_" + what, "-O0", "-DSAFETY");
        Matcher matcher = ERROR.matcher(report);
        assertTrue(matcher.find(), report);
        assertEquals(error, matcher.group(1), report);
    }

    private void assertHolds(String constants, String states, boolean cycles) throws Exception {
        String report = run(constants, "-O2", cycles ? "-DNP" : "-DSAFETY");
        assertTrue(report.contains("errors: 0"), report);
        assertTrue(report.contains(cycles ? "non-progress cycles \t+" : "invalid end states\t+"), report);
        // It may not have given up for lack of room.
        assertTrue(!report.contains("max search depth too small") && !report.contains("out of memory")
                && !report.contains("Search not completed"), report);
        Matcher matcher = STATES.matcher(report);
        assertTrue(matcher.find() && Long.parseLong(matcher.group(1)) >= Long.parseLong(states.replace("_", "")), report);
    }

    /** What the search says. */
    private String run(String constants, String optimization, String search) throws IOException, InterruptedException {
        assumeTrue(Tools.works("spin", "-V"), "spin is not installed");
        assumeTrue(Tools.works("gcc", "--version"), "gcc is not installed");
        List<String> command = new ArrayList<>(List.of("spin", "-a"));
        for (String constant : constants.split(" ")) {
            command.add("-D" + constant);
        }
        command.add(MODEL.toAbsolutePath().toString());
        assertEquals("", execute(command));
        assertEquals("", execute(List.of("gcc", optimization, "-w", search, "-DMEMLIM=" + MEGABYTES, "-o", "pan", "pan.c")));
        return execute(search.equals("-DNP") ? List.of("./pan", "-l", "-m1000000") : List.of("./pan", "-m1000000"));
    }

    private String execute(List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        try {
            int exit = process.waitFor();
            assertEquals(0, exit, () -> command + " failed");
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
        }
    }
}
