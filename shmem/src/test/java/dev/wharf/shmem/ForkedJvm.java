package dev.wharf.shmem;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A JVM that a test forks, with this one's class path; it says on its standard output how far it is. Killed at the end. */
public final class ForkedJvm implements AutoCloseable {
    private static final String QUICK = "-XX:TieredStopAtLevel=1";

    private final Process process;
    private final BufferedReader output;

    private ForkedJvm(final Process process) {
        this.process = process;
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    public static ForkedJvm start(final Class<?> main, final String... args) throws IOException {
        return start(List.of(QUICK), List.of(), main, args);
    }

    /** With the optimising compiler. The others, which do not live long, have the quick one only. */
    public static ForkedJvm startOptimising(final Class<?> main, final String... args) throws IOException {
        return start(List.of(), List.of(), main, args);
    }

    /** With a fail point armed: NAME:HIT:KILL or NAME:HIT:STOP, or null. */
    public static ForkedJvm startArmed(final String failPoint, final Class<?> main, final String... args) throws IOException {
        return start(failPoint == null ? List.of(QUICK) : List.of(QUICK, "-D" + FailPoint.PROPERTY + "=" + failPoint), List.of(),
            main, args);
    }

    /** @param prefix a command that runs the one after it, such as {@code nice} */
    public static ForkedJvm start(final List<String> prefix, final Class<?> main, final String... args) throws IOException {
        return start(List.of(QUICK), prefix, main, args);
    }

    private static ForkedJvm start(final List<String> options, final List<String> prefix, final Class<?> main,
                                   final String... args) throws IOException {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
            "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx64m"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return new ForkedJvm(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    public long pid() {
        return process.pid();
    }

    /** The next line it prints; an error if it ends instead. */
    public String readLine() throws IOException {
        final String line = output.readLine();
        if (line == null) {
            throw new IOException("process " + process.pid() + " ended without saying anything more");
        }
        return line;
    }

    /** The next line it prints, or null once it has ended instead. */
    public String readLineOrNull() throws IOException, InterruptedException {
        final String line = output.readLine();
        if (line == null) {
            process.waitFor();
        }
        return line;
    }

    public void expect(final String line) throws IOException {
        final String actual = readLine();
        if (!actual.equals(line)) {
            throw new IOException("expected \"" + line + "\" from process " + process.pid() + ", got \"" + actual + "\"");
        }
    }

    public void send(final String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** SIGKILL; returns once it is gone. */
    public void kill() throws InterruptedException {
        // Process's own method would also close the streams
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGSTOP from outside. */
    public void stop() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(final String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(pid())).redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
    }

    /** Returns once none of its threads runs; an error if it ends instead. */
    public void awaitStopped() throws IOException {
        final Path tasks = Path.of("/proc", Long.toString(pid()), "task");
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
        for (;;) {
            boolean stopped = true;
            try (Stream<Path> all = Files.list(tasks)) {
                for (final Path task : all.toList()) {
                    final String stat = Files.readString(task.resolve("stat"));
                    stopped &= stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
                }
            } catch (final IOException _) {
                // A thread ended, or all of them
                stopped = false;
            }
            if (stopped) {
                return;
            }
            if (!process.isAlive()) {
                throw new IOException("process " + pid() + " ended with " + process.exitValue() + ": " + rest());
            }
            if (System.nanoTime() > end) {
                throw new IOException("process " + pid() + " does not stop");
            }
            LockSupport.parkNanos(200_000);
        }
    }

    /** What it has said and nobody has read. Only once it is gone. */
    public String rest() throws IOException {
        return output.readAllAsString();
    }

    public int await() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("process " + process.pid() + " does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
