package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.core.catalog.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What lies in a data directory, and which processes have to do with it, as anyone can see from outside. */
final class DataDirectoryFiles {
    private DataDirectoryFiles() {
    }

    /** Fails if there is a load that no table has, a file of a load that its table does not have, or a temporary file. */
    static void assertClean(Path data) throws IOException {
        try (Stream<Path> tables = Files.list(data.resolve("base"))) {
            for (Path table : tables.toList()) {
                Path manifest = table.resolve("manifest");
                Set<String> expected = new TreeSet<>();
                for (Manifest.DataFile file : Manifest.decode(Files.readAllBytes(manifest), manifest.toString()).files()) {
                    expected.add(table.resolve(file.path()).getParent().getFileName().toString());
                }
                Set<String> found = new TreeSet<>();
                try (Stream<Path> entries = Files.list(table)) {
                    entries.filter(Files::isDirectory).forEach(d -> found.add(d.getFileName().toString()));
                }
                assertEquals(expected, found, "load directories of " + table);
            }
        }
        try (Stream<Path> all = Files.walk(data)) {
            assertEquals(List.of(), all.filter(p -> p.toString().endsWith(".tmp") || p.toString().endsWith(".new")).toList());
        }
    }

    /** Live processes whose command line names the data directory's segment: its workers, whoever their parent is now. */
    static List<ProcessHandle> workers(Path data) {
        String segment = data.toAbsolutePath().resolve("segment").toString();
        List<ProcessHandle> found = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> {
            try {
                if (Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).contains(segment)) {
                    found.add(process);
                }
            } catch (IOException _) {
                // It has ended.
            }
        });
        return found;
    }
}
