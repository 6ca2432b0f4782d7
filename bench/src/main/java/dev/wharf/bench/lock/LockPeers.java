package dev.wharf.bench.lock;

import dev.wharf.bench.copy.LineProcess;
import dev.wharf.bench.lock.LockContender.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The processes of one contender: started once, kept for the run. They end when this one does. One thread. */
final class LockPeers implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(120);
    private static final String SOURCE = "lock_peer.c";

    /** Where all peers find the memory. */
    record Place(Path segment, long struct, Path program) {
        Path directory() {
            return segment.getParent();
        }
    }

    private final LockContender contender;
    private final List<LineProcess> processes = new ArrayList<>();

    private LockPeers(LockContender contender) {
        this.contender = contender;
    }

    /** Starts them, and does not wait. @param workers of them at most at once */
    static LockPeers start(LockContender contender, int workers, Place place) throws IOException {
        LockPeers peers = new LockPeers(contender);
        try {
            for (int i = 0; i < contender.processes(workers); i++) {
                peers.processes.add(new LineProcess(contender.label() + ", process " + i, command(contender, place),
                        place.directory()));
            }
            return peers;
        } catch (IOException e) {
            peers.close();
            throw e;
        }
    }

    private static List<String> command(LockContender contender, Place place) {
        if (contender.kind() == Kind.C_PROCESSES) {
            return List.of(place.program().toString(), place.segment().toString(), Long.toString(place.struct()),
                    Integer.toString(contender.lockOffset()), contender.lock());
        }
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xms16m", "-Xmx64m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LockPeer.class.getName(),
                place.segment().toString(), Long.toString(place.struct()), contender.name()));
        return command;
    }

    List<LineProcess> processes() {
        return List.copyOf(processes);
    }

    /** Waits until all are there. */
    void awaitStart() throws IOException {
        for (LineProcess process : processes) {
            expect(process, "ready", START);
        }
        if (contender.kind() == Kind.C_PROCESSES) {
            processes.getFirst().send("init");
            expect(processes.getFirst(), "done", START);
        }
    }

    /** Picoseconds of an iteration of the busy hold. */
    long calibrate() throws IOException {
        processes.getFirst().send("calibrate");
        String answer = processes.getFirst().receive(START);
        try {
            return Long.parseLong(answer);
        } catch (NumberFormatException e) {
            throw new IOException(contender.label() + " answered: " + answer, e);
        }
    }

    /** Tells so many workers to wait for go, and then do {@code command}. */
    void send(String verb, int workers, String command) throws IOException {
        if (contender.kind() == Kind.JVM_THREADS) {
            processes.getFirst().send(verb + " 0 " + workers + " " + command);
            return;
        }
        for (int i = 0; i < workers; i++) {
            processes.get(i).send(verb + " " + i + " 1 " + command);
        }
    }

    void awaitDone(int workers, Duration limit) throws IOException {
        for (LineProcess process : processes.subList(0, contender.processes(workers))) {
            expect(process, "done", limit);
        }
    }

    private static void expect(LineProcess process, String line, Duration limit) throws IOException {
        String answer = process.receive(limit);
        if (!answer.equals(line)) {
            throw new IOException("expected \"" + line + "\", was answered: " + answer);
        }
    }

    /** Ends them, also in the middle of something. */
    @Override
    public void close() {
        for (LineProcess process : processes) {
            try {
                process.close();
            } catch (IOException e) {
                // it is gone, or as good as gone
            }
        }
    }

    /**
     * Compiles the C peer.
     *
     * @return the program, in {@code directory}
     * @throws IOException if there is no gcc, or it does not compile this
     */
    static Path compile(Path directory) throws IOException {
        Path source = directory.resolve(SOURCE);
        Path program = directory.resolve("lock_peer");
        try (InputStream in = LockPeers.class.getResourceAsStream(SOURCE)) {
            Files.copy(in, source);
        }
        List<String> command = new ArrayList<>(List.of("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-pthread"));
        for (Map.Entry<String, Integer> definition : LockLayout.definitions().entrySet()) {
            command.add("-D" + definition.getKey() + "=" + definition.getValue());
        }
        command.addAll(List.of("-o", program.toString(), source.toString()));
        Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
        gcc.getOutputStream().close();
        String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!gcc.waitFor(START.toSeconds(), TimeUnit.SECONDS) || gcc.exitValue() != 0 || !said.isEmpty()) {
                gcc.destroyForcibly();
                throw new IOException("gcc does not compile " + SOURCE + ": " + said);
            }
        } catch (InterruptedException e) {
            gcc.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while gcc ran", e);
        }
        return program;
    }
}
