package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several commands at once on a data directory that is not there yet. */
@Timeout(120)
class LoadTogetherTest {
    private static final int PROCESSES = 5;

    @TempDir
    private Path folder;

    @Test
    void oneMakesTheDirectoryAndAllLoad() throws IOException, InterruptedException {
        Path csv = Files.writeString(folder.resolve("c.csv"), "a,b\n1,2\n");
        Path data = folder.resolve("new").resolve("data");
        List<Process> loads = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                loads.add(wharf("load", "-D", data.toString(), csv.toString(), "--table", "t" + i));
            }
            int made = 0;
            for (Process load : loads) {
                String printed = new String(load.getInputStream().readAllBytes());
                assertEquals(0, load.waitFor(), printed);
                made += printed.contains("Made the data directory") ? 1 : 0;
            }
            assertEquals(1, made);
            Process tables = wharf("sql", "-D", data.toString(), "-At", "-c", "\\dt");
            loads.add(tables);
            assertEquals(PROCESSES, new String(tables.getInputStream().readAllBytes()).lines()
                    .filter(line -> line.contains("|t")).count());
            assertTrue(Files.notExists(data.resolve("init.lock")));
        } finally {
            loads.forEach(Process::destroyForcibly);
        }
    }

    private static Process wharf(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector",
                "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Wharf.class.getName()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
