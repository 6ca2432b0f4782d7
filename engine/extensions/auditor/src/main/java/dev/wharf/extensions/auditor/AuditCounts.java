package dev.wharf.extensions.auditor;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The counts, in shared memory.
 *
 * <pre>
 *   0        128
 *  +--------+-------------------------------------------------------------+ ...
 *  | used   | entry 0: tag, calls, failed, refused, nanoseconds, longest  |
 *  +--------+-------------------------------------------------------------+ ...
 * </pre>
 *
 * <p>The lock is for new entries: one is there once it is counted as used, and then for good. Each number is added to in one
 * step, without the lock. So all is right after every single store (the tranche is CONSISTENT); a process that is killed between
 * two of them has counted a call and not its time.
 */
final class AuditCounts {
    /** Of the struct, and of the tranche. */
    static final String NAME = "auditor";

    private static final int ENTRIES = 64;
    private static final int ENTRIES_OFFSET = 128;
    private static final int ENTRY_LENGTH = 128;
    private static final int USED_OFFSET = 0;

    private static final int TAG_OFFSET = 0;
    private static final int TAG_LENGTH = 64;
    private static final int CALLS_OFFSET = 64;
    private static final int FAILED_OFFSET = 72;
    private static final int REFUSED_OFFSET = 80;
    private static final int NANOS_OFFSET = 88;
    private static final int LONGEST_OFFSET = 96;

    static final int SIZE = ENTRIES_OFFSET + ENTRIES * ENTRY_LENGTH;

    private final Proc proc;
    private final UnsafeBuffer struct;
    private final LWLock lock;

    /** Finds them, or makes them: a struct of zeros is a good beginning. */
    AuditCounts(Segment segment, Proc proc) {
        this.proc = proc;
        struct = segment.buffer(segment.shmemInitStruct(proc, NAME, SIZE));
        lock = segment.getNamedLWLockTranche(NAME)[0];
    }

    void refused(String tag) {
        int at = entry(tag);
        if (at > 0) {
            struct.getAndAddLong(at + REFUSED_OFFSET, 1);
        }
    }

    /** @param done false if it ended with an error */
    void ran(String tag, boolean done, long nanos) {
        int at = entry(tag);
        if (at > 0) {
            struct.getAndAddLong(at + CALLS_OFFSET, 1);
            if (!done) {
                struct.getAndAddLong(at + FAILED_OFFSET, 1);
            }
            struct.getAndAddLong(at + NANOS_OFFSET, nanos);
            long longest;
            do {
                longest = struct.getLongVolatile(at + LONGEST_OFFSET);
            } while (nanos > longest && !struct.compareAndSetLong(at + LONGEST_OFFSET, longest, nanos));
        }
    }

    /** Where a tag's entry is; 0 once there is no room for another. */
    private int entry(String tag) {
        int at = find(tag);
        if (at > 0) {
            return at;
        }
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            at = find(tag);
            int used = struct.getInt(USED_OFFSET);
            byte[] bytes = tag.getBytes(StandardCharsets.UTF_8);
            if (at > 0 || used == ENTRIES || bytes.length >= TAG_LENGTH) {
                return at;
            }
            at = ENTRIES_OFFSET + used * ENTRY_LENGTH;
            // One that was killed here may have left another
            struct.setMemory(at + TAG_OFFSET, TAG_LENGTH, (byte) 0);
            struct.putBytes(at + TAG_OFFSET, bytes);
            struct.putIntVolatile(USED_OFFSET, used + 1);
            return at;
        } finally {
            lock.release(proc);
        }
    }

    private int find(String tag) {
        int used = struct.getIntVolatile(USED_OFFSET);
        for (int at = ENTRIES_OFFSET; at < ENTRIES_OFFSET + used * ENTRY_LENGTH; at += ENTRY_LENGTH) {
            if (tag(at).equals(tag)) {
                return at;
            }
        }
        return 0;
    }

    private String tag(int at) {
        return Segment.text(struct, at + TAG_OFFSET, TAG_LENGTH);
    }

    /** A row for each command: its tag, calls, those that failed, those refused, milliseconds in all and at most. */
    List<List<String>> report() {
        List<List<String>> rows = new ArrayList<>();
        int used = struct.getIntVolatile(USED_OFFSET);
        for (int at = ENTRIES_OFFSET; at < ENTRIES_OFFSET + used * ENTRY_LENGTH; at += ENTRY_LENGTH) {
            rows.add(List.of(tag(at), count(at + CALLS_OFFSET), count(at + FAILED_OFFSET), count(at + REFUSED_OFFSET),
                    millis(at + NANOS_OFFSET), millis(at + LONGEST_OFFSET)));
        }
        return rows;
    }

    private String count(int offset) {
        return Long.toString(struct.getLongVolatile(offset));
    }

    private String millis(int offset) {
        return String.format(Locale.ROOT, "%.3f", struct.getLongVolatile(offset) / 1e6);
    }
}
