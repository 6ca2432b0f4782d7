package dev.wharf.shmem;

/**
 * How a tranche's locks are shared out among those that want them. All are exclusive or shared, sleep on a futex, bear the
 * death of their holders and have the same API; chosen where the tranche is requested, for the life of the segment.
 *
 * <p>Ordinals are part of the segment's layout: add at the end.
 */
public enum LWLockAlgorithm {
    /**
     * As in PostgreSQL: a newcomer takes the lock if it is free, whoever is queued; who must wait sleeps at once; those woken try
     * again, and go to the tail of the queue if a newcomer was quicker. Readers that follow each other closely can starve a
     * writer.
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
     * SPINNING with a version word that every exclusive holder makes odd and then even: a reader of few words that bears
     * being told to try again takes no lock at all. See {@link LWLock#tryOptimisticRead}.
     */
    OPTIMISTIC,
    /**
     * The default. POSTGRES, but who is queued spins for a moment before it sleeps, as a hand-over between two that run takes
     * much less than a wake-up; and who was woken for nothing goes back to the head of the queue: the next release then finds it
     * there, spinning, and a writer gets in between readers that follow each other closely.
     */
    SPINNING;

    /** What a tranche has that asks for none. */
    public static final LWLockAlgorithm DEFAULT = SPINNING;
}
