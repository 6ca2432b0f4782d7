package dev.wharf.core;

import dev.wharf.core.catalog.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * PostgreSQL's postmaster.pid, for people and scripts: the lines for the pid, the data directory, the start time in seconds since
 * 1970, four empty ones (port and sockets, which there are not), and the state. Who is the postmaster the segment says, which
 * cannot be wrong after a crash; this file can.
 */
final class PostmasterPidFile {
    static final String NAME = "postmaster.pid";

    /** PostgreSQL's words, padded as there to one length. */
    enum State {
        STARTING("starting"), READY("ready   "), STOPPING("stopping");

        private final String word;

        State(String word) {
            this.word = word;
        }
    }

    private final Path directory;
    private final long startTime = Instant.now().getEpochSecond();

    /** @param directory absolute */
    PostmasterPidFile(Path directory) {
        this.directory = directory;
    }

    /** Whether there is one: of a postmaster that did not end in order. */
    boolean exists() {
        return Files.exists(directory.resolve(NAME));
    }

    void write(State state) throws IOException {
        String text = ProcessHandle.current().pid() + "\n" + directory + "\n" + startTime + "\n\n\n\n\n" + state.word + "\n";
        DurableFile.replace(directory.resolve(NAME), ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    void remove() throws IOException {
        Files.deleteIfExists(directory.resolve(NAME));
    }
}
