package dev.wharf.core.catalog;

import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directories that loads write to: {@code load-BOOT-PID-START-NUMBER}. The name tells which process made it, so that anyone can
 * see whether it may still be written: one that the manifest does not name and whose maker is gone is garbage.
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

    /** @param all also those of live processes: for a caller that keeps loads of this table out */
    void removeUnreferenced(Path tableDirectory, Manifest manifest, boolean all) throws IOException {
        Set<String> referenced = new HashSet<>();
        for (Manifest.DataFile file : manifest.files()) {
            referenced.add(Path.of(file.path()).getName(0).toString());
        }
        try (var entries = Files.newDirectoryStream(tableDirectory, "load-*")) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!referenced.contains(name) && (all || !makerIsAlive(name))) {
                    DurableFile.deleteTree(entry);
                }
            }
        }
    }

    private static boolean makerIsAlive(String name) {
        Matcher m = NAME.matcher(name);
        return m.matches() && m.group(1).equals(Long.toHexString(currentBoot()))
                && new ProcessIdentity(Long.parseLong(m.group(2)), Long.parseLong(m.group(3))).isAlive();
    }
}
