package dev.wharf.core.copy;

import static dev.wharf.core.copy.TaskQueueLayout.AHEAD;
import static dev.wharf.core.copy.TaskQueueLayout.BYTES_TOTAL;
import static dev.wharf.core.copy.TaskQueueLayout.CHAIN;
import static dev.wharf.core.copy.TaskQueueLayout.COMMAND;
import static dev.wharf.core.copy.TaskQueueLayout.EPOCH;
import static dev.wharf.core.copy.TaskQueueLayout.GAVE_UP;
import static dev.wharf.core.copy.TaskQueueLayout.HEAD_LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.IS_OPEN;
import static dev.wharf.core.copy.TaskQueueLayout.JOB_LENGTH_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.JOB_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_PID;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_PROC;
import static dev.wharf.core.copy.TaskQueueLayout.LEADER_START_TIME;
import static dev.wharf.core.copy.TaskQueueLayout.LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.LIMIT;
import static dev.wharf.core.copy.TaskQueueLayout.NEXT;
import static dev.wharf.core.copy.TaskQueueLayout.PARTICIPANTS_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.PARTICIPANT_LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.P_BYTES;
import static dev.wharf.core.copy.TaskQueueLayout.P_EPOCH;
import static dev.wharf.core.copy.TaskQueueLayout.P_PID;
import static dev.wharf.core.copy.TaskQueueLayout.P_PROC;
import static dev.wharf.core.copy.TaskQueueLayout.P_ROWS;
import static dev.wharf.core.copy.TaskQueueLayout.P_TASKS;
import static dev.wharf.core.copy.TaskQueueLayout.REDO;
import static dev.wharf.core.copy.TaskQueueLayout.RELID;
import static dev.wharf.core.copy.TaskQueueLayout.RELNAME;
import static dev.wharf.core.copy.TaskQueueLayout.RELNAME_LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.RETIRED;
import static dev.wharf.core.copy.TaskQueueLayout.SIZED;
import static dev.wharf.core.copy.TaskQueueLayout.STOP;
import static dev.wharf.core.copy.TaskQueueLayout.TASKS;
import static dev.wharf.core.copy.TaskQueueLayout.TASKS_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.TASK_LENGTH;
import static dev.wharf.core.copy.TaskQueueLayout.T_BAD_LOG;
import static dev.wharf.core.copy.TaskQueueLayout.T_BAD_ROWS;
import static dev.wharf.core.copy.TaskQueueLayout.T_BATCHES;
import static dev.wharf.core.copy.TaskQueueLayout.T_BATCH_OFFSET;
import static dev.wharf.core.copy.TaskQueueLayout.T_ERROR_ROW;
import static dev.wharf.core.copy.TaskQueueLayout.T_END;
import static dev.wharf.core.copy.TaskQueueLayout.T_FIRST_ROW;
import static dev.wharf.core.copy.TaskQueueLayout.T_KNOWN;
import static dev.wharf.core.copy.TaskQueueLayout.T_LINE;
import static dev.wharf.core.copy.TaskQueueLayout.T_LINES;
import static dev.wharf.core.copy.TaskQueueLayout.T_NEXT_ROW;
import static dev.wharf.core.copy.TaskQueueLayout.T_OWNER;
import static dev.wharf.core.copy.TaskQueueLayout.T_ROWS;
import static dev.wharf.core.copy.TaskQueueLayout.T_SIZE;
import static dev.wharf.core.copy.TaskQueueLayout.T_SIZED;
import static dev.wharf.core.copy.TaskQueueLayout.T_START;
import static dev.wharf.core.copy.TaskQueueLayout.T_STATE;
import static dev.wharf.core.copy.TaskQueueLayout.TUPLES_SKIPPED;
import static dev.wharf.core.copy.TaskQueueLayout.TYPE;
import static dev.wharf.core.copy.TaskQueueLayout.WORKERS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Every offset of the struct: two versions that share a segment must agree on them. */
class TaskQueueLayoutTest {
    @Test
    void head() {
        assertArrayEquals(new int[] {0, 8, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 84, 88, 92, 128, 132, 136, 140, 144, 152, 192,
                64, 256},
                new int[] {LEADER_PID, LEADER_START_TIME, LEADER_PROC, IS_OPEN, EPOCH, TASKS, NEXT, RETIRED, LIMIT, CHAIN,
                SIZED, REDO,
                    AHEAD, WORKERS, GAVE_UP, STOP, COMMAND, RELID, TYPE, BYTES_TOTAL,
                    TUPLES_SKIPPED, RELNAME, RELNAME_LENGTH, HEAD_LENGTH});
        assertTrue(GAVE_UP + Integer.BYTES <= STOP, "the head does not reach into stop's cache line");
    }

    @Test
    void participants() {
        assertArrayEquals(new int[] {256, 0, 8, 16, 24, 32, 40, 64},
                new int[] {PARTICIPANTS_OFFSET, P_PID, P_PROC, P_EPOCH, P_TASKS, P_ROWS, P_BYTES, PARTICIPANT_LENGTH});
    }

    @Test
    void jobAndTasks() {
        assertEquals(256 + 65 * 64, JOB_LENGTH_OFFSET);
        assertEquals(JOB_LENGTH_OFFSET + 64, JOB_OFFSET);
        assertEquals(JOB_OFFSET + (192 << 10), TASKS_OFFSET);
        assertArrayEquals(new int[] {0, 4, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128},
            new int[] {T_STATE, T_OWNER, T_KNOWN, T_FIRST_ROW, T_NEXT_ROW, T_ERROR_ROW, T_ROWS, T_BATCH_OFFSET, T_BATCHES,
                T_SIZE, T_SIZED, T_START, T_END, T_LINE, T_BAD_ROWS, T_BAD_LOG, T_LINES, TASK_LENGTH});
        assertEquals(TASKS_OFFSET + 512 * 128, LENGTH);
        assertEquals(0, TASKS_OFFSET % 64);
    }
}
