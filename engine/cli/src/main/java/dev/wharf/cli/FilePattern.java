package dev.wharf.cli;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/** File names with wildcards, for where a shell has not resolved them: {@code *}, {@code ?}, {@code [...]}, <code>**</code>. */
final class FilePattern {
    private FilePattern() {
    }

    /**
     * The file of that name; if there is none, those that it matches as a pattern, in the order of their names.
     *
     * @throws PgError 58P01 if nothing matches a pattern
     */
    static List<Path> expand(String name) throws IOException {
        Path literal = Path.of(name);
        int wildcard = firstWildcard(name);
        if (wildcard < 0 || Files.exists(literal)) {
            return List.of(literal);
        }
        int slash = name.lastIndexOf('/', wildcard);
        String below = name.substring(slash + 1);
        Path root = Path.of(slash < 0 ? "" : name.substring(0, slash + 1));
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + below);
        } catch (PatternSyntaxException e) {
            throw new PgError(SqlState.UNDEFINED_FILE, "no file is named \"" + name + "\", and as a pattern it is not valid", e);
        }
        int depth = below.contains("**") ? Integer.MAX_VALUE : (int) below.chars().filter(c -> c == '/').count() + 1;
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, Set.of(FileVisitOption.FOLLOW_LINKS), depth, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && matcher.matches(root.relativize(file))) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        if (found.isEmpty()) {
            throw new PgError(SqlState.UNDEFINED_FILE, "no file matches \"" + name + "\"");
        }
        Collections.sort(found);
        return found;
    }

    private static int firstWildcard(String name) {
        for (int i = 0; i < name.length(); i++) {
            if ("*?[{".indexOf(name.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }
}
