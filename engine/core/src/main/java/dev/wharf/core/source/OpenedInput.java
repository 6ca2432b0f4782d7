package dev.wharf.core.source;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A {@link CopyInput} that a COPY FROM has opened: either a file that any process can read at any place, or a stream.
 * Files that are compressed, or in another encoding, are streams.
 */
public final class OpenedInput implements AutoCloseable {
    private static final int MAGIC = 4;

    private final Path file;
    private final CopyDataSource stream;
    private final Program program;

    private OpenedInput(Path file, CopyDataSource stream, Program program) {
        this.file = file;
        this.stream = stream;
        this.program = program;
    }

    /**
     * Opens it.
     *
     * @param stream whether any file is to be a stream
     * @throws PgError 58P01 missing, 42501 unreadable, 42809 a directory
     */
    public static OpenedInput open(CopyInput input, PgEncoding encoding, boolean stream) {
        return switch (input) {
            case CopyInput.NamedFile named -> open(named.file(), encoding, stream);
            case CopyInput.ShellCommand shell -> {
                Program program = Program.from(shell.command(), shell.directory());
                yield of(program, "output of program \"" + shell.command() + "\"", encoding, program);
            }
            case CopyInput.Data data -> of(data.source(), "standard input", encoding, null);
        };
    }

    private static OpenedInput of(CopyDataSource source, String name, PgEncoding encoding, Program program) {
        CopyDataSource text = Decompressor.of(new ClosableSource(source), name);
        return new OpenedInput(null, encoding.isConverted() ? new Transcoder(text, encoding) : text, program);
    }

    private static OpenedInput open(Path file, PgEncoding encoding, boolean stream) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new PgError(SqlState.WRONG_OBJECT_TYPE, "\"" + file + "\" is a directory");
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            // Of a file of /proc or /sys only a read tells how much there is.
            boolean sized = attributes.isRegularFile() && attributes.size() > 0;
            if (stream || !sized || encoding.isConverted() || isCompressed(channel)) {
                return of(new ChannelSource(channel), "file \"" + file + "\"", encoding, null);
            }
            channel.close();
            // The name of a descriptor of this process is another file's to its workers.
            boolean ownName = file.startsWith("/dev") || file.startsWith("/proc");
            return new OpenedInput(ownName ? file.toRealPath() : file, null, null);
        } catch (IOException e) {
            PgError error = DurableFile.error("open file", file, e);
            throw new PgError(error.sqlState(), error.getMessage().replaceFirst("\": ", "\" for reading: "), e);
        }
    }

    private static boolean isCompressed(FileChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(MAGIC);
        channel.read(head, 0);
        return Decompressor.isCompressed(head.flip());
    }

    /** As every process can open it; null for a stream. */
    public Path file() {
        return file;
    }

    /** Null for a file. */
    public CopyDataSource stream() {
        return stream;
    }

    /** All of the stream was loaded. @throws PgError if whatever gave it says that something was wrong */
    public void finish() {
        if (program != null) {
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
