package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.nativetests.tree.SourceTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Types what the page "Write an extension in ten minutes" says, in an empty folder. */
@Timeout(300)
class TenMinutesTest {
    private static final Path PAGE = SourceTree.root().resolve("engine/extensions/README.md");
    private static final Path CODE = SourceTree.root().resolve("engine/extensions/hello/Hello.java");

    @TempDir
    private Path directory;
    private Path tree;
    private Path empty;
    private final List<Process> terminals = new ArrayList<>();

    /** A tree that is built already: what the page uses of it, with a launcher for this build. */
    @BeforeEach
    void tree() throws IOException {
        tree = directory.resolve("a tree");
        Path lib = Files.createDirectories(tree.resolve("engine/cli/target/lib"));
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path path = Path.of(entry);
            if (entry.endsWith("/shmem/target/classes") || entry.endsWith("/engine/core/target/classes")) {
                ExtensionJar.pack(path, lib.resolve(path.getParent().getParent().getFileName() + ".jar"));
            } else if (path.getFileName().toString().matches("(agrona|wharf-(shmem|core))-.*\\.jar")) {
                Files.createSymbolicLink(lib.resolve(path.getFileName()), path);
            }
        }
        Files.createDirectories(tree.resolve("engine/extensions/hello"));
        Files.copy(CODE, tree.resolve("engine/extensions/hello/Hello.java"));
        String command = String.join(" ", Served.java("dev.wharf.cli.Wharf").stream().map(word -> "'" + word + "'").toList());
        Files.writeString(tree.resolve("wharf"), "#!/bin/sh\nexec " + command + " \"$@\"\n");
        Files.setPosixFilePermissions(tree.resolve("wharf"), PosixFilePermissions.fromString("rwxr-xr-x"));
        empty = Files.createDirectory(directory.resolve("empty"));
    }

    @AfterEach
    void end() {
        for (Process terminal : terminals) {
            terminal.descendants().forEach(ProcessHandle::destroyForcibly);
            terminal.destroyForcibly();
        }
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```\n", Pattern.DOTALL).matcher(Files.readString(PAGE)).results()
                .map(MatchResult::group).map(block -> block.substring(language.length() + 4, block.length() - 4)).toList();
    }

    /** What a shell in the folder makes of it; with the error output to a file. */
    private Process type(String block) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-e", "-c", block).directory(empty.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("errors").toFile()));
        builder.environment().put("WHARF", tree.toString());
        builder.environment().merge("PATH", Path.of(System.getProperty("java.home"), "bin").toString(),
                (path, bin) -> bin + ":" + path);
        Process terminal = builder.start();
        terminals.add(terminal);
        return terminal;
    }

    private String run(String block) {
        try {
            Process terminal = type(block);
            String out = new String(terminal.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, terminal.waitFor(), () -> block + out + errors());
            return out;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(block, e);
        }
    }

    private String errors() {
        try {
            Path log = empty.resolve("data/worker.log");
            return Files.readString(directory.resolve("errors")) + (Files.exists(log) ? Files.readString(log) : "");
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void pageShowsTheCode() throws IOException {
        assertEquals(List.of(Files.readString(CODE)), blocks("java"));
    }

    @Test
    void fromAnEmptyFolderToARunningWorker() throws Exception {
        List<String> blocks = blocks("sh");
        assertEquals(5, blocks.size());
        String own = "export WHARF=/path/to/wharf";
        assertTrue(blocks.getFirst().startsWith(own));
        run(blocks.getFirst().substring(own.length()));
        run(blocks.get(1));
        run(blocks.get(2));
        Process serving = type("exec " + blocks.get(3));
        String ask = blocks.get(4);
        Session.await("the worker to count; " + errors(), () -> count(run(ask)) >= 2);
        List<ProcessHandle> workers = serving.descendants().toList();
        assertFalse(workers.isEmpty());
        // Ctrl-C
        Session.signal("INT", serving.toHandle());
        assertTrue(serving.waitFor(60, TimeUnit.SECONDS), this::errors);
        assertEquals(0, serving.exitValue(), this::errors);
        workers.forEach(worker -> worker.onExit().join());
    }

    private static long count(String out) {
        return Long.parseLong(Arrays.stream(out.split("\n")).map(String::strip).filter(line -> !line.isEmpty()).findFirst()
                .orElse("0"));
    }
}
