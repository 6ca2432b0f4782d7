package dev.wharf.core.copy;

import dev.wharf.shmem.SegmentReader;
import dev.wharf.shmem.ShmemAllocation;
import dev.wharf.shmem.os.ProcessIdentity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of {@code pg_stat_progress_copy}: a COPY that runs, as any process sees it in the segment. Tasks count when they are
 * done, so the numbers move on by some MiB.
 *
 * @param pid             the process that leads it
 * @param relid           the table's number
 * @param relname         its name; PostgreSQL's view leaves that to a join
 * @param bytesTotal      0 where it is not known
 * @param tuplesProcessed rows read, or written
 * @param tuplesExcluded  by a WHERE: none, as there is no WHERE
 * @param tuplesSkipped   left out for a bad value
 */
public record StatProgressCopy(long pid, int relid, String relname, Command command, Type type, long bytesProcessed,
                               long bytesTotal, long tuplesProcessed, long tuplesExcluded, long tuplesSkipped) {
    /** Ordinals are part of the segment's layout: add at the end. */
    public enum Command {
        COPY_FROM("COPY FROM"), COPY_TO("COPY TO");

        private final String words;

        Command(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** Where the data come from, or go. Ordinals are part of the segment's layout: add at the end. */
    public enum Type { FILE, PROGRAM, PIPE, CALLBACK }

    /** The COPYs that run, in the order of their slots. */
    public static List<StatProgressCopy> list(SegmentReader reader) {
        List<StatProgressCopy> rows = new ArrayList<>();
        if (reader.isLive()) {
            for (ShmemAllocation allocation : reader.allocations()) {
                // Of another size it is another version's
                if (TaskQueues.STRUCT.equals(allocation.name()) && allocation.size() == TaskQueues.structSize()) {
                    for (int slot = 0; slot < TaskQueueLayout.SLOTS; slot++) {
                        StatProgressCopy row = read(reader.memory(
                                allocation.offset() + (long) slot * TaskQueueLayout.LENGTH, TaskQueueLayout.LENGTH));
                        if (row != null) {
                            rows.add(row);
                        }
                    }
                }
            }
        }
        return rows;
    }

    /** Null if nothing runs there. What another COPY wrote meanwhile is not mixed in: the next one has another epoch. */
    private static StatProgressCopy read(MemorySegment queue) {
        long epoch = getLong(queue, TaskQueueLayout.EPOCH);
        long pid = getLong(queue, TaskQueueLayout.LEADER_PID);
        if (pid == 0 || getInt(queue, TaskQueueLayout.IS_OPEN) == 0
                || !new ProcessIdentity(pid, getLong(queue, TaskQueueLayout.LEADER_START_TIME)).isAlive()) {
            return null;
        }
        long bytes = 0;
        long tuples = 0;
        for (int i = 0; i < TaskQueueLayout.PARTICIPANTS; i++) {
            int participant = TaskQueueLayout.PARTICIPANTS_OFFSET + i * TaskQueueLayout.PARTICIPANT_LENGTH;
            bytes += getLong(queue, participant + TaskQueueLayout.P_BYTES);
            tuples += getLong(queue, participant + TaskQueueLayout.P_ROWS);
        }
        int command = getInt(queue, TaskQueueLayout.COMMAND);
        int type = getInt(queue, TaskQueueLayout.TYPE);
        if (command < 0 || command >= Command.values().length || type < 0 || type >= Type.values().length) {
            return null;
        }
        StatProgressCopy row = new StatProgressCopy(pid, getInt(queue, TaskQueueLayout.RELID), name(queue),
                Command.values()[command], Type.values()[type], bytes, getLong(queue, TaskQueueLayout.BYTES_TOTAL), tuples, 0,
                getLong(queue, TaskQueueLayout.TUPLES_SKIPPED));
        return getInt(queue, TaskQueueLayout.IS_OPEN) == 1 && getLong(queue, TaskQueueLayout.EPOCH) == epoch ? row : null;
    }

    private static String name(MemorySegment queue) {
        byte[] bytes = queue.asSlice(TaskQueueLayout.RELNAME, TaskQueueLayout.RELNAME_LENGTH).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static long getLong(MemorySegment queue, int offset) {
        return (long) ValueLayout.JAVA_LONG.varHandle().getVolatile(queue, (long) offset);
    }

    private static int getInt(MemorySegment queue, int offset) {
        return (int) ValueLayout.JAVA_INT.varHandle().getVolatile(queue, (long) offset);
    }
}
