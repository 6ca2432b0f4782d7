package dev.wharf.core.copy;

/**
 * One leader's part of the "Parallel COPY" struct: what its workers find work in.
 *
 * <pre>
 *   +---------------------------+ 0
 *   | head: who leads, which    |   leaderPid 0 = the slot is free
 *   | COPY, how far             |
 *   +---------------------------+ HEAD_LENGTH
 *   | participants, 64 bytes    |   0 is the leader
 *   | each                      |
 *   +---------------------------+
 *   | job: length, bytes        |   CopyJob.encode()
 *   +---------------------------+
 *   | tasks, 128 bytes each: a  |   task k is entry k % WINDOW
 *   | window that moves on as   |
 *   | the leader retires tasks  |
 *   +---------------------------+ LENGTH
 * </pre>
 *
 * Everything but {@code stop}, the progress sums and the number of a stream's tasks changes under the slot's LWLock only. Each
 * change is one store, or a run of stores that a successor may repeat, so that a process may die between any two of them.
 */
final class TaskQueueLayout {
    static final int SLOTS = 32;
    static final int PARTICIPANTS = 65;
    static final int WINDOW = 512;
    static final int MAX_JOB = 192 << 10;
    private static final int CACHE_LINE = 64;

    // Head
    static final int LEADER_PID = 0;
    static final int LEADER_START_TIME = LEADER_PID + Long.BYTES;
    static final int LEADER_PROC = LEADER_START_TIME + Long.BYTES;
    static final int IS_OPEN = LEADER_PROC + Integer.BYTES;
    /** Number of the COPY; a worker joins each one once. */
    static final int EPOCH = IS_OPEN + Integer.BYTES;
    /** Tasks there are. In a COPY FROM a stream it rises, with no lock: one thread of the leader stores it. */
    static final int TASKS = EPOCH + Long.BYTES;
    /** The first task not claimed yet. */
    static final int NEXT = TASKS + Long.BYTES;
    /** Tasks below are done, held against each other, and out of the window. */
    static final int RETIRED = NEXT + Long.BYTES;
    /** Tasks from here on are not claimed: an earlier one met an error. */
    static final int LIMIT = RETIRED + Long.BYTES;
    /** COPY FROM: where the first row after the retired tasks begins. COPY TO: -1. */
    static final int CHAIN = LIMIT + Long.BYTES;
    /** COPY TO: tasks below have their output offset. */
    static final int SIZED = CHAIN + Long.BYTES;
    /** Tasks in the window that must be done again. */
    static final int REDO = SIZED + Long.BYTES;
    /** How many tasks may be claimed beyond the retired ones. */
    static final int AHEAD = REDO + Integer.BYTES;
    /** Participants up to this index may join: more workers may be there from an earlier COPY. */
    static final int WORKERS = AHEAD + Integer.BYTES;
    /** Whether a worker gave a task back that it could not do. */
    static final int GAVE_UP = WORKERS + Integer.BYTES;
    /** Not under the lock: workers look at it in their inner loop. */
    static final int STOP = 2 * CACHE_LINE;
    /** For {@code pg_stat_progress_copy}. */
    static final int COMMAND = STOP + Integer.BYTES;
    static final int RELID = COMMAND + Integer.BYTES;
    static final int TYPE = RELID + Integer.BYTES;
    static final int BYTES_TOTAL = TYPE + Integer.BYTES;
    static final int TUPLES_SKIPPED = BYTES_TOTAL + Long.BYTES;
    /** The table's name in UTF-8, up to a zero. */
    static final int RELNAME = 3 * CACHE_LINE;
    static final int RELNAME_LENGTH = CACHE_LINE;
    static final int HEAD_LENGTH = 4 * CACHE_LINE;

    // Participant
    static final int PARTICIPANTS_OFFSET = HEAD_LENGTH;
    static final int P_PID = 0;
    static final int P_PROC = P_PID + Long.BYTES;
    /** The epoch that it works in; 0 while it is idle. */
    static final int P_EPOCH = P_PROC + Long.BYTES;
    static final int P_TASKS = P_EPOCH + Long.BYTES;
    static final int P_ROWS = P_TASKS + Long.BYTES;
    static final int P_BYTES = P_ROWS + Long.BYTES;
    static final int P_START_TIME = P_BYTES + Long.BYTES;
    static final int PARTICIPANT_LENGTH = CACHE_LINE;

    // Job
    static final int JOB_LENGTH_OFFSET = PARTICIPANTS_OFFSET + PARTICIPANTS * PARTICIPANT_LENGTH;
    static final int JOB_OFFSET = JOB_LENGTH_OFFSET + CACHE_LINE;

    // Task
    static final int TASKS_OFFSET = JOB_OFFSET + MAX_JOB;
    static final int T_STATE = 0;
    static final int T_OWNER = T_STATE + Integer.BYTES;
    /** COPY FROM: the row to begin with, or -1 to guess. COPY TO: the output offset, or -1. */
    static final int T_KNOWN = T_OWNER + Integer.BYTES;
    static final int T_FIRST_ROW = T_KNOWN + Long.BYTES;
    static final int T_NEXT_ROW = T_FIRST_ROW + Long.BYTES;
    static final int T_ERROR_ROW = T_NEXT_ROW + Long.BYTES;
    static final int T_ROWS = T_ERROR_ROW + Long.BYTES;
    /** Offset of the first batch in its owner's file. */
    static final int T_BATCH_OFFSET = T_ROWS + Long.BYTES;
    static final int T_BATCHES = T_BATCH_OFFSET + Long.BYTES;
    /** COPY TO: bytes of text, and whether they are known. */
    static final int T_SIZE = T_BATCHES + Long.BYTES;
    static final int T_SIZED = T_SIZE + Long.BYTES;
    /** COPY FROM: where in its owner's log its rows' numbers of sequences are. */
    static final int T_NUMBERS = T_SIZE;
    /** COPY FROM a stream: offsets of its first row and behind its last, and the number of its first line. */
    static final int T_START = T_SIZED + Long.BYTES;
    static final int T_END = T_START + Long.BYTES;
    static final int T_LINE = T_END + Long.BYTES;
    /** COPY FROM: rows with bad values that were no error, and where in its owner's log the first of them is. */
    static final int T_BAD_ROWS = T_LINE + Long.BYTES;
    static final int T_BAD_LOG = T_BAD_ROWS + Long.BYTES;
    /** COPY FROM: lines of its rows, where they are asked for. */
    static final int T_LINES = T_BAD_LOG + Long.BYTES;
    static final int TASK_LENGTH = 2 * CACHE_LINE;

    static final int LENGTH = TASKS_OFFSET + WINDOW * TASK_LENGTH;

    // States of a task
    static final int FREE = 0;
    static final int RUNNING = 1;
    static final int DONE = 2;
    static final int AGAIN = 3;

    private TaskQueueLayout() {
    }
}
