package dev.wharf.core.copy;

/**
 * How a COPY is spread over processes.
 *
 * @param workers             processes beside the leader
 * @param minParallelBytes    a smaller file, or table, uses no workers
 * @param taskBytes           CSV bytes of a COPY FROM task
 * @param leaderParticipation whether the leader takes tasks too: PostgreSQL's parallel_leader_participation
 */
public record CopyTuning(int workers, long minParallelBytes, long taskBytes, boolean leaderParticipation) {
    public static final long DEFAULT_MIN_PARALLEL_BYTES = 32L << 20;
    public static final long DEFAULT_TASK_BYTES = 8L << 20;

    public static CopyTuning withWorkers(int workers) {
        return new CopyTuning(workers, DEFAULT_MIN_PARALLEL_BYTES, DEFAULT_TASK_BYTES, true);
    }

    public static CopyTuning forThisMachine() {
        return withWorkers(Runtime.getRuntime().availableProcessors() - 1);
    }
}
