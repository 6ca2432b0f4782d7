package dev.wharf.nativetests.tree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The text files of the source tree: those that git knows or would add; without git, all that are no build's output. */
public final class SourceTree {
    private static final Set<String> NO_SOURCES = Set.of("target", ".git", "wharf-data", "demo-data", "node_modules");

    /** A file, its path from the root with slashes, and its lines. */
    record Source(String path, List<String> lines, boolean endsWithNewline) {
        boolean isJava() {
            return path.endsWith(".java");
        }

        boolean isMain() {
            return path.contains("src/main/java/");
        }

        boolean isTest() {
            return path.contains("src/test/java/");
        }

        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    private SourceTree() {
    }

    static List<Source> read() {
        Path root = root();
        try {
            List<String> paths = tracked(root);
            List<Source> sources = new ArrayList<>();
            for (String path : paths == null ? walk(root) : paths) {
                Path file = root.resolve(path);
                // A file that is deleted and not yet committed is tracked too.
                if (Files.isRegularFile(file)) {
                    Source source = source(path, file);
                    if (source != null) {
                        sources.add(source);
                    }
                }
            }
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The directory of the top-level pom.xml, at or above where the tests run. */
    public static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !(Files.isRegularFile(at.resolve("pom.xml")) && Files.isDirectory(at.resolve("shmem"))
                && Files.isDirectory(at.resolve("engine")))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException("the tests do not run inside of the source tree: " + Path.of("").toAbsolutePath());
        }
        return at;
    }

    /** Null where there is no git, or no repository. */
    private static List<String> tracked(Path root) throws IOException {
        Process git;
        try {
            git = new ProcessBuilder("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
                    .directory(root.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            return null;
        }
        String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return git.waitFor() == 0 && !out.isEmpty() ? List.of(out.split("\0")) : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> walk(Path root) throws IOException {
        List<String> paths = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return NO_SOURCES.contains(directory.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                paths.add(root.relativize(file).toString());
                return FileVisitResult.CONTINUE;
            }
        });
        return paths;
    }

    /** Null if it is not text. */
    private static Source source(String path, Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            return null;
        }
        return text.indexOf('\0') >= 0 ? null
                : new Source(path, List.of(text.split("\n", -1)), text.isEmpty() || text.endsWith("\n"));
    }
}
