package dev.wharf.nativetests.judge;

import static org.junit.jupiter.api.Assertions.fail;

import dev.wharf.nativetests.judge.CopyFuzzer.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * COPY of files that a grammar makes, many of them damaged: Wharf does and says what PostgreSQL does and says. A difference is
 * printed as a case for a {@code .test} file, made as small as it gets.
 *
 * <p>The default seed is fixed, the soak's is new each time and printed; {@code -Dcopy.fuzz.seed=N}, {@code -Dcopy.fuzz.first=N}
 * and {@code -Dcopy.fuzz.cases=N} choose others.
 */
class CopyFuzzTest {
    private static final long SEED = 1;
    private static final long CASES = 20_000;
    private static final long SOAK_CASES = 2_000_000;

    @Test
    void defaultSeed() throws Exception {
        fuzz(Long.getLong("copy.fuzz.seed", SEED), Long.getLong("copy.fuzz.cases", CASES));
    }

    @Test
    @Tag("soak")
    void soak() throws Exception {
        fuzz(Long.getLong("copy.fuzz.seed", System.currentTimeMillis() << 20), Long.getLong("copy.fuzz.cases", SOAK_CASES));
    }

    private static void fuzz(long seed, long cases) throws Exception {
        long first = Long.getLong("copy.fuzz.first", 0);
        Path directory = temporaryDirectory();
        try (CopyFuzzer fuzzer = new CopyFuzzer(directory)) {
            System.out.println("COPY fuzzing: seed " + seed + ", cases " + first + " to " + (first + cases)
                    + (fuzzer.leftOut().isEmpty() ? "" : "; not supported yet: " + fuzzer.leftOut()));
            Difference difference = fuzzer.run(seed, first, cases);
            if (difference != null) {
                fail("seed " + seed + ":\n\n" + difference.describe("found by fuzzing"));
            }
        } finally {
            delete(directory);
        }
    }

    /** In memory where there is such a place: nothing here is about disks. */
    private static Path temporaryDirectory() throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? Files.createTempDirectory(memory, "wharf-fuzz")
                : Files.createTempDirectory("wharf-fuzz");
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }
}
