package dev.wharf.bench.copy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A child process that is told a line and answers in lines; its standard error is read with its output. One thread
 * uses it; a thread of its own reads, so that an answer can be waited for with a limit.
 */
public final class LineProcess implements AutoCloseable {
    private static final Duration EXIT_GRACE = Duration.ofSeconds(20);
    /** Stands for the end of the child's output. */
    private static final String END = new String("end");

    private final String name;
    private final Process process;
    private final Writer in;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    public LineProcess(String name, List<String> command, Path directory) throws IOException {
        this.name = name;
        process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        in = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name(name + " reader").start(() -> {
            try (out) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    answers.add(line);
                }
            } catch (IOException e) {
                answers.add(name + ": its output cannot be read: " + e.getMessage());
            } finally {
                answers.add(END);
            }
        });
    }

    public void send(String line) throws IOException {
        in.write(line);
        in.write('\n');
        in.flush();
    }

    /** The bytes of a file, as they are. */
    public void send(Path file) throws IOException {
        in.flush();
        Files.copy(file, process.getOutputStream());
        process.getOutputStream().flush();
    }

    /**
     * The next line of output.
     *
     * @throws IOException when the process has ended, or gave no line within {@code limit}: it is then killed
     */
    public String receive(Duration limit) throws IOException {
        try {
            String line = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                process.destroyForcibly();
                throw new IOException(name + " gave no answer within " + limit.toSeconds() + " s and was ended");
            }
            // compared by identity: a line of the same letters is an answer
            if (isEnd(line)) {
                answers.add(END);
                throw new IOException(name + " ended with exit code " + process.waitFor());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " worked", e);
        }
    }

    @SuppressWarnings("StringEquality")
    private static boolean isEnd(String line) {
        return line == END;
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** As the child sees it when this process ends: there is no more input. Does not wait. */
    public void endInput() throws IOException {
        in.close();
    }

    /** Closes the child's input, which is how it is told to end, and waits; kills it when it does not. */
    @Override
    public void close() throws IOException {
        try {
            in.close();
        } catch (IOException e) {
            // a child that is gone already cannot be told
        }
        try {
            if (!process.waitFor(EXIT_GRACE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
