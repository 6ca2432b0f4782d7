package dev.wharf.nativetests.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs jcstress over the tests of this package, in JVMs of its own: nothing forbidden may be seen, and all must have run. */
@Timeout(3600)
class StressTest {
    private static final int TESTS = 9;
    private static final Pattern RESULTS =
            Pattern.compile("\\(Results: (\\d+ planned; \\d+ passed, \\d+ failed, \\d+ soft errs, \\d+ hard errs)\\)");

    @TempDir
    private Path directory;

    @Test
    void nothingForbiddenIsSeen() throws Exception {
        run("100", "2");
    }

    @Test
    @Tag("soak")
    void nothingForbiddenIsSeenForLong() throws Exception {
        run("2000", "20");
    }

    private void run(String milliseconds, String iterations) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        // Three actors even where there are two processors, which it would refuse if it knew: so it may not look into Linux's
        // /sys, and believes this count. Few states at a time, for each has a lock of its own.
        List<String> command = List.of(java(), "-Dos.name=any", "-XX:ActiveProcessorCount=3", "-cp",
                System.getProperty("java.class.path"), "org.openjdk.jcstress.Main", "-t", getClass().getPackageName(),
                "-r", directory.toString(), "-c", "3", "-af", "NONE", "-sc", "false", "-f", "1", "-time", milliseconds,
                "-iters", iterations, "-strideSize", "10", "-strideCount", "100",
                "-jvmArgs", "-Djava.io.tmpdir=" + directory + " --enable-native-access=ALL-UNNAMED"
                + " --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        try {
            int exit = process.waitFor();
            String report = Files.readString(output);
            assertEquals(0, exit, report);
            Matcher matcher = RESULTS.matcher(report);
            String last = "";
            while (matcher.find()) {
                last = matcher.group(1);
            }
            assertEquals(TESTS + " planned; " + TESTS + " passed, 0 failed, 0 soft errs, 0 hard errs", last, report);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
