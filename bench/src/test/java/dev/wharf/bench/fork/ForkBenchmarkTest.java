package dev.wharf.bench.fork;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.bench.RunLog;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkBenchmarkTest {
    @TempDir
    Path directory;

    /** Real workers, of this class path; there is no cache. */
    @Test
    void stagesComeOneAfterTheOther() throws Exception {
        RunLog log = new RunLog(new PrintStream(PrintStream.nullOutputStream()), directory, directory);
        String classPath = System.getProperty("java.class.path");
        ForkResults results = ForkBenchmark.run(new ForkBenchmark.Settings(directory.resolve("run"), classPath,
                directory.resolve("no.aot"), directory.resolve("no.aot"), 2), log);
        assertEquals(classPath, System.getProperty("java.class.path"));
        assertEquals(List.of(ForkContender.NO_AOT, ForkContender.NO_AOT),
                results.samples().stream().map(ForkResults.Sample::contender).toList());
        for (ForkResults.Sample sample : results.samples()) {
            for (Stage stage : Stage.values()) {
                // When it was forked the harness hears while the JVM is already starting
                if (stage.ordinal() > Stage.JVM_UP.ordinal()) {
                    Stage before = Stage.values()[stage.ordinal() - 1];
                    assertTrue(sample.times().get(before) < sample.times().get(stage) + (stage == Stage.HOT ? 1 : 0),
                            sample::toString);
                }
            }
            assertTrue(sample.times().get(Stage.EXEC) > 0 && sample.hotTask() <= sample.coldTask(), sample::toString);
        }
        assertEquals(List.of("fork.md", "fork.csv"), new ForkReport(results).write(directory.resolve("report")));
        String markdown = Files.readString(directory.resolve("report/fork.md"));
        assertTrue(markdown.contains("| fork to first task | 250 ms | 100 ms |  | not measured |"), markdown);
        assertTrue(markdown.contains("- as Wharf does: with an AOT cache: it is not there"), markdown);
        assertEquals(3, Files.readAllLines(directory.resolve("report/fork.csv")).size());
    }
}
