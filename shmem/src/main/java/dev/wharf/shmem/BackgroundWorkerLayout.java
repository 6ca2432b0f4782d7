package dev.wharf.shmem;

/**
 * The table of background workers: a header, then a slot a worker, as many as the section has room for.
 *
 * <pre>
 *    0 +-------------------------------------------------+
 *      | supervisor (64)                                 |
 *    8 +-------------------------------------------------+
 *      | its proc (32)          | start stage (32)       |
 *   16 +-------------------------------------------------+
 *      | admission (32)         | zero                   |  the ordinal of an {@code Admission}
 *   24 +-------------------------------------------------+
 *      | zero                                            |
 *  128 +-------------------------------------------------+
 *
 *      slot
 *    0 +-------------------------------------------------+
 *      | in use (32)            | status (32)            |
 *    8 +-------------------------------------------------+
 *      | generation (64)                                 |  how often the slot was taken
 *   16 +-------------------------------------------------+
 *      | launcher (64)                                   |
 *   24 +-------------------------------------------------+
 *      | worker (64)                                     |  0 while there is none
 *   32 +-------------------------------------------------+
 *      | terminate (64)                                  |  the generation that is to end
 *   40 +-------------------------------------------------+
 *      | exit code (32), -1     | starts (32)            |
 *   48 +-------------------------------------------------+
 *      | started at (64)        | crashed at (64)        |  milliseconds since 1970, 0 for not yet
 *   64 +-------------------------------------------------+
 *      | flags (32)             | start time (32)        |
 *   72 +-------------------------------------------------+
 *      | restart time (32)      | launcher's proc (32)   |
 *   80 +-------------------------------------------------+
 *      | main argument (64)     | notify pid (64)        |
 *   96 +-------------------------------------------------+
 *      | zero                                            |
 *  128 +-------------------------------------------------+
 *      | extra [128]                                     |
 *  256 +-------------------------------------------------+
 *      | name [96]              | type [96]              |  zero-filled
 *  448 +-------------------------------------------------+
 *      | library [128]          | main [448]             |  zero-filled
 * 1024 +-------------------------------------------------+
 *
 *  supervisor, launcher, worker: pid (22), start time (40), as {@link dev.wharf.shmem.os.ProcessIdentity#packed} has them
 * </pre>
 *
 * A slot is taken under the lock "BackgroundWorker", by storing all of it and <em>in use</em> last. From then on it is its
 * launcher's, which alone stores there, but for <em>terminate</em>, and gives it back by storing <em>in use</em>. That of a dead
 * launcher is taken away, under the lock, once its worker is dead as well. A worker enters itself, under the lock.
 */
public final class BackgroundWorkerLayout {
    public static final int SUPERVISOR_OFFSET = 0;
    public static final int SUPERVISOR_PROC_OFFSET = SUPERVISOR_OFFSET + Long.BYTES;
    public static final int STAGE_OFFSET = SUPERVISOR_PROC_OFFSET + Integer.BYTES;
    public static final int ADMISSION_OFFSET = STAGE_OFFSET + Integer.BYTES;
    public static final int HEADER_LENGTH = SegmentLayout.ALIGNMENT;

    public static final int IN_USE_OFFSET = 0;
    public static final int STATUS_OFFSET = IN_USE_OFFSET + Integer.BYTES;
    public static final int GENERATION_OFFSET = STATUS_OFFSET + Integer.BYTES;
    public static final int LAUNCHER_OFFSET = GENERATION_OFFSET + Long.BYTES;
    public static final int WORKER_OFFSET = LAUNCHER_OFFSET + Long.BYTES;
    public static final int TERMINATE_OFFSET = WORKER_OFFSET + Long.BYTES;
    public static final int EXIT_CODE_OFFSET = TERMINATE_OFFSET + Long.BYTES;
    public static final int STARTS_OFFSET = EXIT_CODE_OFFSET + Integer.BYTES;
    public static final int STARTED_AT_OFFSET = STARTS_OFFSET + Integer.BYTES;
    public static final int CRASHED_AT_OFFSET = STARTED_AT_OFFSET + Long.BYTES;
    public static final int FLAGS_OFFSET = CRASHED_AT_OFFSET + Long.BYTES;
    public static final int START_TIME_OFFSET = FLAGS_OFFSET + Integer.BYTES;
    public static final int RESTART_TIME_OFFSET = START_TIME_OFFSET + Integer.BYTES;
    public static final int LAUNCHER_PROC_OFFSET = RESTART_TIME_OFFSET + Integer.BYTES;
    public static final int MAIN_ARG_OFFSET = LAUNCHER_PROC_OFFSET + Integer.BYTES;
    public static final int NOTIFY_PID_OFFSET = MAIN_ARG_OFFSET + Long.BYTES;
    public static final int EXTRA_OFFSET = SegmentLayout.ALIGNMENT;
    public static final int EXTRA_LENGTH = 128;
    public static final int NAME_OFFSET = EXTRA_OFFSET + EXTRA_LENGTH;
    public static final int NAME_LENGTH = 96;
    public static final int TYPE_OFFSET = NAME_OFFSET + NAME_LENGTH;
    public static final int LIBRARY_OFFSET = TYPE_OFFSET + NAME_LENGTH;
    public static final int LIBRARY_LENGTH = 128;
    public static final int MAIN_OFFSET = LIBRARY_OFFSET + LIBRARY_LENGTH;
    public static final int MAIN_LENGTH = 448;
    public static final int SLOT_LENGTH = MAIN_OFFSET + MAIN_LENGTH;

    /** Status. */
    public static final int NOT_YET_STARTED = 0;
    public static final int STARTED = 1;
    public static final int STOPPED = 2;

    private BackgroundWorkerLayout() {
    }

    /** Bytes for so many workers. */
    public static long length(final int workers) {
        return HEADER_LENGTH + (long)workers * SLOT_LENGTH;
    }

    /** How many workers fit into so many bytes. */
    public static int workers(final long length) {
        return Math.toIntExact((length - HEADER_LENGTH) / SLOT_LENGTH);
    }

    public static int slot(final int index) {
        return HEADER_LENGTH + index * SLOT_LENGTH;
    }
}
