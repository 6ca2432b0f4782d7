package dev.wharf.nativetests.stress;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The lock's word: who gets it, and what is visible to whom. */
public class LockWordStress {
    private static final Proc ONE = StressSegment.proc("one");
    private static final Proc OTHER = StressSegment.proc("other");

    private static boolean tryIt(LWLock lock, Proc proc, LWLockMode mode) {
        boolean got = lock.conditionalAcquire(proc, mode);
        if (got) {
            lock.release(proc);
        }
        return got;
    }

    /** Two writers try a free lock. */
    @JCStressTest
    @State
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "One after the other.")
    @Outcome(id = {"true, false", "false, true"}, expect = Expect.ACCEPTABLE, desc = "The other has it.")
    @Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "Nobody has it, and it is not free.")
    public static class TwoWriters {
        private final LWLock lock = StressSegment.ownLock();

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = tryIt(lock, ONE, LWLockMode.EXCLUSIVE);
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = tryIt(lock, OTHER, LWLockMode.EXCLUSIVE);
        }
    }

    /** Two readers try a free lock. */
    @JCStressTest
    @State
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "Readers do not shut each other out.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "A reader was refused though there is no writer.")
    public static class TwoReaders {
        private final LWLock lock = StressSegment.ownLock();

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = tryIt(lock, ONE, LWLockMode.SHARED);
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = tryIt(lock, OTHER, LWLockMode.SHARED);
        }
    }

    /** A writer changes two plain words, a reader reads them. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "The reader was first.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The writer was first: what it stored before release is seen.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Both were in at once, or a store was not seen.")
    public static class WriterAndReader {
        private final LWLock lock = StressSegment.ownLock();
        private int x;
        private int y;

        @Actor
        public void writer() {
            lock.acquire(ONE, LWLockMode.EXCLUSIVE);
            x = 1;
            y = 1;
            lock.release(ONE);
        }

        @Actor
        public void reader(II_Result r) {
            lock.acquire(OTHER, LWLockMode.SHARED);
            r.r1 = y;
            r.r2 = x;
            lock.release(OTHER);
        }
    }
}
