package dev.wharf.nativetests.jazzer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Fuzzing led by coverage: Jazzer, in a JVM of its own, looks for bytes that reach new branches of the scanner and the kernels.
 * Only the soak profile has it on the class path. {@code -Djazzer.seconds=N} says how long each target runs.
 */
@Tag("soak")
class JazzerTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"ScannerTarget, dev.wharf.core.csv.**", "KernelTarget, dev.wharf.core.kernel.**:dev.wharf.core.types.**"})
    void findsNothing(String target, String instrumented) throws IOException, InterruptedException {
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        seed(corpus);
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector",
                "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-XX:+EnableDynamicAgentLoading", "-Xmx1g",
                "-cp", System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=dev.wharf.nativetests.jazzer." + target, "--instrumentation_includes=" + instrumented,
                "--reproducer_path=" + directory, "-artifact_prefix=" + directory + "/", "-max_len=1024", "-len_control=10",
                "-max_total_time=" + Integer.getInteger("jazzer.seconds", 300), corpus.toString()));
        Process jazzer = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        try {
            int exit = jazzer.waitFor();
            String said = Files.readString(log, StandardCharsets.ISO_8859_1);
            String end = said.substring(Math.max(0, said.length() - 10_000));
            System.out.println(target + ": " + said.lines().filter(l -> l.contains("DONE") || l.startsWith("Done")).toList());
            assertEquals(0, exit, end);
        } finally {
            jazzer.destroyForcibly();
        }
    }

    private static void seed(Path corpus) throws IOException {
        int number = 0;
        for (byte[] seed : FuzzTargetsTest.seeds()) {
            Files.write(corpus.resolve("seed" + number++), seed);
        }
    }
}
