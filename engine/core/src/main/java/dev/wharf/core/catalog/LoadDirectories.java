package dev.wharf.core.catalog;

import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directories that loads write to: {@code load-BOOT-PID-START-NUMBER}. The name tells which process made it, so that
 * anyone can see whether it may still be written: one that the manifest does not name and whose maker is gone is garbage.
 */
final class LoadDirectories {
    private static final Pattern NAME = Pattern.compile("load-([0-9a-f]+)-([0-9]+)-([0-9]+)-[0-9]+");
    private static final long BOOT = ByteBuffer.wrap(ProcessIdentity.bootId()).getLong();

    private int number;

    /** A number that is different after each boot, never 0. */
    static long currentBoot() {
        return BOOT == 0 ? 1 : BOOT;
    }

    Path create(Path tableDirectory) {
        ProcessIdentity self = ProcessIdentity.current();
        for (;;) {
            Path directory = tableDirectory.resolve("load-" + Long.toHexString(currentBoot()) + "-" + self.pid() + "-"
                    + self.startTime() + "-" + ++number);
            if (Files.exists(directory)) {
                continue;
            }
            try {
                return Files.createDirectory(directory);
            } catch (IOException e) {
                throw DurableFile.error("create directory", directory, e);
            }
        }
    }

    /** Removes all that the manifest does not name: for a caller that keeps loads of this table out. */
    static void removeUnreferenced(Path tableDirectory, Manifest manifest) throws IOException {
        remove(list(tableDirectory), manifest);
    }

    /** Removes what dead processes left and the manifest does not name. */
    static void removeAbandoned(Path tableDirectory, Supplier<Manifest> manifest) throws IOException {
        List<Path> abandoned = list(tableDirectory);
        abandoned.removeIf(entry -> makerIsAlive(entry.getFileName().toString()));
        // Read after the makers were seen dead: so it names whatever they have published.
        remove(abandoned, abandoned.isEmpty() ? Manifest.EMPTY : manifest.get());
    }

    private static List<Path> list(Path tableDirectory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(tableDirectory, "load-*")) {
            entries.forEach(found::add);
        }
        return found;
    }

    private static void remove(List<Path> directories, Manifest manifest) throws IOException {
        Set<String> referenced = new HashSet<>();
        for (Manifest.DataFile file : manifest.files()) {
            referenced.add(Path.of(file.path()).getName(0).toString());
        }
        for (Path directory : directories) {
            if (!referenced.contains(directory.getFileName().toString())) {
                DurableFile.deleteTree(directory);
            }
        }
    }

    private static boolean makerIsAlive(String name) {
        Matcher m = NAME.matcher(name);
        return m.matches() && m.group(1).equals(Long.toHexString(currentBoot()))
                && new ProcessIdentity(Long.parseLong(m.group(2)), Long.parseLong(m.group(3))).isAlive();
    }
}
