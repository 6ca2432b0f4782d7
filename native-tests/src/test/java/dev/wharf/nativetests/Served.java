package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.guc.ServerParameters;
import dev.wharf.nativetests.tree.SourceTree;
import dev.wharf.shmem.ProcStatus;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A data directory with a sample extension's jar in it, its supervisor, and sessions beside it: a process each. */
final class Served implements AutoCloseable {
    final Path data;
    private final List<Process> processes = new ArrayList<>();
    private ServeProcess server;

    /** @param settings lines of {@code wharf.conf} */
    Served(Path directory, String sample, String... settings) throws IOException {
        data = directory.resolve("data").toAbsolutePath();
        DataDirectory.init(data);
        Files.write(ServerParameters.file(data), List.of(settings), StandardOpenOption.APPEND);
        jar(sample, Files.createDirectories(data.resolve("extensions")).resolve(sample + ".jar"));
    }

    /** A sample's jar: the tests may run in a phase before Maven makes it, but this is its content. */
    static void jar(String sample, Path jar) throws IOException {
        ExtensionJar.pack(SourceTree.root().resolve("engine/extensions").resolve(sample).resolve("target/classes"), jar);
    }

    /** What {@code java} needs for a Wharf process; the samples are not on this class path. */
    static List<String> java(String... mainAndArguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector",
                "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-exports", "java.base/jdk.internal.access=ALL-UNNAMED",
                "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx512m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(mainAndArguments));
        return command;
    }

    /** Starts {@code wharf serve}, and waits until it is ready. */
    Served serve() {
        server = ServeProcess.ready(data);
        return this;
    }

    /** Ctrl-C: has the supervisor end, and its workers. */
    void stop() {
        server.signal("INT");
        assertEquals(0, server.awaitEnd(), this::log);
    }

    /** Waits until the supervisor says that. */
    void expect(String said) {
        server.expect(said);
    }

    /** SIGHUP, after which the supervisor says that. */
    void reload(String said) {
        server.signal("HUP");
        server.expect(said);
    }

    /** Those of a type that have a slot of the proc table, and so have begun. */
    List<ProcStatus> procs(String type) {
        try (SegmentReader reader = Segment.attachReadOnly(DataDirectory.segmentFile(data))) {
            return reader.procs().stream().filter(proc -> proc.backendType().equals(type)
                    && proc.state() != ProcStatus.State.DEAD).toList();
        }
    }

    /** Waits until exactly so many processes of the type are there, and gives them. */
    List<ProcessHandle> awaitWorkers(String type, int count) {
        Session.await(count + " workers of type " + type + "; " + log(), () -> procs(type).size() == count);
        return procs(type).stream().map(proc -> ProcessHandle.of(proc.pid()).orElseThrow()).toList();
    }

    Sql sql() throws IOException {
        Process process = new ProcessBuilder(java("dev.wharf.cli.Wharf", "sql", "-D", data.toString(), "-A", "-t"))
                .redirectErrorStream(true).start();
        processes.add(process);
        return new Sql(process);
    }

    String log() {
        StringBuilder all = new StringBuilder();
        for (Path file : List.of(data.resolve("worker.log"), data.resolve("wharf.log"))) {
            try {
                all.append(file.getFileName()).append(": ").append(Files.exists(file) ? Files.readString(file) : "").append('\n');
            } catch (IOException e) {
                all.append(e);
            }
        }
        return all.toString();
    }

    /** {@code wharf sql} in a process, with statements on its standard input. */
    final class Sql {
        private static final String END = "-- end --";
        private final Process process;
        private final BufferedReader out;

        private Sql(Process process) {
            this.process = process;
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        void send(String statements) {
            try {
                process.getOutputStream().write((statements + ";\n\\echo " + END + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(log(), e);
            }
        }

        /** What it prints for what was sent, errors too. */
        List<String> receive() {
            List<String> lines = new ArrayList<>();
            try {
                for (String line = out.readLine(); !END.equals(line); line = out.readLine()) {
                    assertTrue(line != null, () -> lines + log());
                    if (!line.startsWith("WARNING: Using incubator modules")) {
                        lines.add(line);
                    }
                }
                return lines;
            } catch (IOException e) {
                throw new UncheckedIOException(log(), e);
            }
        }

        /** What it prints up to its end. */
        List<String> rest() {
            return out.lines().toList();
        }

        int awaitEnd() throws InterruptedException {
            return process.waitFor();
        }

        List<String> run(String statements) {
            send(statements);
            return receive();
        }

        ProcessHandle handle() {
            return process.toHandle();
        }
    }

    /** Kills all that this has started; a supervisor takes its workers along. */
    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroyForcibly().onExit().join();
        }
        if (server != null) {
            server.close();
        }
    }
}
