package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wharf.shmem.CHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The C program that uses a segment beside JVMs: built from {@code src/test/c} and the header that the layout classes make. */
final class CPeer {
    private static final Path SOURCES = Path.of("src", "test", "c");
    private static final List<String> FILES = List.of("segment.c", "lwlock.c", "peer.c");

    private CPeer() {
    }

    /** Compiles it into {@code directory}; the test is skipped where there is no gcc. */
    static Path build(Path directory) throws IOException, InterruptedException {
        assumeTrue(Tools.works("gcc", "--version"), "gcc is not installed");
        Path program = directory.resolve("peer");
        CHeader.main(new String[] {directory.resolve("wharf_shmem.h").toString()});
        List<String> command = new ArrayList<>(List.of("gcc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                "-I", directory.toString(), "-o", program.toString()));
        FILES.forEach(file -> command.add(SOURCES.resolve(file).toString()));
        Path messages = directory.resolve("gcc.txt");
        int exit = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(messages.toFile()).start().waitFor();
        assertEquals("", Files.readString(messages));
        assertEquals(0, exit);
        return program;
    }
}
