package dev.wharf.cli;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.source.CopyDataSource;
import dev.wharf.core.source.CopyInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A CSV file that is looked at first and loaded then. A regular file is opened twice; of a stream (standard input, a named pipe,
 * a
 * device) what was looked at is kept, and loaded before the rest.
 *
 * <p>One thread at a time.
 */
final class LoadInput {
    private static final String STANDARD_INPUT = "-";

    private final Path file;
    private final ReadableByteChannel stream;
    private byte[] seen = new byte[0];
    private int length;
    private boolean ended;

    private LoadInput(Path file, ReadableByteChannel stream) {
        this.file = file;
        this.stream = stream;
    }

    /** @throws PgError 58P01 if there is none, 42809 for a directory */
    static LoadInput of(Path file, Console console) throws IOException {
        if (file.toString().equals(STANDARD_INPUT)) {
            return new LoadInput(file, Channels.newChannel(console.in()));
        }
        if (Files.isRegularFile(file)) {
            return new LoadInput(file, null);
        }
        if (Files.isDirectory(file) || Files.notExists(file)) {
            throw Files.isDirectory(file) ? new PgError(SqlState.WRONG_OBJECT_TYPE, "\"" + file + "\" is a directory")
                    : new PgError(SqlState.UNDEFINED_FILE, "could not open file \"" + file + "\" for reading: "
                            + "No such file or directory");
        }
        return new LoadInput(file, FileChannel.open(file));
    }

    boolean isStream() {
        return stream != null;
    }

    Path file() {
        return file;
    }

    /** As messages call it. */
    @Override
    public String toString() {
        return file.toString().equals(STANDARD_INPUT) ? "standard input" : "\"" + file + "\"";
    }

    /** From its beginning, to look at; may be asked for again. */
    CopyInput sample() {
        return stream == null ? new CopyInput.NamedFile(file) : new CopyInput.Data(new FromStart(false));
    }

    /** From its beginning, to load; the last that is asked for. */
    CopyInput whole() {
        return stream == null ? new CopyInput.NamedFile(file) : new CopyInput.Data(new FromStart(true));
    }

    private final class FromStart implements CopyDataSource {
        private final boolean last;
        private int at;

        FromStart(boolean last) {
            this.last = last;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (at < length) {
                int n = Math.min(target.remaining(), length - at);
                target.put(seen, at, n);
                at += n;
                return n;
            }
            int start = target.position();
            int n = ended ? -1 : stream.read(target);
            // A terminal would have more to give
            ended = n < 0;
            if (n > 0 && !last) {
                if (length + n > seen.length) {
                    seen = Arrays.copyOf(seen, Math.max(2 * seen.length, length + n));
                }
                target.get(start, seen, length, n);
                length += n;
                at = length;
            } else if (last) {
                seen = null;
                length = 0;
                at = 0;
            }
            return n;
        }

        @Override
        public void close() throws IOException {
            if (last) {
                stream.close();
            }
        }
    }
}
