package dev.wharf.shmem;

/**
 * How a tranche's locks are shared out among those that want them. All are exclusive or shared, sleep on a futex, bear the
 * death of their holders and have the same API; chosen where the tranche is requested, for the life of the segment.
 *
 * <p>Ordinals are part of the segment's layout: add at the end.
 */
public enum LWLockAlgorithm {
    /**
     * As in PostgreSQL: a newcomer takes the lock if it is free, whoever is queued; those woken try again. The best
     * throughput, for a hand-over costs no sleep; readers that follow each other closely can starve a writer.
     */
    POSTGRES,
    /**
     * Fair: while anybody is queued a newcomer queues, and a release hands the lock over to the head of the queue: one
     * writer, or all the readers in front of the next writer. Nobody starves; under contention each hand-over costs a
     * wake-up. Shared mode is not re-entrant: a second shared acquire behind a queued writer would wait for itself.
     */
    NO_BARGING,
    /**
     * For locks that are nearly always read: a reader publishes itself in its own slot instead of the lock's word, so that
     * readers on different processors share no cache line that anybody writes. A writer takes the word and then waits
     * for each published reader, looking at every slot: writing costs in proportion to the procs attached.
     */
    DISTRIBUTED_READERS,
    /**
     * POSTGRES with a version word that every exclusive holder makes odd and then even: a reader of few words that bears
     * being told to try again takes no lock at all. See {@link LWLock#tryOptimisticRead}.
     */
    OPTIMISTIC
}
