package dev.wharf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int run(String... arguments) throws IOException {
        return Main.run(arguments, directory, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void helps() throws IOException {
        assertEquals(0, run("--help"));
        assertEquals(0, run("copy", "--help"));
        assertEquals(0, run("lock", "--help"));
        assertEquals(0, run("fork", "--help"));
        assertTrue(printed().contains("bench/run COMMAND") && printed().contains("--runs=N"), printed());
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        assertEquals(2, run());
        assertEquals(2, run("fly"));
        assertEquals(2, run("copy", "--data", "orders"));
        assertEquals(2, run("copy", "--peers", "oracle"));
        assertEquals(2, run("copy", "--runs", "0"));
        assertEquals(2, run("copy", "--scale", "-1"));
        assertEquals(2, run("copy", "--fast"));
        assertEquals(2, run("lock", "--contenders", "spinlock"));
        assertEquals(2, run("lock", "--processes", "1,17"));
        assertEquals(2, run("lock", "--writers", "101"));
        assertEquals(2, run("lock", "--hold", "-1"));
        assertEquals(2, run("lock", "--millis", "0"));
        assertEquals(2, run("fork", "--runs", "0"));
        assertTrue(printed().contains("no such contender: spinlock. There are lwlock, "), printed());
        assertTrue(printed().contains("no such peer among [oracle]: there are postgres, duckdb, or none"), printed());
    }

    @Test
    void writesASmallLockReport() throws IOException {
        assertEquals(0, run("lock", "--no-jmh", "--contenders", "lwlock", "--processes", "2", "--writers", "50", "--hold", "0",
                "--runs", "1", "--millis", "1", "--wake-ups", "0", "--dir", directory.toString()));
        assertTrue(printed().contains("| 2 processes, 50 % writers, hold 0 | 1.00 × | 1.00 × |  | not measured |"), printed());
        assertTrue(Files.exists(directory.resolve("bench/target/lock/report/lock.md")));
        assertTrue(Files.notExists(directory.resolve("perf-reports")));
    }

    @Test
    void writesASmallRunsReportBesideItsData() throws IOException {
        assertEquals(0, run("copy", "--rows", "10", "--runs", "1", "--peers", "none", "--data", "narrow,text"));
        assertTrue(printed().contains("Wharf is not measured: there is no executable HOME/wharf"), printed());
        assertTrue(Files.exists(directory.resolve("bench/target/copy/report/copy.md")));
        assertTrue(Files.notExists(directory.resolve("perf-reports")));
    }
}
