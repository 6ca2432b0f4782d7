package dev.wharf.shmem.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who holds kernel locks on the bytes of a file, read from {@code /proc/locks}: without opening the file, without asking for a
 * lock that another process might then meet, and by a process that may not write there.
 */
public final class KernelLocks {
    private static final Path LOCKS = Path.of("/proc/locks");
    // "1: POSIX  ADVISORY  WRITE 11590 fe:00:2146497 1 1"; one that waits has "->" after the number
    private static final int KIND_FIELD = 1;
    private static final int PID_FIELD = 4;
    private static final int FILE_FIELD = 5;
    private static final int START_FIELD = 6;
    private static final int FIELDS = 8;

    private KernelLocks() {
    }

    /**
     * The processes that hold a lock that begins at byte {@code position} of {@code file}, each once; those of other pid
     * namespaces are not seen.
     *
     * @return empty if nobody does, if there is no such file, or if {@code /proc/locks} cannot be read. On file systems that
     *     hide their device (btrfs) empty as well
     */
    public static List<Long> holders(final Path file, final long position) {
        final List<String> lines;
        final String key;
        try {
            final long device = (long)Files.getAttribute(file, "unix:dev");
            final long major = device >>> 8 & 0xfff | device >>> 32 & ~0xfffL;
            final long minor = device & 0xff | device >>> 12 & 0xffffff00L;
            key = "%02x:%02x:%d".formatted(major, minor, (long)Files.getAttribute(file, "unix:ino"));
            lines = Files.readAllLines(LOCKS, StandardCharsets.ISO_8859_1);
        } catch (final IOException _) {
            return List.of();
        }
        final List<Long> pids = new ArrayList<>();
        final String start = Long.toString(position);
        for (final String line : lines) {
            final String[] fields = line.trim().split("\\s+");
            if (fields.length >= FIELDS && fields[KIND_FIELD].equals("POSIX") && fields[FILE_FIELD].equals(key)
                && fields[START_FIELD].equals(start)) {
                final long pid = Long.parseLong(fields[PID_FIELD]);
                if (!pids.contains(pid)) {
                    pids.add(pid);
                }
            }
        }
        return pids;
    }
}
