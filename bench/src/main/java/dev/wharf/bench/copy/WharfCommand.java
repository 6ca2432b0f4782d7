package dev.wharf.bench.copy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code wharf} launcher as a shell user runs it, one process for each call. Immutable.
 *
 * @param launcher  the executable
 * @param directory where it runs
 */
public record WharfCommand(Path launcher, Path directory) {
    /** For one statement, in a session as in a command of its own. */
    public static final Duration LIMIT = Duration.ofMinutes(10);

    private static final Pattern COPY_TAG = Pattern.compile("^COPY (\\d+)$", Pattern.MULTILINE);

    /**
     * {@code wharf args...} run to its end.
     *
     * @return what it printed, errors included
     * @throws IOException if its exit code is not 0
     */
    public String run(List<String> args) throws IOException {
        Path output = Files.createTempFile(directory, "wharf", ".out");
        try {
            List<String> command = new ArrayList<>();
            command.add(launcher.toString());
            command.addAll(args);
            Process process = new ProcessBuilder(command).directory(directory.toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile()).start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException("wharf " + args.getFirst() + " did not end within " + LIMIT.toSeconds()
                        + " s and was ended");
            }
            int code = process.exitValue();
            String text = Files.readString(output).strip();
            if (code != 0) {
                throw new IOException("wharf " + args.getFirst() + " ended with exit code " + code + ": " + text);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while wharf worked", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** Product and version as {@code wharf --version} tells them, or only the product. */
    public String version() {
        try {
            return run(List.of("--version")).lines().filter(line -> line.startsWith("wharf ")).findFirst().orElse("Wharf");
        } catch (IOException e) {
            return "Wharf";
        }
    }

    /** One statement in a process of its own. */
    String sql(Path data, String sql) throws IOException {
        return run(List.of("sql", "-D", data.toString(), "-c", sql));
    }

    /** The command for a process that reads statements from its standard input. */
    public List<String> session(Path data) {
        return List.of(launcher.toString(), "sql", "-D", data.toString());
    }

    /** The number in the command tag {@code COPY n}. */
    public static long copied(String output) throws IOException {
        Matcher tag = COPY_TAG.matcher(output);
        if (!tag.find()) {
            throw new IOException("wharf printed no COPY tag but: " + output);
        }
        return Long.parseLong(tag.group(1));
    }
}
