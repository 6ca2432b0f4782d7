package dev.wharf.shmem;

/**
 * A condition variable: one word, native byte order (little-endian: both supported processors are). All zero is one that
 * nobody sleeps on.
 *
 * <pre>
 *   63                          33   32   31                          0
 *  +------------------------------+------+-----------------------------+
 *  | preparations (31)            | some | sequence (32): the futex    |
 *  +------------------------------+------+-----------------------------+
 *  0                                                                    8 bytes
 * </pre>
 *
 * Sequence: one more at each signal and broadcast that may concern somebody. Some: set when a thread prepares to sleep,
 * cleared when all that did are known to be gone or woken. Preparations: one more each time, so that a CAS that clears "some"
 * fails if anybody prepared meanwhile. Both counts wrap around.
 */
final class ConditionVariableLayout {
    static final int WORD_OFFSET = 0;
    /** The half of the word that sleepers sleep on. */
    static final int SEQUENCE_OFFSET = WORD_OFFSET;
    static final int LENGTH = WORD_OFFSET + Long.BYTES;

    static final long SEQUENCE_MASK = (1L << Integer.SIZE) - 1;
    static final long SOME = 1L << Integer.SIZE;
    static final long PREPARATION = SOME << 1;

    private ConditionVariableLayout() {
    }

    static int sequence(final long word) {
        return (int)word;
    }

    /** The next sequence, without a carry into the preparations. */
    static long next(final long word) {
        return word & ~SEQUENCE_MASK | word + 1 & SEQUENCE_MASK;
    }

    static long prepared(final long word) {
        return word + PREPARATION | SOME;
    }
}
