package dev.wharf.core;

import dev.wharf.core.catalog.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the last postmaster ended, or that one runs: of PostgreSQL's pg_control the cluster state alone, in its words. An immediate
 * shutdown leaves it as a crash does.
 */
final class ControlFile {
    static final String NAME = "control";

    private final Path file;

    /** PostgreSQL's DBState. */
    enum State {
        SHUT_DOWN("shut down"), IN_PRODUCTION("in production");

        private final String word;

        State(String word) {
            this.word = word;
        }
    }

    ControlFile(Path directory) {
        file = directory.resolve(NAME);
    }

    /** Whether a postmaster did not shut down in good order. Before the first one there is no file. */
    boolean isInProduction() throws IOException {
        return Files.exists(file) && Files.readString(file).strip().equals(State.IN_PRODUCTION.word);
    }

    void write(State state) throws IOException {
        DurableFile.replace(file, ByteBuffer.wrap((state.word + "\n").getBytes(StandardCharsets.US_ASCII)));
    }
}
