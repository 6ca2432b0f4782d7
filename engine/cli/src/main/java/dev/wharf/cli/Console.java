package dev.wharf.cli;

import dev.wharf.shmem.os.Poll;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import jdk.internal.access.SharedSecrets;

/**
 * The process's standard streams, and which of them are terminals. All text is UTF-8.
 *
 * <p>The JVM itself writes one unavoidable line about its incubating vector module to descriptor 2 before {@code main}. The
 * launcher therefore gives it a filtered descriptor 2 and passes the real one under the number in the property
 * {@code wharf.stderr.fd}: what Java prints goes there directly, what the JVM prints goes through the filter.
 *
 * @param readiness of {@code in}; null if it is no file descriptor
 * @param bytes     standard output without a buffer, for COPY TO STDOUT; flush {@code out} before
 */
record Console(InputStream in, ScriptInput.Readiness readiness, PrintStream out, WritableByteChannel bytes, PrintStream err,
               boolean inIsTerminal, boolean outIsTerminal, boolean errIsTerminal) {
    private static final int STDIN = 0;
    private static final int STDOUT_BUFFER = 1 << 16;

    static Console ofProcess() {
        Integer number = Integer.getInteger("wharf.stderr.fd");
        FileDescriptor stderr = FileDescriptor.err;
        if (number != null) {
            stderr = new FileDescriptor();
            SharedSecrets.getJavaIOFileDescriptorAccess().set(stderr, number);
        }
        PrintStream err = new PrintStream(new FileOutputStream(stderr), true, StandardCharsets.UTF_8);
        System.setErr(err);
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        PrintStream out = new PrintStream(new java.io.BufferedOutputStream(stdout, STDOUT_BUFFER), false,
                StandardCharsets.UTF_8);
        String terminals = System.getProperty("wharf.terminals", "");
        // A channel, not System.in: closing it ends a read that waits.
        InputStream stdin = Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel());
        return new Console(stdin, millis -> Poll.awaitReadable(STDIN, millis), out, stdout.getChannel(), err,
                terminals.contains("0"), terminals.contains("1"), terminals.contains("2"));
    }

    /** For embedding: nothing is a terminal. */
    static Console of(InputStream in, OutputStream out, OutputStream err) {
        return new Console(in, null, new PrintStream(out, false, StandardCharsets.UTF_8), Channels.newChannel(out),
                new PrintStream(err, true, StandardCharsets.UTF_8), false, false, false);
    }
}
