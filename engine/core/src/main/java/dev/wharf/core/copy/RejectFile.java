package dev.wharf.core.copy;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The rows that a COPY leaves out, as a CSV file: line, byte, column, sqlstate, message, row; of several inputs before these
 * the name of the file. There once the load is, whole, or
 * not at all: it is written under another name beside its own, and gets its own just before the load becomes visible. So who
 * is killed between the two leaves rejected rows of a load that is not there, never a load without them.
 *
 * <p>A file that is there already is never replaced. Without a row there will be no file. Not thread-safe.
 */
public final class RejectFile implements AutoCloseable {
    private static final String HEADER = "line,byte,column,sqlstate,message,row\n";
    private static final int BUFFER = 64 << 10;
    private static final AtomicLong COUNTER = new AtomicLong();

    private final Path file;
    private final Path temporary;
    private final FileChannel channel;
    private final OutputStream out;
    /** Of the input whose rows come, with a delimiter behind; empty where there is but one input. */
    private String input = "";
    private boolean empty = true;
    private boolean published;
    private boolean kept;

    private RejectFile(Path file, Path temporary, FileChannel channel) {
        this.file = file;
        this.temporary = temporary;
        this.channel = channel;
        out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    /** @throws PgError 58P02 if the file is there; whatever keeps it from being made */
    public static RejectFile create(Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(file);
        }
        Path temporary = file.resolveSibling(".rejected-" + ProcessIdentity.current().pid() + "-" + COUNTER.incrementAndGet());
        try {
            return new RejectFile(file, temporary, FileChannel.open(temporary, StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw DurableFile.error("create file", file, e);
        }
    }

    private static PgError exists(Path file) {
        return new PgError(SqlState.DUPLICATE_FILE, "could not create file \"" + file + "\": File exists")
                .withHint("REJECT_FILE replaces no file: remove it, or name another.");
    }

    /** A value in quotes. */
    static String quoted(String value) {
        return '"' + value.replace("\"", "\"\"") + '"';
    }

    /** Of several inputs, which one's rows come next: each row begins with this name, as does the header with a name for it. */
    void input(String name) {
        input = quoted(name) + ",";
    }

    /** Begins a row with its line number and the delimiter behind. */
    void line(long number) {
        String header = !empty ? "" : input.isEmpty() ? HEADER : "file," + HEADER;
        empty = false;
        byte[] head = (header + input + number + ",").getBytes(StandardCharsets.UTF_8);
        write(head, head.length);
    }

    void write(byte[] bytes, int length) {
        try {
            out.write(bytes, 0, length);
        } catch (IOException e) {
            throw DurableFile.error("write to file", file, e);
        }
    }

    /**
     * Gives the file its name, if it has any rows. {@link #close} takes it away again unless {@link #keep} was called.
     *
     * @param durable whether it must outlast a crash of the machine from now on
     */
    public void publish(boolean durable) {
        if (empty) {
            return;
        }
        try {
            out.flush();
            if (durable) {
                channel.force(true);
            }
            link();
            published = true;
            if (durable) {
                DurableFile.syncDirectory(file.toAbsolutePath().getParent());
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            throw DurableFile.error("create file", file, e);
        }
    }

    /** A link does not replace a file that somebody made in the meantime; a rename would. */
    private void link() throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            // The file system has no links
            Files.move(temporary, file);
        }
    }

    /** The load is there: so the file stays. */
    public void keep() {
        kept = true;
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(temporary);
            if (published && !kept) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.getLogger(RejectFile.class.getName()).log(System.Logger.Level.WARNING, "could not remove " + temporary, e);
        }
    }
}
