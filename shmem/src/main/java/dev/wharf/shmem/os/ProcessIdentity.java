package dev.wharf.shmem.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * One process of this boot, for ever: pids are used again, a pid with its start time is not.
 *
 * @param pid as this process sees it: all processes of a segment are in one pid namespace
 * @param startTime field 22 of {@code /proc/PID/stat}: clock ticks after boot
 */
public record ProcessIdentity(long pid, long startTime) {
    // Positions after the command, which is in parentheses and may hold anything
    private static final int STATE_FIELD = 0;
    private static final int NUM_THREADS_FIELD = 17;
    private static final int START_TIME_FIELD = 19;
    /** Of a packed one. */
    public static final int START_TIME_BITS = 40;


    private static final ProcessIdentity CURRENT = of(ProcessHandle.current().pid());

    static {
        if (CURRENT == null) {
            throw new UnsupportedOperationException("cannot read /proc/self/stat: /proc must be mounted");
        }
    }

    /** This process. */
    public static ProcessIdentity current() {
        return CURRENT;
    }

    /** The live process that has {@code pid} now, or null. */
    public static ProcessIdentity of(final long pid) {
        final String[] stat = stat(pid);
        return stat == null ? null : new ProcessIdentity(pid, Long.parseLong(stat[START_TIME_FIELD]));
    }

    /** In one word, so that one store tells of it: 22 bits of pid, 40 of start time. 0 is no process. */
    public long packed() {
        return pid << START_TIME_BITS | startTime;
    }

    /** What {@link #packed} put into {@code word}. */
    public static ProcessIdentity unpacked(final long word) {
        return new ProcessIdentity(word >>> START_TIME_BITS, word & (1L << START_TIME_BITS) - 1);
    }

    /** False once it can execute nothing any more. A stopped process is alive. */
    public boolean isAlive() {
        if (pid == CURRENT.pid && startTime == CURRENT.startTime) {
            return true;
        }
        final String[] stat = stat(pid);
        return stat == null ? isHidden(pid) : Long.parseLong(stat[START_TIME_FIELD]) == startTime;
    }

    /** True if there is such a process, but {@code /proc} does not show it to this user: mount option hidepid. */
    private static boolean isHidden(final long pid) {
        try (PidFd pidFd = PidFd.open(pid)) {
            return pidFd != null && !pidFd.awaitDeath(0);
        }
    }

    /** The fields from the state on, or null if the process is gone. */
    private static String[] stat(final long pid) {
        final String line;
        try {
            line = new String(Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat")),
                StandardCharsets.ISO_8859_1);
        } catch (final IOException _) {
            // ENOENT, or ESRCH when it went between open and read
            return null;
        }
        final String[] fields = line.substring(line.lastIndexOf(')') + 2).trim().split(" ");
        final char state = fields[STATE_FIELD].charAt(0);
        // The state is the first thread's: while others are left they may still be on their last instructions
        final boolean ended = state == 'X' || state == 'Z' && Integer.parseInt(fields[NUM_THREADS_FIELD]) <= 1;
        return ended ? null : fields;
    }

    /** The calling platform thread's id in the kernel. */
    public static int currentThreadId() {
        try {
            return Integer.parseInt(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
        } catch (final IOException e) {
            throw new UnsupportedOperationException("cannot read /proc/thread-self: /proc must be mounted", e);
        }
    }

    /** What pids of this process mean: an inode number; different in another container. */
    public static long pidNamespace() {
        try {
            // pid:[4026531836]
            return Long.parseLong(
                Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString().replaceAll("\\D", ""));
        } catch (final IOException e) {
            throw new UnsupportedOperationException("cannot read /proc/self/ns/pid: /proc must be mounted", e);
        }
    }

    /** 16 bytes that are different after each boot. */
    public static byte[] bootId() {
        try {
            final String text = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            return HexFormat.of().parseHex(text.replace("-", ""));
        } catch (final IOException e) {
            throw new UnsupportedOperationException(
                "cannot read /proc/sys/kernel/random/boot_id: /proc must be mounted", e);
        }
    }
}
