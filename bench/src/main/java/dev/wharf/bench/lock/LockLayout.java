package dev.wharf.bench.lock;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The struct in the segment that the harness and all peers map, also those in C, which get these numbers from the compiler's
 * command line ({@link #definitions()}).
 *
 * <pre>
 *     0 +-----------------------------------------------------+
 *       | ready (32): workers that wait for go                |
 *   128 +-----------------------------------------------------+
 *       | go (32): number of the cell that may start          |
 *   256 +-----------------------------------------------------+
 *       | stop (32): number of the cell that is over          |
 *   384 +-----------------------------------------------------+
 *       | first (64) | second (64): what the lock protects    |  a writer counts the one before its hold, the other after
 *   512 +-----------------------------------------------------+
 *       | round (32): the holder has the lock                 |  the wake-up's hand-shake: each word has one writer
 *   640 +-----------------------------------------------------+
 *       | asked (32): the sleeper is about to ask for it      |
 *   768 +-----------------------------------------------------+
 *       | released (64): the holder's clock before release    |
 *   896 +-----------------------------------------------------+
 *       | done (32): the sleeper had it                       |
 *  1024 +-----------------------------------------------------+
 *       | locks[32]: 256 bytes for each contender's own lock  |
 *  9216 +-----------------------------------------------------+
 *       | workers[16]: what each of them found, see below     |
 *       +-----------------------------------------------------+
 *
 *  worker:   0            8               16        24           32             40           48   128
 *           +------------+---------------+---------+------------+--------------+------------+----+----------------------+
 *           | shared (64)| exclusive (64)| torn(64)| retries(64)| voluntary(64)|forced (64) |zero| waits[2][BUCKETS](64)|
 *           +------------+---------------+---------+------------+--------------+------------+----+----------------------+
 * </pre>
 *
 * Acquires by mode, reads that saw half a write, reads done again, context switches of both kinds, and histograms of the waits,
 * shared ones first. Words that different processes store to are 128 bytes apart, so that no two share a cache line.
 */
final class LockLayout {
    private static final int LINE = 128;

    static final int READY_OFFSET = 0;
    static final int GO_OFFSET = READY_OFFSET + LINE;
    static final int STOP_OFFSET = GO_OFFSET + LINE;
    static final int FIRST_OFFSET = STOP_OFFSET + LINE;
    static final int SECOND_OFFSET = FIRST_OFFSET + Long.BYTES;
    static final int ROUND_OFFSET = FIRST_OFFSET + LINE;
    static final int ASKED_OFFSET = ROUND_OFFSET + LINE;
    static final int RELEASED_OFFSET = ASKED_OFFSET + LINE;
    static final int DONE_OFFSET = RELEASED_OFFSET + LINE;
    static final int LOCKS_OFFSET = DONE_OFFSET + LINE;
    static final int LOCK_LENGTH = 2 * LINE;
    static final int MAX_LOCKS = 32;
    static final int WORKERS_OFFSET = LOCKS_OFFSET + MAX_LOCKS * LOCK_LENGTH;
    static final int MAX_WORKERS = 16;

    static final int SHARED_OFFSET = 0;
    static final int EXCLUSIVE_OFFSET = SHARED_OFFSET + Long.BYTES;
    static final int TORN_OFFSET = EXCLUSIVE_OFFSET + Long.BYTES;
    static final int RETRIES_OFFSET = TORN_OFFSET + Long.BYTES;
    static final int VOLUNTARY_OFFSET = RETRIES_OFFSET + Long.BYTES;
    static final int FORCED_OFFSET = VOLUNTARY_OFFSET + Long.BYTES;
    static final int WAITS_OFFSET = LINE;
    static final int WAITS_LENGTH = WaitBuckets.COUNT * Long.BYTES;
    static final int WORKER_LENGTH = WAITS_OFFSET + (2 * WAITS_LENGTH + LINE - 1) / LINE * LINE;

    static final int LENGTH = WORKERS_OFFSET + MAX_WORKERS * WORKER_LENGTH;

    private LockLayout() {
    }

    static int worker(int number) {
        return WORKERS_OFFSET + number * WORKER_LENGTH;
    }

    static int lock(int number) {
        return LOCKS_OFFSET + number * LOCK_LENGTH;
    }

    /** Where a worker counts the waits of a mode. */
    static int waits(int worker, boolean exclusive) {
        return worker(worker) + WAITS_OFFSET + (exclusive ? WAITS_LENGTH : 0);
    }

    /** What the C peer needs, by the names it uses. */
    static Map<String, Integer> definitions() {
        Map<String, Integer> all = new LinkedHashMap<>();
        all.put("READY_OFFSET", READY_OFFSET);
        all.put("GO_OFFSET", GO_OFFSET);
        all.put("STOP_OFFSET", STOP_OFFSET);
        all.put("FIRST_OFFSET", FIRST_OFFSET);
        all.put("SECOND_OFFSET", SECOND_OFFSET);
        all.put("ROUND_OFFSET", ROUND_OFFSET);
        all.put("ASKED_OFFSET", ASKED_OFFSET);
        all.put("RELEASED_OFFSET", RELEASED_OFFSET);
        all.put("DONE_OFFSET", DONE_OFFSET);
        all.put("LOCK_LENGTH", LOCK_LENGTH);
        all.put("WORKERS_OFFSET", WORKERS_OFFSET);
        all.put("WORKER_LENGTH", WORKER_LENGTH);
        all.put("SHARED_OFFSET", SHARED_OFFSET);
        all.put("EXCLUSIVE_OFFSET", EXCLUSIVE_OFFSET);
        all.put("TORN_OFFSET", TORN_OFFSET);
        all.put("VOLUNTARY_OFFSET", VOLUNTARY_OFFSET);
        all.put("FORCED_OFFSET", FORCED_OFFSET);
        all.put("WAITS_OFFSET", WAITS_OFFSET);
        all.put("WAITS_LENGTH", WAITS_LENGTH);
        all.put("LENGTH", LENGTH);
        all.put("BUCKETS", WaitBuckets.COUNT);
        all.put("BUCKET_BITS", WaitBuckets.BITS);
        return all;
    }
}
