package dev.wharf.nativetests.jazzer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That what {@link JazzerTest} runs for long can be run at all, and finds nothing in what it begins with. */
class FuzzTargetsTest {
    private static final Path CASES = Path.of("src/test/resources/copy");
    /** Of the byte that a target may choose by. */
    private static final int CHOICES = 64;
    private static final int LINES = 5;

    /** The lines of the judge's cases, some of them behind each byte that a target may choose by. */
    static List<byte[]> seeds() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(CASES)) {
            for (Path file : files.sorted().toList()) {
                Files.readAllLines(file).stream().filter(l -> l.startsWith("< ")).map(l -> l.substring(2)).forEach(lines::add);
            }
        }
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += LINES) {
            String some = String.join("\n", lines.subList(i, Math.min(i + LINES, lines.size())));
            seeds.add(((char) (i / LINES % CHOICES) + some + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return seeds;
    }

    @Test
    void seedsAreNoFindings() throws IOException {
        List<byte[]> seeds = seeds();
        assertTrue(seeds.size() > 100, () -> seeds.size() + " seeds");
        for (byte[] seed : seeds) {
            for (int choice = 0; choice < CHOICES; choice++) {
                byte[] input = seed.clone();
                input[0] = (byte) choice;
                ScannerTarget.fuzzerTestOneInput(input);
                KernelTarget.fuzzerTestOneInput(input);
            }
        }
    }
}
