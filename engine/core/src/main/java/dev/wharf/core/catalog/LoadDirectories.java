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
        List<Path> directories = list(tableDirectory);
        removeReferenced(directories, () -> manifest);
        for (Path directory : directories) {
            DurableFile.deleteTree(directory);
        }
    }

    /** Removes what dead processes left and the manifest does not name. */
    static void removeAbandoned(Path tableDirectory, Supplier<Manifest> manifest) throws IOException {
        List<Path> abandoned = list(tableDirectory);
        // First, because it is cheap, and as a rule leaves nobody to ask after
        removeReferenced(abandoned, manifest);
        abandoned.removeIf(entry -> makerIsAlive(entry.getFileName().toString()));
        // Read again, after the makers were seen dead: so it names whatever they have published.
        removeReferenced(abandoned, manifest);
        for (Path directory : abandoned) {
            DurableFile.deleteTree(directory);
        }
    }

    private static void removeReferenced(List<Path> directories, Supplier<Manifest> manifest) {
        if (!directories.isEmpty()) {
            Set<String> referenced = referenced(manifest.get());
            directories.removeIf(directory -> referenced.contains(directory.getFileName().toString()));
        }
    }

    private static List<Path> list(Path tableDirectory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(tableDirectory, "load-*")) {
            entries.forEach(found::add);
        }
        return found;
    }

    private static Set<String> referenced(Manifest manifest) {
        Set<String> referenced = new HashSet<>();
        for (Manifest.DataFile file : manifest.files()) {
            referenced.add(Path.of(file.path()).getName(0).toString());
        }
        return referenced;
    }

    private static boolean makerIsAlive(String name) {
        Matcher m = NAME.matcher(name);
        return m.matches() && m.group(1).equals(Long.toHexString(currentBoot()))
                && new ProcessIdentity(Long.parseLong(m.group(2)), Long.parseLong(m.group(3))).isAlive();
    }
}
