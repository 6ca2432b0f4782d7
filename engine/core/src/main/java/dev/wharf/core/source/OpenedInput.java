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
import java.util.Set;

/**
 * A {@link CopyInput} that a COPY FROM has opened: either a file that any process can read at any place, or a stream.
 * Files that are compressed, in another encoding, or do not say how long they are, are streams.
 */
public final class OpenedInput implements AutoCloseable {
    private static final int MAGIC = 4;
    private static final int PAGE = 4096;
    private static final Set<String> MADE_BY_THE_KERNEL = Set.of("sysfs", "proc", "debugfs", "tracefs", "cgroup", "cgroup2",
            "configfs", "securityfs");

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
     * @throws PgError 42883 no conversion from the encoding, 58P01 missing, 42501 unreadable, 42809 a directory
     */
    public static OpenedInput open(CopyInput input, PgEncoding encoding, boolean stream) {
        encoding.checkToUtf8();
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
        CopyDataSource text = Decompressor.of(new ClosableSource(source), name, encoding.isConverted());
        return new OpenedInput(null, encoding.isConverted() ? new Transcoder(text, encoding) : text, program);
    }

    private static OpenedInput open(Path file, PgEncoding encoding, boolean stream) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new PgError(SqlState.WRONG_OBJECT_TYPE, "\"" + file + "\" is a directory");
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            if (stream || !attributes.isRegularFile() || isOfUnknownSize(file, attributes.size()) || encoding.isConverted()
                    || isCompressed(channel)) {
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

    /** The kernel makes some files as they are read, and says that they are empty, or a page long. */
    private static boolean isOfUnknownSize(Path file, long size) throws IOException {
        return size == 0 || size == PAGE && MADE_BY_THE_KERNEL.contains(Files.getFileStore(file).type());
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
