package dev.wharf.nativetests;

import dev.wharf.core.error.PgError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A process that has a data directory open, and whatever processes it forks. Workers are found by asking the operating
 * system for its children, not in the segment. All are killed at the end.
 */
final class Session implements AutoCloseable {
    /** A deadline that only a hang misses. */
    private static final long PATIENCE_SECONDS = 60;
    private static final String END = "the process ended";

    private final Process process;
    private final Path data;
    private final Path errors;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Session(Process process, Path data, Path errors) {
        this.process = process;
        this.data = data;
        this.errors = errors;
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (line.startsWith("ok ") || line.startsWith("error ")) {
                        answers.add(line);
                    }
                }
            } catch (IOException _) {
                // Its end.
            }
            answers.add(END);
        });
    }

    /** Starts one, which opens {@code data}; an error if it cannot. */
    static Session open(Path data) {
        Session session = start(data, List.of());
        session.expect("ok open");
        return session;
    }

    /** Starts one and does not wait; the first answer is about opening. {@code prefix} is a command that runs the rest. */
    static Session start(Path data, List<String> prefix) {
        return start(data, prefix, "2g");
    }

    /** @param heap its heap's limit; it takes no more of it than it needs */
    static Session start(Path data, List<String> prefix, String heap) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(command(data, heap));
        try {
            Path errors = Files.createTempFile(data.toAbsolutePath().getParent(), "session", ".err");
            return new Session(new ProcessBuilder(command).redirectError(errors.toFile()).start(), data, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line of a {@link SessionMain}. */
    private static List<String> command(Path data, String heap) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector",
                "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:-UsePerfData",
                "-Xms32m", "-Xmx" + heap, "-cp", System.getProperty("java.class.path"), SessionMain.class.getName(),
                data.toString());
    }

    /** An error as {@link SessionMain} answers it. */
    static String format(PgError e) {
        return "error " + e.sqlState() + "\t" + oneLine(e.getMessage()) + "\t" + oneLine(e.context());
    }

    private static String oneLine(String text) {
        return text == null ? "" : text.replace("\n", "\\n").replace("\t", "\\t");
    }

    void send(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send to process " + pid() + "; " + said(), e);
        }
    }

    /** Whether an answer is there and not yet received. */
    boolean answered() {
        return !answers.isEmpty();
    }

    String receive() {
        try {
            String answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("process " + pid() + " does not answer; workers " + workers() + "; " + said());
            }
            if (answer.equals(END)) {
                throw new AssertionError("process " + pid() + " ended with " + process.waitFor() + "; " + said());
            }
            return answer;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void expect(String answer) {
        String actual = receive();
        if (!actual.equals(answer)) {
            throw new AssertionError("expected \"" + answer + "\", got \"" + actual + "\"; " + said());
        }
    }

    String ask(String line) {
        send(line);
        return receive();
    }

    /** Runs statements that must succeed. */
    String run(String sql) {
        String answer = ask(sql);
        if (!answer.startsWith("ok ")) {
            throw new AssertionError(sql + ": " + answer + "; " + said());
        }
        return answer.substring("ok ".length());
    }

    /** Peak resident sets, in KiB: its own and each worker's. */
    List<Long> peaks() {
        List<Long> peaks = new ArrayList<>();
        for (String peak : run("peaks").split(" ")) {
            peaks.add(Long.parseLong(peak));
        }
        return peaks;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its live children. */
    List<ProcessHandle> workers() {
        return process.children().toList();
    }

    /** Waits until at least {@code count} workers live, or it has answered: then the statement is over. */
    List<ProcessHandle> awaitWorkers(int count) {
        await("workers of process " + pid(), () -> workers().size() >= count || answered());
        return workers();
    }

    /** SIGKILL; returns once it is gone. */
    void kill() {
        process.toHandle().destroyForcibly();
        awaitEnd();
    }

    /** Tells it that there is no more to do, waits for its end, and returns its exit code. */
    int quit() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return awaitEnd();
    }

    int awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("process " + pid() + " does not end; " + said());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it and its workers wrote to their standard error. */
    String said() {
        try {
            Path log = data.resolve("worker.log");
            return "its errors: " + Files.readString(errors) + " worker.log: "
                    + (Files.exists(log) ? Files.readString(log) : "");
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> workers = workers();
        process.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
        awaitEnd();
        await("the ends of workers", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** SIGSTOP or SIGCONT or another, by name. */
    static void signal(String name, ProcessHandle target) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(target.pid())).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets a while pass. For moments that do not matter: nothing is asserted about what happens in it. */
    static void pass(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Waits for a condition that no event tells of. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
