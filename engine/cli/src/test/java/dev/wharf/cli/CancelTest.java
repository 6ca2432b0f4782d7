package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.copy.StatProgressCopy;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentReader;
import dev.wharf.shmem.ShmemException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C in the middle of a COPY whose progress another process, this one, watches. */
@Timeout(300)
class CancelTest {
    private static final int ROWS = 4_000_000;
    private static final int MAX_DOUBLINGS = 4;
    private static final String CTRL_C = "\003";
    private static final String CTRL_D = "\004";
    private static final String ERROR = "ERROR:  canceling statement due to user request";
    private static final String GIVEN_UP = "ERROR:  COPY from stdin failed: canceled by user";

    @TempDir
    private Path folder;
    private Path data;
    private Path csv;
    private long csvBytes;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void makeData() throws IOException, InterruptedException {
        data = folder.resolve("data");
        csv = folder.resolve("c.csv");
        assertEquals("", end(sql("-q", "-c", "CREATE TABLE t (a int, b int)"), 0));
    }

    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    private void write(long rows) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(csv), 1 << 20)) {
            byte[] row = "1234567,-7654321\n".getBytes(StandardCharsets.US_ASCII);
            for (long i = 0; i < rows; i++) {
                out.write(row);
            }
            csvBytes = rows * row.length;
        }
    }

    private Process sql(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("sql", "-D", data.toString(), "-X", "-A", "-t"));
        all.addAll(List.of(words));
        return wharf(all);
    }

    private Process wharf(List<String> words) throws IOException {
        return wharf(List.of(), words);
    }

    private Process wharf(List<String> options, List<String> words) throws IOException {
        return start(command(options, words));
    }

    private Process start(List<String> command) throws IOException {
        return start(new ProcessBuilder(command));
    }

    private Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }

    /** Starts it on a terminal of its own, and without a shell beside it, which Ctrl-C would end too. */
    private Process startOnTerminal(List<String> words) throws IOException {
        return startOnTerminal("exec " + String.join(" ", command(List.of("-Dwharf.terminals=01"), words)));
    }

    private Process startOnTerminal(String command) throws IOException {
        ProcessBuilder script = new ProcessBuilder("script", "-qec", command, "/dev/null");
        script.environment().put("SHELL", "/bin/sh");
        return start(script);
    }

    private List<String> command(List<String> options, List<String> words) throws IOException {
        if (Files.notExists(data)) {
            DataDirectory.init(data);
        }
        // Whoever started the tests in the background may have had them ignore it
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector",
                "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Wharf.class.getName()));
        command.addAll(words);
        return command;
    }

    /** What it printed, without what the JVM says of its modules. */
    private static String end(Process process, int exit) throws IOException, InterruptedException {
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .replaceAll("WARNING: Using incubator modules: .*\n", "");
        assertEquals(exit, process.waitFor(), printed);
        return printed;
    }

    /** Waits until the process's COPY has got somewhere; null if the process has ended before. */
    private StatProgressCopy awaitProgress(Process process) {
        while (process.isAlive()) {
            try (SegmentReader reader = Segment.attachReadOnly(DataDirectory.segmentFile(data))) {
                while (process.isAlive() && !reader.isReplaced()) {
                    for (StatProgressCopy row : StatProgressCopy.list(reader)) {
                        if (row.pid() == process.pid() && row.bytesProcessed() > 0) {
                            return row;
                        }
                    }
                    Thread.onSpinWait();
                }
            } catch (ShmemException e) {
                // The process is about to make it anew
                Thread.onSpinWait();
            }
        }
        return null;
    }

    /** Reads up to a text; fails if the end comes before. */
    private static void awaitText(InputStream in, String text) throws IOException {
        awaitText(in, "", text);
    }

    /** The lines between two texts, the second of which is a prompt. */
    private static String awaitText(InputStream in, String before, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(before) < 0 || seen.indexOf(text, seen.indexOf(before)) < 0) {
            int c = in.read();
            assertTrue(c >= 0, () -> "no \"" + text + "\" in " + seen);
            seen.append((char) c);
        }
        int from = seen.indexOf(before) + before.length();
        return seen.substring(from, seen.lastIndexOf("\n") + 1);
    }

    private interface Start {
        Process start() throws IOException, InterruptedException;
    }

    /** Starts it on files of more and more rows until it can be interrupted in its COPY. */
    private Process interrupted(Start start) throws IOException, InterruptedException {
        long rows = ROWS;
        for (int i = 0; i <= MAX_DOUBLINGS; i++, rows *= 2) {
            write(rows);
            Process process = start.start();
            StatProgressCopy row = awaitProgress(process);
            if (row != null) {
                assertEquals(List.of("t", StatProgressCopy.Command.COPY_FROM, StatProgressCopy.Type.FILE, csvBytes),
                        List.of(row.relname(), row.command(), row.type(), row.bytesTotal()));
                assertTrue(row.bytesProcessed() <= csvBytes && row.tuplesProcessed() <= rows, row.toString());
                assertEquals(0, new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor());
                process.waitFor();
                if (process.exitValue() != 0) {
                    return process;
                }
            }
            process.waitFor();
        }
        throw new AssertionError("it always ended before it was interrupted");
    }

    private void assertNothingLoaded() throws IOException, InterruptedException {
        assertEquals("", end(sql("-c", "COPY t TO STDOUT (FORMAT csv)"), 0));
        try (Stream<Path> files = Files.walk(data.resolve("base"))) {
            assertEquals(List.of(), files.filter(file -> file.toString().contains("load-")).toList());
        }
    }

    @Test
    void aStatementIsCancelledAndTheTableIsAsBefore() throws IOException, InterruptedException {
        Process copy = interrupted(() -> sql("-c", "TRUNCATE t", "-c", "COPY t FROM '" + csv + "' (FORMAT csv)"));
        assertEquals(ERROR + "\n", end(copy, 1).replace("TRUNCATE TABLE\n", ""));
        assertNothingLoaded();
    }

    @Test
    void aScriptEndsThereAndTheWorkersToo() throws IOException, InterruptedException {
        Path script = folder.resolve("s.sql");
        Process run = interrupted(() -> {
            Files.writeString(script, "TRUNCATE t;\nSET parallel_setup_time = 0;\nCOPY t FROM '" + csv + "' (FORMAT csv);\n"
                    + "DROP TABLE t;\n");
            return sql("-q", "-f", script.toString());
        });
        assertEquals("psql:" + script + ":3: " + ERROR + "\n", end(run, 3));
        assertNothingLoaded();
    }

    @Test
    void aLoadDropsTheTableThatItMade() throws IOException, InterruptedException {
        assertEquals("", end(sql("-q", "-c", "DROP TABLE t"), 0));
        Process load = interrupted(() -> {
            end(sql("-q", "-c", "DROP TABLE IF EXISTS t; SET client_min_messages = warning"), 0);
            return wharf(List.of("load", "-D", data.toString(), csv.toString(), "--no-header", "--table", "t"));
        });
        String printed = end(load, 1);
        assertTrue(printed.contains(ERROR) && printed.contains("The table was dropped again"), printed);
        assertEquals("Did not find any tables.\n", end(sql("-c", "\\dt"), 0));
    }

    /** On a terminal: before any row, after one, and in the middle of one. What is typed next is a statement. */
    @ParameterizedTest
    @ValueSource(strings = {"", "1,2\n", "1,2\n3,"})
    void dataThatIsTyped(String rows) throws IOException, InterruptedException {
        Process terminal = startOnTerminal(List.of("sql", "-D", data.toString(), "-X"));
        InputStream shown = terminal.getInputStream();
        awaitText(shown, "=> ");
        // At once after each prompt, the first one too
        for (int i = 0; i < 3; i++) {
            type(terminal, CTRL_C);
            awaitText(shown, "=> ");
        }
        // What is typed of a statement is dropped
        type(terminal, "CREATE 'nothing\nof the");
        awaitText(shown, "-> ");
        type(terminal, CTRL_C);
        awaitText(shown, "=> ");
        type(terminal, "COPY t FROM STDIN (FORMAT csv);\n");
        awaitText(shown, ">> ");
        type(terminal, rows);
        if (!rows.isEmpty()) {
            awaitText(shown, ">> ");
        }
        type(terminal, CTRL_C);
        int line = rows.isEmpty() ? 1 : 2;
        assertEquals("\r\nCONTEXT:  COPY t, line " + line + "\r\n", awaitText(shown, GIVEN_UP, "=> "));
        // And an end of the data is none of the shell
        type(terminal, "COPY t FROM STDIN (FORMAT csv);\n");
        awaitText(shown, ">> ");
        type(terminal, "4,5\n");
        awaitText(shown, ">> ");
        type(terminal, CTRL_D);
        awaitText(shown, "COPY 1");
        awaitText(shown, "=> ");
        type(terminal, "COPY t TO STDOUT;\n");
        assertEquals("\r\n4\t5\r\n", awaitText(shown, "STDOUT;", "=> "));
        type(terminal, "\\q\n");
        assertEquals(0, terminal.waitFor());
    }

    @Test
    void aTerminalWhoseParentIgnoresIt() throws IOException, InterruptedException {
        List<String> java = command(List.of("-Dwharf.terminals=01"), List.of("sql", "-D", data.toString(), "-X"));
        Process terminal = startOnTerminal("trap '' INT; exec " + String.join(" ", java.subList(2, java.size())));
        InputStream shown = terminal.getInputStream();
        awaitText(shown, "=> ");
        type(terminal, "COPY t FROM STDIN;\n");
        awaitText(shown, ">> ");
        for (int i = 0; i < 2; i++) {
            type(terminal, CTRL_C);
            awaitText(shown, "=> ");
        }
        type(terminal, "\\q\n");
        assertEquals(0, terminal.waitFor());
    }

    /** Data from a pipe whose other end is open: what the shell does next, it does at once. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\\echo next"})
    void dataThatDoNotCome(String next) throws IOException, InterruptedException {
        String statement = "COPY t FROM STDIN (FORMAT csv)";
        Process copy = next.isEmpty() ? sql("-c", statement) : sql("-c", statement, "-c", next);
        awaitWait(copy, "poll_schedule_timeout");
        assertEquals(0, new ProcessBuilder("kill", "-INT", Long.toString(copy.pid())).start().waitFor());
        String after = next.isEmpty() ? "" : "next\n";
        assertEquals(GIVEN_UP + "\nCONTEXT:  COPY t, line 1\n" + after, end(copy, next.isEmpty() ? 1 : 0));
        assertNothingLoaded();
    }

    private static void type(Process terminal, String keys) throws IOException {
        terminal.getOutputStream().write(keys.getBytes(StandardCharsets.US_ASCII));
        terminal.getOutputStream().flush();
    }

    /** What a statement waits in: $F is a named pipe that says, by being opened, that it has come so far; $P another. */
    @ParameterizedTest
    @ValueSource(strings = {
            "COPY t TO PROGRAM ': > $F; sleep 1000'",
            "COPY many TO PROGRAM ': > $F; sleep 1000'",
            "COPY t FROM PROGRAM 'echo 1; exec >&-; : > $F; sleep 1000'",
            "COPY t FROM PROGRAM ': > $F; sleep 1000'"})
    void aProgramThatDoesNotEnd(String sql) throws IOException, InterruptedException {
        write(ROWS);
        end(sql("-q", "-c", "CREATE TABLE many (a int, b int)", "-c", "COPY many FROM '" + csv + "' (FORMAT csv)"), 0);
        Path pipe = pipe("f");
        Process copy = sql("-c", sql.replace("$F", pipe.toString()));
        // Returns once the program opens it
        Files.newByteChannel(pipe).close();
        assertEquals(0, new ProcessBuilder("kill", "-INT", Long.toString(copy.pid())).start().waitFor());
        assertEquals(ERROR + "\n", end(copy, 1));
        assertEquals("", end(sql("-c", "COPY t TO STDOUT (FORMAT csv)"), 0));
    }

    @Test
    void aProgramThatTheShellWaitsFor() throws IOException, InterruptedException {
        Path pipe = pipe("f");
        Process copy = sql("-c", "\\copy t to program 'cat; : > " + pipe + "; sleep 1000'");
        // By now all is written
        Files.newByteChannel(pipe).close();
        assertEquals(0, new ProcessBuilder("kill", "-INT", Long.toString(copy.pid())).start().waitFor());
        String printed = end(copy, 1);
        assertTrue(printed.contains("DETAIL:  child process was terminated by signal 9: Killed\n"), printed);
    }

    /** The terminal would give more if it was asked again. */
    @Test
    void aLoadEndsAtTheFirstEndOfWhatIsTyped() throws IOException, InterruptedException {
        Process terminal = startOnTerminal(List.of("load", "-D", data.toString(), "-", "--table", "typed"));
        type(terminal, "a,b\n1,2\n" + CTRL_D);
        awaitText(terminal.getInputStream(), "COPY 1");
        assertEquals(0, terminal.waitFor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"COPY t FROM '$P'", "COPY t TO '$P'"})
    void aNamedPipeThatNobodyElseOpens(String sql) throws IOException, InterruptedException {
        Path pipe = pipe("p");
        Process copy = sql("-c", sql.replace("$P", pipe.toString()));
        awaitWait(copy, "wait_for_partner");
        assertEquals(0, new ProcessBuilder("kill", "-INT", Long.toString(copy.pid())).start().waitFor());
        assertEquals(ERROR + "\n", end(copy, 1));
        assertNothingLoaded();
    }

    private Path pipe(String name) throws IOException, InterruptedException {
        Path pipe = folder.resolve(name);
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        return pipe;
    }

    /** Waits until a thread of the process waits in that function of the kernel. */
    private static void awaitWait(Process process, String function) throws IOException {
        Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
        while (process.isAlive()) {
            try (Stream<Path> threads = Files.list(tasks)) {
                if (threads.anyMatch(thread -> waitsFor(thread, function))) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    private static boolean waitsFor(Path thread, String function) {
        try {
            return Files.readString(thread.resolve("wchan")).contains(function);
        } catch (IOException e) {
            // It has ended
            return false;
        }
    }
}
