package dev.wharf.core.activity;

import static dev.wharf.core.activity.BackendStatusLayout.APPLICATION_NAME;
import static dev.wharf.core.activity.BackendStatusLayout.APPLICATION_NAME_LENGTH;
import static dev.wharf.core.activity.BackendStatusLayout.BACKEND_START;
import static dev.wharf.core.activity.BackendStatusLayout.CHANGES;
import static dev.wharf.core.activity.BackendStatusLayout.LEADER_PID;
import static dev.wharf.core.activity.BackendStatusLayout.LENGTH;
import static dev.wharf.core.activity.BackendStatusLayout.PID;
import static dev.wharf.core.activity.BackendStatusLayout.QUERY;
import static dev.wharf.core.activity.BackendStatusLayout.QUERY_LENGTH;
import static dev.wharf.core.activity.BackendStatusLayout.QUERY_START;
import static dev.wharf.core.activity.BackendStatusLayout.STATE;
import static dev.wharf.core.activity.BackendStatusLayout.STATE_CHANGE;

import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemStruct;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a thread with a proc tells of itself, for {@code pg_stat_activity}: PostgreSQL's backend_status.c. By that thread alone.
 * A change is some stores, without a lock: readers look at the count of changes, and look again if it moved.
 */
public final class BackendStatus {
    static final String STRUCT = "Backend Status Array";

    private final UnsafeBuffer entry;
    private int changes;

    /** As in {@code pg_stat_activity.state}. Ordinals are part of the segment's layout: add at the end. */
    public enum State {
        /** Neither: it has no statements. */
        NONE(null), ACTIVE("active"), IDLE("idle");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** Null for none. */
        String word() {
            return word;
        }
    }

    /** Begins an entry for the calling thread. */
    public BackendStatus(Segment segment, Proc proc) {
        ShmemStruct struct = segment.shmemInitStruct(proc, STRUCT, structSize(segment.maxProcs()));
        entry = segment.buffer(struct, (long) proc.procNumber() * LENGTH, LENGTH);
        changes = entry.getInt(CHANGES) & ~1;
        change(() -> {
            entry.setMemory(STATE, LENGTH - STATE, (byte) 0);
            entry.putLong(PID, ProcessHandle.current().pid());
            entry.putLong(BACKEND_START, now());
        });
    }

    public static long structSize(int procs) {
        return (long) procs * LENGTH;
    }

    /** A statement begins. */
    public void running(String query, String applicationName) {
        change(() -> {
            long now = now();
            entry.putInt(STATE, State.ACTIVE.ordinal());
            entry.putLong(QUERY_START, now);
            entry.putLong(STATE_CHANGE, now);
            putText(APPLICATION_NAME, APPLICATION_NAME_LENGTH, applicationName);
            putText(QUERY, QUERY_LENGTH, query);
        });
    }

    /** The statement is over; its text remains. */
    public void idle() {
        change(() -> {
            entry.putInt(STATE, State.IDLE.ordinal());
            entry.putLong(STATE_CHANGE, now());
        });
    }

    /** Of a parallel worker. @param pid 0 for none: it is idle then */
    public void setLeader(long pid) {
        change(() -> {
            entry.putLong(LEADER_PID, pid);
            entry.putInt(STATE, (pid == 0 ? State.IDLE : State.ACTIVE).ordinal());
            entry.putLong(STATE_CHANGE, now());
        });
    }

    private void change(Runnable stores) {
        entry.putIntVolatile(CHANGES, ++changes);
        stores.run();
        entry.putIntVolatile(CHANGES, ++changes);
    }

    /** Cut where a character begins. */
    private void putText(int at, int length, String text) {
        byte[] bytes = text.substring(0, Math.min(text.length(), length)).getBytes(StandardCharsets.UTF_8);
        int end = Math.min(bytes.length, length - 1);
        while (end < bytes.length && end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        entry.putBytes(at, bytes, 0, end);
        entry.setMemory(at + end, length - end, (byte) 0);
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
