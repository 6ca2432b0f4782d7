package dev.wharf.core.copy;

/**
 * How a COPY is spread over processes.
 *
 * @param workers             processes beside the leader
 * @param minParallelBytes    a smaller file, or table, uses no workers
 * @param taskBytes           CSV bytes of a COPY FROM task
 * @param leaderParticipation whether the leader takes tasks too: PostgreSQL's parallel_leader_participation
 * @param setupMillis         what must be left of a COPY for a worker to be forked that has no processor to itself; 0 to
 *                            fork all at once
 */
public record CopyTuning(int workers, long minParallelBytes, long taskBytes, boolean leaderParticipation, int setupMillis) {
    public static final long DEFAULT_MIN_PARALLEL_BYTES = 32L << 20;
    public static final long DEFAULT_TASK_BYTES = 8L << 20;

    /** Where a load by leader and worker and a load by the leader alone take equally long, on a machine of two processors. */
    public static final int DEFAULT_SETUP_MILLIS = 1500;

    /** The defaults, but so many workers and all of them at once. */
    public static CopyTuning withWorkers(int workers) {
        return new CopyTuning(workers, DEFAULT_MIN_PARALLEL_BYTES, DEFAULT_TASK_BYTES, true, 0);
    }
}
