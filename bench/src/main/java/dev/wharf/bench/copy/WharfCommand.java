package dev.wharf.bench.copy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code wharf} launcher as a shell user runs it, one process for each call. Immutable.
 *
 * @param launcher  the executable
 * @param directory where it runs
 */
record WharfCommand(Path launcher, Path directory) {
    private static final Pattern COPY_TAG = Pattern.compile("^COPY (\\d+)$", Pattern.MULTILINE);

    /** {@code wharf args...} run to its end. @return what it printed, errors included @throws IOException if it failed */
    String run(List<String> args) throws IOException {
        Path output = Files.createTempFile(directory, "wharf", ".out");
        try {
            List<String> command = new ArrayList<>();
            command.add(launcher.toString());
            command.addAll(args);
            Process process = new ProcessBuilder(command).directory(directory.toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile()).start();
            process.getOutputStream().close();
            int code = process.waitFor();
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

    String sql(Path data, String sql) throws IOException {
        return run(List.of("sql", "-D", data.toString(), "-c", sql));
    }

    /** The command for a process that reads statements from its standard input. */
    List<String> session(Path data) {
        return List.of(launcher.toString(), "sql", "-D", data.toString());
    }

    /** The number in the command tag {@code COPY n}. */
    static long copied(String output) throws IOException {
        Matcher tag = COPY_TAG.matcher(output);
        if (!tag.find()) {
            throw new IOException("wharf printed no COPY tag but: " + output);
        }
        return Long.parseLong(tag.group(1));
    }
}
