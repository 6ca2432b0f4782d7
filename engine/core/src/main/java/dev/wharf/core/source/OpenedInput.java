package dev.wharf.core.source;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A {@link CopyInput} that a COPY FROM has opened: either a file that any process can read at any place, or a stream.
 *
 * @param file   null for a stream; as every process can open it
 * @param stream null for a file
 */
public record OpenedInput(Path file, CopyDataSource stream) implements AutoCloseable {
    /** @throws PgError 58P01 missing, 42501 unreadable, 42809 a directory */
    public static OpenedInput open(CopyInput input) {
        return switch (input) {
            case CopyInput.NamedFile named -> open(named.file());
            case CopyInput.ShellCommand shell -> new OpenedInput(null, Program.from(shell.command(), shell.directory()));
            case CopyInput.Data data -> new OpenedInput(null, data.source());
        };
    }

    private static OpenedInput open(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new PgError(SqlState.WRONG_OBJECT_TYPE, "\"" + file + "\" is a directory");
            }
            if (!attributes.isRegularFile()) {
                return new OpenedInput(null, new ChannelSource(FileChannel.open(file, StandardOpenOption.READ)));
            }
            try (FileChannel _ = FileChannel.open(file, StandardOpenOption.READ)) {
                // The name of a descriptor of this process is another file's to its workers.
                return new OpenedInput(file.startsWith("/dev") || file.startsWith("/proc") ? file.toRealPath() : file, null);
            }
        } catch (IOException e) {
            PgError error = DurableFile.error("open file", file, e);
            throw new PgError(error.sqlState(), error.getMessage().replaceFirst("\": ", "\" for reading: "), e);
        }
    }

    /** All of the stream was loaded. @throws PgError if whatever gave it says that something was wrong */
    public void finish() {
        if (stream instanceof Program program) {
            program.finish();
        }
    }

    /** Closes the stream; that may be while another thread reads it, which then ends. */
    @Override
    public void close() throws IOException {
        if (stream != null) {
            stream.close();
        }
    }
}
