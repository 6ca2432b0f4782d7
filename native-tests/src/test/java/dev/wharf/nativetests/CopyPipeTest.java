package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wharf command at the end of a real pipe, and COPY FROM named pipes and devices; workers killed on the way. */
class CopyPipeTest {
    private static final long PATIENCE_SECONDS = 120;

    @TempDir
    private Path folder;
    private Path data;

    @BeforeEach
    void init() throws IOException {
        data = folder.resolve("data");
        DataDirectory.init(data);
        try (Session session = Session.open(data)) {
            session.run("CREATE TABLE t " + SampleData.COLUMNS);
        }
    }

    /** Starts {@code wharf sql}; its output goes to the files out and err. */
    private Process wharf(String... args) throws IOException {
        // Whoever started the tests in the background may have had them ignore it
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector",
                "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-exports", "java.base/jdk.internal.access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:-UsePerfData",
                "-cp", System.getProperty("java.class.path"), "dev.wharf.cli.Wharf", "sql", "-D", data.toString()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectOutput(folder.resolve("out").toFile())
                .redirectError(Redirect.appendTo(folder.resolve("err").toFile())).start();
    }

    private int exit(Process process) throws IOException {
        try {
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it ends; " + said());
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("out")) + Files.readString(folder.resolve("err"))
                .replaceAll("WARNING: Using incubator modules.*\n", "");
    }

    private void check(Path file) throws IOException {
        Path out = folder.resolve("copied");
        try (Session session = Session.open(data)) {
            session.run(SampleData.copyTo("t", out));
        }
        assertEquals(-1, Files.mismatch(file, out), "the first byte that differs");
        DataDirectoryFiles.assertClean(data);
    }

    @Test
    void standardInput() throws IOException {
        Path file = folder.resolve("in.csv");
        SampleData.write(file, 1, 8 << 20);
        String settings = SampleData.parallel(1, 100_000);
        Process process = wharf("-q", "-c", settings, "-c", "COPY t FROM STDIN (FORMAT csv)", "-c", "\\echo after");
        try (OutputStream in = process.getOutputStream()) {
            Files.copy(file, in);
        }
        assertEquals(0, exit(process), said());
        assertEquals("after\n", said());
        check(file);
    }

    @Test
    void deviceAndNamedPipe() throws IOException, InterruptedException {
        Path file = folder.resolve("in.csv");
        long rows = SampleData.write(file, 1, 1 << 20);
        Process process = wharf("-c", "COPY t FROM '/dev/stdin' (FORMAT csv)");
        try (OutputStream in = process.getOutputStream()) {
            Files.copy(file, in);
        }
        assertEquals(0, exit(process), said());
        assertEquals("COPY " + rows + "\n", said());
        check(file);

        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        process = wharf("-c", "TRUNCATE t", "-c", "COPY t FROM '" + pipe + "' (FORMAT csv)");
        try (OutputStream in = Files.newOutputStream(pipe)) {
            Files.copy(file, in);
        }
        assertEquals(0, exit(process), said());
        assertEquals("TRUNCATE TABLE\nCOPY " + rows + "\n", said());
        check(file);
    }

    /** The producer goes on for ever; the command does not wait for it once it has failed, and not when it is interrupted. */
    @Test
    void endlessProducer() throws IOException {
        Process process = wharf("-c", SampleData.parallel(0, 1000), "-c", "COPY t FROM STDIN (FORMAT csv)");
        byte[] bad = "x,1\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        process.getOutputStream().write(bad);
        process.getOutputStream().flush();
        assertEquals(1, exit(process), said());
        assertTrue(said().contains("CONTEXT:  COPY t, line 1, column "), said());
        process.getOutputStream().close();

        process = wharf("-c", SampleData.parallel(0, 1000), "-c", "\\echo began", "-c", "COPY t FROM STDIN (FORMAT csv)");
        Session.await("its start", () -> {
            try {
                return Files.readString(folder.resolve("out")).contains("began");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        SampleData.write(process.getOutputStream(), 1, 1 << 18);
        process.getOutputStream().flush();
        Session.signal("INT", process.toHandle());
        // In the statement, or just before it
        int interrupted = exit(process);
        assertTrue(interrupted == 130 || interrupted == 1 && said().matches("(?s).*ERROR:  (canceling statement due to user "
                + "request|COPY from stdin failed: canceled by user)\n.*"), said());
        process.getOutputStream().close();
        Path empty = Files.createFile(folder.resolve("empty"));
        check(empty);
    }

    @Test
    void workersKilled() throws IOException, InterruptedException {
        Path file = folder.resolve("in.csv");
        long rows = SampleData.write(file, 1, 8 << 20);
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Random random = new Random(7);
        try (Session leader = Session.open(data)) {
            leader.run(SampleData.parallel(2, 64 << 10));
            for (int round = 0; round < 4; round++) {
                leader.run("workers 2");
                leader.run("TRUNCATE t");
                leader.send(SampleData.copyFrom("t", pipe));
                int killAt = random.nextInt(7 << 20);
                byte[] bytes = Files.readAllBytes(file);
                try (OutputStream in = Files.newOutputStream(pipe)) {
                    in.write(bytes, 0, killAt);
                    leader.workers().stream().limit(1 + round % 2).forEach(ProcessHandle::destroyForcibly);
                    in.write(bytes, killAt, bytes.length - killAt);
                }
                leader.expect("ok COPY " + rows);
                Path out = folder.resolve("copied");
                leader.run(SampleData.copyTo("t", out));
                assertEquals(-1, Files.mismatch(file, out), "the first byte that differs");
            }
        }
        DataDirectoryFiles.assertClean(data);
    }
}
