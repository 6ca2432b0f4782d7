package dev.wharf.nativetests;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that a test forks and talks to by lines. Killed at the end. */
final class PeerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private PeerProcess(Process process) {
        this.process = process;
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    static PeerProcess start(List<String> command) throws IOException {
        return new PeerProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** A JVM with this one's class path. */
    static PeerProcess startJvm(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:+UseSerialGC", "-Xmx64m", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return start(command);
    }

    long pid() {
        return process.pid();
    }

    /** The next line must be this one. */
    void expect(String line) throws IOException {
        String actual = output.readLine();
        if (!line.equals(actual)) {
            throw new IOException("expected \"" + line + "\" from process " + pid() + ", got "
                    + (actual == null ? "its end" : '"' + actual + '"'));
        }
    }

    void send(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** SIGKILL; returns once it is gone. */
    void kill() throws InterruptedException {
        // Process's own method would also close the streams.
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** What it has said and nobody has read. Only once it is gone. */
    String rest() throws IOException {
        return output.readAllAsString();
    }

    /** Its exit code. */
    int await() throws InterruptedException {
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("process " + pid() + " does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
