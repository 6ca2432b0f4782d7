package dev.wharf.core.source;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A shell command at the other end of a COPY: PostgreSQL's {@code OpenPipeStream}. It runs in a session, and so a process
 * group, of its own, and does not outlive us: beside it runs a watchdog that kills the group as soon as its own standard input
 * ends before a line has told it that all is well, which the kernel sees to however we end. (A signal at a parent's death,
 * PR_SET_PDEATHSIG, is not inherited by what the shell starts.)
 *
 * <p>One thread, but for {@link #close}.
 */
public final class Program implements CopyDataSource, WritableByteChannel {
    private static final String SHELL = "sh";
    private static final String WATCHDOG = "read -r group; read -r end || kill -s KILL -- \"-$group\" || kill -s KILL \"$group\"";
    private static final int SIGNALLED = 128;
    /** What strsignal says, from signal 1 on. */
    private static final List<String> SIGNALS = List.of("Hangup", "Interrupt", "Quit", "Illegal instruction",
            "Trace/breakpoint trap", "Aborted", "Bus error", "Floating point exception", "Killed", "User defined signal 1",
            "Segmentation fault", "User defined signal 2", "Broken pipe", "Alarm clock", "Terminated");
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private final String command;
    private final Process watchdog;
    private final Process process;
    private final byte[] buffer = new byte[64 << 10];
    private final WritableByteChannel input;
    private volatile boolean ended;
    private volatile boolean killed;

    private Program(String command, Path directory, boolean isFrom) {
        this.command = command;
        try {
            watchdog = new ProcessBuilder("setsid", SHELL, "-c", WATCHDOG).redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD).start();
            Process started = null;
            try {
                ProcessBuilder builder = new ProcessBuilder("setsid", SHELL, "-c", command).directory(directory.toFile())
                        .redirectError(Redirect.INHERIT);
                started = (isFrom ? builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                        : builder.redirectOutput(Redirect.INHERIT)).start();
            } finally {
                if (started == null) {
                    watchdog.destroyForcibly();
                }
            }
            process = started;
            tellWatchdog(Long.toString(process.pid()));
        } catch (IOException e) {
            throw new PgError(SqlState.IO_ERROR, "could not execute command \"" + command + "\": " + DurableFile.reason(e), e);
        }
        input = Channels.newChannel(process.getOutputStream());
    }

    /** Starts one for COPY FROM, which reads what it writes. */
    static Program from(String command, Path directory) {
        return new Program(command, directory, true);
    }

    /** Starts one for COPY TO, which writes what it reads. */
    public static Program to(String command, Path directory) {
        return new Program(command, directory, false);
    }

    private void tellWatchdog(String line) throws IOException {
        OutputStream lifeline = watchdog.getOutputStream();
        lifeline.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        lifeline.flush();
    }

    @Override
    public int read(ByteBuffer target) {
        try {
            int n = process.getInputStream().read(buffer, 0, Math.min(buffer.length, target.remaining()));
            target.put(buffer, 0, Math.max(n, 0));
            return n;
        } catch (IOException e) {
            throw new PgError(SqlState.IO_ERROR, "could not read from COPY program: " + DurableFile.reason(e), e);
        }
    }

    @Override
    public int write(ByteBuffer bytes) {
        try {
            int n = input.write(bytes);
            process.getOutputStream().flush();
            return n;
        } catch (IOException e) {
            // It reads no more; why, its exit code may say.
            finish();
            String reason = DurableFile.reason(e);
            // PostgreSQL has no SQLSTATE for a broken pipe
            throw new PgError(reason.equals("Broken pipe") ? SqlState.INTERNAL_ERROR : SqlState.IO_ERROR,
                    "could not write to COPY program: " + reason, e);
        }
    }

    @Override
    public boolean isOpen() {
        return input.isOpen();
    }

    /** Waits for its end, all data having been read or written. @throws PgError 38000 if it failed */
    public void finish() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // What was left to be written it does not read: its exit code says whether that is an error.
        }
        int exit;
        try {
            exit = process.waitFor();
            endWatchdog();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PgError(SqlState.QUERY_CANCELED, "canceling statement due to user request", e);
        } catch (IOException e) {
            throw new PgError(SqlState.IO_ERROR, "could not end the watchdog of program \"" + command + "\": "
                    + DurableFile.reason(e), e);
        }
        ended = true;
        if (exit != 0) {
            throw new PgError(SqlState.EXTERNAL_ROUTINE_EXCEPTION, "program \"" + command + "\" failed")
                    .withDetail(detail(exit));
        }
    }

    private void endWatchdog() throws IOException {
        try {
            tellWatchdog("end");
        } catch (IOException e) {
            // Of one that was killed the watchdog knows
            if (!killed) {
                throw e;
            }
        }
    }

    /** PostgreSQL's {@code wait_result_to_str}. Java, as a shell, does not tell signal 9 from exit code 137. */
    private static String detail(int exit) {
        if (exit == NOT_EXECUTABLE) {
            return "command not executable";
        }
        if (exit == NOT_FOUND) {
            return "command not found";
        }
        int signal = exit - SIGNALLED;
        return signal > 0 && signal <= SIGNALS.size()
                ? "child process was terminated by signal " + signal + ": " + SIGNALS.get(signal - 1)
                : "child process exited with exit code " + exit;
    }

    /** Kills it and all that it started, unless it has ended. Once or more often, by any thread. */
    public void kill() {
        killed = true;
        try {
            watchdog.getOutputStream().close();
        } catch (IOException e) {
            System.getLogger(Program.class.getName()).log(System.Logger.Level.WARNING, "watchdog of " + command, e);
        }
    }

    /** As {@link #kill}, and waits for that. */
    @Override
    public void close() {
        kill();
        watchdog.onExit().join();
        if (!ended) {
            process.onExit().join();
        }
    }
}
