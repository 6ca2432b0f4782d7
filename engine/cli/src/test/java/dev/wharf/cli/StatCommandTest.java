package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code wharf stat} on segments that other processes work in, or have died in. */
@Timeout(120)
class StatCommandTest {
    @TempDir
    private Path folder;
    private Path file;
    private final List<Process> processes = new ArrayList<>();
    private String out;
    private String err;

    @BeforeEach
    void name() throws IOException {
        file = folder.toRealPath().resolve("segment");
    }

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private int stat(String in, String... args) {
        List<String> all = new ArrayList<>(List.of("stat"));
        all.addAll(List.of(args));
        CommandRun run = CommandRun.of(in, all.toArray(String[]::new));
        out = run.out();
        err = run.err();
        return run.exit();
    }

    private static List<String> java(Class<?> main, String... args) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--add-exports=java.base/jdk.internal.access=ALL-UNNAMED",
                "-Dwharf.terminals=012", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return command;
    }

    private Process start(List<String> command, String terminal) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(Map.of("TERM", terminal, "SHELL", "/bin/sh"));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Process startPeer() throws IOException {
        Process peer = start(java(StatPeer.class, file.toString()), "dumb");
        assertEquals("ready", peer.inputReader().readLine());
        return peer;
    }

    @Test
    void aLiveSegment() throws IOException {
        Process peer = startPeer();
        String pid = Long.toString(peer.pid());
        do {
            assertEquals(0, stat("", file.toString()), err);
        } while (!out.contains("LWLock: ") || !out.contains(pid + " shared"));
        String tranche = "Shelf \"\u00e9\" \ud83d\ude00?";
        assertTrue(out.startsWith("Segment \"" + file + "\", in use by process " + pid + "\n"), out);
        assertTrue(out.contains(", generation 1, made by process " + pid + "\n2 of 8 procs, "), out);
        assertRow("0", pid, "*", "owner", "active", "", tranche + " 2 exclusive");
        assertRow("1", pid, "*", "waiter", "active", "LWLock: " + tranche, "waiting " + tranche + " 2 shared");
        assertRow(tranche, "2", "spinning", "0", "yes", "1", "*", "*", pid + " exclusive", pid + " shared", "");
        assertRow("books", "*", "1000", "1024");
        assertRow("<anonymous>", "", "0", "0");
        assertRow("cellar", "segment", "5000");
        assertRow("0", "5", StatPeer.LABEL.replace('\t', '?').replace('\u001b', '?'), pid, "-42");
        assertFalse(out.contains("\u001b"));
        assertEquals(0, stat("", file.toString(), "--all"));
        assertRow(tranche, "1", "spinning", "0", "no", "0", "0", "0", "", "", "");
        assertTrue(peer.isAlive());
    }

    /** A row of one of the tables; {@code *} is any number. */
    private void assertRow(String... cells) {
        assertTrue(out.lines().map(line -> line.split("\\|", -1)).anyMatch(row -> matches(row, cells)),
                () -> "no row " + List.of(cells) + " in\n" + out);
    }

    private static boolean matches(String[] row, String[] cells) {
        boolean good = row.length == cells.length;
        for (int i = 0; good && i < row.length; i++) {
            String cell = row[i].strip();
            good = cells[i].equals("*") ? cell.matches("\\d+") : cell.equals(cells[i]);
        }
        return good;
    }

    @Test
    void json() throws IOException {
        long pid = startPeer().pid();
        Map<?, ?> root;
        do {
            assertEquals(0, stat("", file.toString(), "--json"), err);
            assertEquals(out.length() - 1, out.indexOf('\n'));
            root = (Map<?, ?>) JsonParser.parse(out.strip());
            // It spins before it sleeps, and the processes are read before all else
        } while (!out.contains("\"waiting\"") || row(root, "processes", 1).get("wait_event") == null);
        assertEquals(List.of("file", "live", "attached_pids", "header", "processes", "activity", "progress_copy", "locks",
                "allocations", "dsm_allocations", "counters"), List.copyOf(root.keySet()));
        assertEquals(file.toString(), root.get("file"));
        assertEquals(true, root.get("live"));
        assertEquals(List.of(pid), root.get("attached_pids"));
        Map<?, ?> header = (Map<?, ?>) root.get("header");
        assertEquals(pid, header.get("supervisor_pid"));
        assertEquals(Files.size(file), header.get("length"));
        Map<?, ?> owner = row(root, "processes", 0);
        assertEquals("owner", owner.get("backend_type"));
        assertEquals(null, owner.get("wait_event"));
        Map<?, ?> waiter = row(root, "processes", 1);
        assertEquals(StatPeer.TRANCHE, waiter.get("wait_event"));
        assertEquals("waiting", row(waiter, "locks", 0).get("state"));
        Map<?, ?> lock = row(root, "locks", 0);
        assertEquals(StatPeer.TRANCHE, lock.get("tranche"));
        assertEquals(Map.of("pid", pid, "tid", owner.get("tid"), "proc", 0L, "mode", "exclusive", "published", false),
                row(lock, "holders", 0));
        assertEquals(Map.of("pid", pid, "tid", waiter.get("tid"), "proc", 1L, "mode", "shared", "ticket", 1L),
                row(lock, "waiters", 0));
        Map<?, ?> statistics = (Map<?, ?>) lock.get("statistics");
        assertEquals(1L, statistics.get("exclusive_acquires"));
        assertEquals(0L, statistics.get("shared_acquires"));
        assertEquals(0L, statistics.get("futex_wakes"));
        assertEquals(Map.of("name", "cellar", "type", "segment", "size", 5000L), row(root, "dsm_allocations", 0));
        assertEquals(Map.of("id", 0L, "type", 5L, "label", StatPeer.LABEL, "pid", pid, "value", -42L), row(root, "counters", 0));
        long sum = 0;
        for (Object allocation : (List<?>) root.get("allocations")) {
            sum += (Long) ((Map<?, ?>) allocation).get("allocated_size");
        }
        assertEquals(Files.size(file), sum);
    }

    private static Map<?, ?> row(Map<?, ?> parent, String name, int index) {
        return (Map<?, ?>) ((List<?>) parent.get(name)).get(index);
    }

    /** By its name in place of a file, or with a file; as a table, or an object a line. */
    @Test
    void aViewAlone() throws IOException {
        long pid = startPeer().pid();
        assertEquals(0, stat("", file.toString(), "--view", "pg_shmem_allocations"), err);
        assertTrue(out.lines().findFirst().orElseThrow().matches(" +name +\\| +off +\\| +size +\\| allocated_size *"), out);
        assertRow("books", "*", "1000", "1024");
        assertFalse(out.contains("Segment \"" + file));
        assertEquals(0, stat("", file.toString(), "--view", "pg_shmem_allocations", "--json"), err);
        List<Map<?, ?>> rows = new ArrayList<>();
        out.lines().forEach(line -> rows.add((Map<?, ?>) JsonParser.parse(line)));
        assertEquals(List.of("name", "off", "size", "allocated_size"), List.copyOf(rows.getFirst().keySet()));
        assertEquals(Files.size(file), rows.stream().mapToLong(row -> (Long) row.get("allocated_size")).sum());
        assertEquals(0, stat("", file.toString(), "--view", "pg_stat_lwlock"), err);
        assertTrue(out.contains("Shelf \"\u00e9\" \ud83d\ude00?"), out);
        assertEquals(0, stat("", file.toString(), "--view", "pg_stat_activity", "--json"), err);
        assertTrue(out.lines().map(line -> (Map<?, ?>) JsonParser.parse(line)).allMatch(row -> row.get("pid").equals(pid)), out);
        assertEquals(0, stat("", file.toString(), "--view", "pg_stat_progress_copy"), err);
        assertTrue(out.endsWith("(0 rows)\n\n"), out);
        assertEquals(0, stat("", file.toString(), "--view", "pg_wait_events"), err);
        assertTrue(out.contains("ParallelFinish"), out);
        assertEquals(0, stat("q", file.toString(), "--view", "pg_wait_events", "--watch"), err);
        assertTrue(out.matches("(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\n +type +\\|.*"), out);
    }

    @Test
    void aViewOfADataDirectory() throws IOException {
        String data = folder.resolve("data").toString();
        Console nowhere = Console.of(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), System.err);
        assertEquals(0, Wharf.run(new String[] {"init", "-D", data}, nowhere));
        assertEquals(0, Wharf.run(new String[] {"sql", "-D", data, "-c", "create table t (a int)"}, nowhere));
        assertEquals(0, stat("", "-D", data, "pg_stat_progress_copy"), err);
        String view = out;
        assertEquals(0, stat("", "-D", data, "--view", "pg_stat_progress_copy"), err);
        assertEquals(view, out);
        assertEquals(2, stat("", "-D", data, "--view", "pg_stat_activty"));
        assertTrue(err.startsWith("wharf: error: no view pg_stat_activty"), err);
        assertTrue(err.lines().findFirst().orElseThrow().contains("pg_stat_activity"), err);
    }

    @Test
    void aSegmentWhoseOwnerIsDead() throws Exception {
        Process peer = startPeer();
        peer.destroyForcibly().waitFor();
        assertEquals(0, stat("", file.toString()), err);
        assertTrue(out.startsWith("Segment \"" + file + "\", not in use: its processes have all ended\n"), out);
        assertTrue(out.contains("made by process " + peer.pid() + ", which has ended\n"), out);
        assertRow("0", Long.toString(peer.pid()), "*", "owner", "dead", "", "Shelf \"\u00e9\" \ud83d\ude00? 2 exclusive");
        assertEquals(0, stat("", file.toString(), "--json"));
        Map<?, ?> root = (Map<?, ?>) JsonParser.parse(out.strip());
        assertEquals(false, root.get("live"));
        assertEquals("dead", row(root, "processes", 0).get("state"));
        Map<?, ?> lock = row(root, "locks", 0);
        assertEquals(peer.pid(), row(lock, "holders", 0).get("pid"));
        assertEquals(1L, ((Map<?, ?>) lock.get("statistics")).get("exclusive_acquires"));
    }

    @Test
    void aDataDirectory() throws IOException {
        String data = folder.resolve("data").toString();
        Console nowhere = Console.of(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), System.err);
        assertEquals(0, Wharf.run(new String[] {"init", "-D", data}, nowhere));
        assertEquals(1, stat("", "-D", data));
        assertEquals("ERROR:  could not open shared memory segment \"" + data + "/segment\": No such file or directory\n", err);
        assertEquals(0, Wharf.run(new String[] {"sql", "-D", data, "-c", "create table t (a int)"}, nowhere));
        assertEquals(0, stat("", "-D", data), err);
        assertTrue(out.contains("not in use: its processes have all ended"), out);
        assertRow("Proc Array", "*", "*", "*");
    }

    @Test
    void wrongUsage() throws IOException {
        assertEquals(2, stat("", "-D", "x", "y"));
        assertEquals(2, stat("", "x", "y"));
        assertTrue(err.startsWith("wharf: error: unexpected word \"y\": wharf stat takes one FILE\n"), err);
        assertEquals(2, stat("", "x", "--watch", "--interval", "0"));
        assertEquals(1, stat("", "-D", file.toString()));
        assertEquals("ERROR:  data directory \"" + file + "\" does not exist\n"
                + "HINT:  Name one with -D, or the file of a segment.\n", err);
        Files.writeString(file, "x".repeat(1000));
        assertEquals(1, stat("", file.toString()));
        assertEquals("ERROR:  file \"" + file + "\" is not a segment\n", err);
    }

    @Test
    void watchPrintsBlocksWhereThereIsNoTerminal() throws Exception {
        Process peer = startPeer();
        Process watch = start(java(Wharf.class, "stat", file.toString(), "--watch", "--interval", "0.1", "--json").stream()
                .filter(flag -> !flag.startsWith("-Dwharf.terminals")).toList(), "xterm");
        BufferedReader lines = watch.inputReader(StandardCharsets.UTF_8);
        assertTrue(lines.readLine().contains("\"live\":true"));
        peer.destroyForcibly().waitFor();
        String line;
        do {
            line = lines.readLine();
        } while (line.contains("\"live\":true"));
        assertTrue(line.contains("\"live\":false"), line);
        Files.delete(file);
        do {
            line = lines.readLine();
        } while (line.contains("\"live\""));
        assertEquals("{\"error\":\"could not open shared memory segment \\\"" + file + "\\\": No such file or directory\","
                + "\"sqlstate\":\"58P01\"}", line);
        // Another one of that name
        Process second = startPeer();
        do {
            line = lines.readLine();
        } while (line.contains("\"error\""));
        assertTrue(line.contains("\"supervisor_pid\":" + second.pid()), line);
        watch.getOutputStream().write('q');
        watch.getOutputStream().flush();
        assertEquals(0, watch.waitFor());
    }

    @Test
    void watchEndsAtQ() throws IOException {
        startPeer();
        assertEquals(0, stat("xq", file.toString(), "--watch"));
        assertTrue(out.matches("(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\nSegment .*"), out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xterm", "dumb"})
    void watchOnATerminal(String terminal) throws Exception {
        startPeer();
        String command = String.join(" ", java(Wharf.class, "stat", file.toString(), "--watch", "--interval", "0.1"));
        // What the terminal is like, before and after
        Process script = start(List.of("script", "-qec", "stty rows 20 cols 60; stty -a; " + command + "; echo exit $?; stty -a",
                "/dev/null"), terminal);
        BufferedReader lines = script.inputReader(StandardCharsets.UTF_8);
        List<String> before = new ArrayList<>();
        String line = lines.readLine();
        for (; !line.contains("Z\u001b[K") && !line.matches("\\d{4}-.*Z"); line = lines.readLine()) {
            before.add(line);
        }
        // Three times
        int lengthOfScreen = 0;
        for (int times = 0; times < 3; line = lines.readLine()) {
            if (line.contains("Segment ")) {
                times++;
                lengthOfScreen = 0;
            }
            lengthOfScreen++;
            assertEquals(terminal.equals("xterm"), line.contains("\u001b["), line);
            assertTrue(!terminal.equals("xterm") || line.replaceAll("\u001b\\[[A-Z]", "").length() <= 60, line);
        }
        assertTrue(!terminal.equals("xterm") || lengthOfScreen <= 20);
        script.getOutputStream().write('q');
        script.getOutputStream().flush();
        List<String> after = new ArrayList<>();
        for (line = lines.readLine(); line != null; line = lines.readLine()) {
            after.add(line);
        }
        int exit = after.indexOf(after.stream().filter(text -> text.endsWith("exit 0")).findFirst().orElseThrow());
        assertEquals(before.subList(before.size() - after.size() + exit + 1, before.size()),
                after.subList(exit + 1, after.size()));
    }
}
