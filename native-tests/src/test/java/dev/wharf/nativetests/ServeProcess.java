package dev.wharf.nativetests;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.views.SystemView;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** {@code wharf serve} in a process of its own. It and its workers are killed at the end. */
final class ServeProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final String END = "the process ended";

    private final Process process;
    private final Path data;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final StringBuilder said = new StringBuilder();

    private ServeProcess(Process process, Path data) {
        this.process = process;
        this.data = data;
        Thread.ofPlatform().daemon().start(() -> {
            try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
                reader.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException _) {
                // Its end.
            }
            lines.add(END);
        });
    }

    /** Does not wait. */
    static ServeProcess start(Path data) {
        try {
            // As the launcher does it
            return new ServeProcess(new ProcessBuilder("sh", "-c", "exec \"$@\" 3< /dev/null", "sh",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dwharf.quit.fd=3",
                    "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector",
                    "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
                    "--add-exports", "java.base/jdk.internal.access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:-UsePerfData",
                    "-cp", System.getProperty("java.class.path"), "dev.wharf.cli.Wharf", "serve", "-D", data.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start(), data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it is ready. */
    static ServeProcess ready(Path data) {
        ServeProcess server = start(data);
        server.expect("database system is ready to accept connections");
        return server;
    }

    /** Waits for a line of its log that ends so. */
    void expect(String ending) {
        try {
            for (;;) {
                String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                said.append(line).append('\n');
                if (line == null || line.equals(END)) {
                    throw new AssertionError("expected \"" + ending + "\", got: " + said);
                }
                if (line.endsWith(ending)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void signal(String name) {
        Session.signal(name, process.toHandle());
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("process " + pid() + " does not end; " + said);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its live children. */
    List<ProcessHandle> workers() {
        return process.children().toList();
    }

    /** The rows of a view of the data directory, as another process sees them. */
    List<Map<String, Object>> view(SystemView view) {
        try (SegmentReader reader = Segment.attachReadOnly(DataDirectory.segmentFile(data))) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (List<Object> values : view.rows(reader)) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int c = 0; c < values.size(); c++) {
                    row.put(view.columns().get(c).name(), values.get(c));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> workers = workers();
        process.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
        awaitEnd();
        Session.await("the ends of workers", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
    }
}
