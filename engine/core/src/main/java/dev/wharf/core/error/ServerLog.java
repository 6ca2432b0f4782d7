package dev.wharf.core.error;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The log of all processes of a data directory: PostgreSQL's lines with the log_line_prefix {@code %m [%p]}, times in UTC. A
 * message is one write at the file's end, so that processes do not mix.
 *
 * <p>Thread-safe. What cannot be written is dropped: a full disk is no reason to fail what the message is about.
 */
public final class ServerLog {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** The command line may have put another in its place before. */
    private final PrintStream standardError = System.err;
    private volatile ErrorLevel logMinMessages = ErrorLevel.WARNING;
    private volatile Path file;
    private volatile boolean foreground;

    public void setLogMinMessages(ErrorLevel level) {
        logMinMessages = level;
    }

    /** @param path null for standard error */
    public void setFile(Path path) {
        file = path;
    }

    /** From now on messages go to standard error as well: somebody watches this process. */
    public void setForeground() {
        foreground = true;
    }

    /** Writes a message, if log_min_messages lets it. */
    public void write(ErrorLevel level, String message) {
        write(level, message, null, null);
    }

    /** Writes what there is to say of an error at another level than ERROR. */
    public void write(ErrorLevel level, PgError error) {
        write(level, error.getMessage(), error.detail(), error.hint());
    }

    /** @param detail null for none, as {@code hint} */
    public void write(ErrorLevel level, String message, String detail, String hint) {
        if (!level.isLoggedAt(logMinMessages)) {
            return;
        }
        String prefix = TIME.format(Instant.now()) + " [" + ProcessHandle.current().pid() + "] ";
        StringBuilder text = new StringBuilder();
        append(text, prefix, level.severity(), message);
        append(text, prefix, "DETAIL", detail);
        append(text, prefix, "HINT", hint);
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        Path target = file;
        try {
            if (target == null || foreground) {
                // It throws nothing: who watched may be gone
                standardError.write(bytes, 0, bytes.length);
                standardError.flush();
            }
            if (target != null) {
                Files.write(target, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            System.getLogger(ServerLog.class.getName()).log(System.Logger.Level.DEBUG, "could not write the log", e);
        }
    }

    /** Further lines of a message begin with a tab, as in PostgreSQL's. */
    private static void append(StringBuilder text, String prefix, String what, String message) {
        if (message != null) {
            text.append(prefix).append(what).append(":  ").append(message.replace("\n", "\n\t")).append('\n');
        }
    }
}
