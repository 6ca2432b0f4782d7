package dev.wharf.core.activity;

import dev.wharf.shmem.SegmentReader;
import dev.wharf.shmem.ShmemAllocation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An entry of {@link BackendStatus}, as any process sees it.
 *
 * @param leaderPid       null for none, as all that follow
 * @param applicationName empty for none
 * @param query           the statement that runs, or the last one; empty before the first
 */
public record BackendActivity(Long leaderPid, Instant backendStart, Instant queryStart, Instant stateChange, String state,
                              String applicationName, String query) {
    private static final int ATTEMPTS = 100;

    /** Of the thread that has a proc; null if it tells nothing. */
    public static BackendActivity read(SegmentReader reader, int procNumber, long pid) {
        long size = BackendStatus.structSize(reader.header().maxProcs());
        for (ShmemAllocation allocation : reader.allocations()) {
            // Of another size it is another version's
            if (BackendStatus.STRUCT.equals(allocation.name()) && allocation.size() == size) {
                return read(reader.memory(allocation.offset() + (long) procNumber * BackendStatusLayout.LENGTH,
                        BackendStatusLayout.LENGTH), pid);
            }
        }
        return null;
    }

    private static BackendActivity read(MemorySegment entry, long pid) {
        BackendActivity read = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            int before = changes(entry);
            if (getLong(entry, BackendStatusLayout.PID) != pid) {
                return null;
            }
            read = decode(entry);
            if ((before & 1) == 0 && changes(entry) == before) {
                break;
            }
            // Who died in a change leaves it odd: that is shown as it is in the end
            Thread.onSpinWait();
        }
        return read;
    }

    private static BackendActivity decode(MemorySegment entry) {
        int state = entry.get(ValueLayout.JAVA_INT, BackendStatusLayout.STATE);
        BackendStatus.State[] states = BackendStatus.State.values();
        long leader = getLong(entry, BackendStatusLayout.LEADER_PID);
        return new BackendActivity(leader == 0 ? null : leader, time(entry, BackendStatusLayout.BACKEND_START),
                time(entry, BackendStatusLayout.QUERY_START), time(entry, BackendStatusLayout.STATE_CHANGE),
                state >= 0 && state < states.length ? states[state].word() : null,
                text(entry, BackendStatusLayout.APPLICATION_NAME, BackendStatusLayout.APPLICATION_NAME_LENGTH),
                text(entry, BackendStatusLayout.QUERY, BackendStatusLayout.QUERY_LENGTH));
    }

    private static int changes(MemorySegment entry) {
        return (int) ValueLayout.JAVA_INT.varHandle().getVolatile(entry, (long) BackendStatusLayout.CHANGES);
    }

    private static long getLong(MemorySegment entry, int offset) {
        return entry.get(ValueLayout.JAVA_LONG, offset);
    }

    private static Instant time(MemorySegment entry, int offset) {
        long micros = getLong(entry, offset);
        return micros == 0 ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static String text(MemorySegment entry, int offset, int length) {
        byte[] bytes = entry.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (end < length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
