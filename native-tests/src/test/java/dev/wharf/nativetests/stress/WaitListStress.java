package dev.wharf.nativetests.stress;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The wait list: locks that many states fight for. That a waiter is forgotten would show as a test that does not end. */
public class WaitListStress {
    private static final Proc ONE = StressSegment.proc("one");
    private static final Proc OTHER = StressSegment.proc("other");
    private static final Proc THIRD = StressSegment.proc("third");

    /** Counts, not atomically. */
    private static class Counter {
        private final LWLock lock = StressSegment.busyLock();
        int count;

        void increment(Proc proc) {
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            count++;
            lock.release(proc);
        }
    }

    /** Two count. */
    @JCStressTest
    @State
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "Each counted what the one before had left.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "An update was lost: two were in at once.")
    public static class TwoCount extends Counter {
        @Actor
        public void one() {
            increment(ONE);
        }

        @Actor
        public void other() {
            increment(OTHER);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = count;
        }
    }

    /** Three do: the list has more than one. */
    @JCStressTest
    @State
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "Each counted what the one before had left.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "An update was lost: two were in at once.")
    public static class ThreeCount extends Counter {
        @Actor
        public void one() {
            increment(ONE);
        }

        @Actor
        public void other() {
            increment(OTHER);
        }

        @Actor
        public void third() {
            increment(THIRD);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = count;
        }
    }

    /** Two writers and a reader in one list: readers are chosen past writers. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "The reader was first.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The reader was between the writers.")
    @Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "The reader was last.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "The reader was in beside a writer.")
    public static class WritersAndReader {
        private final LWLock lock = StressSegment.busyLock();
        private int x;
        private int y;

        private void write(Proc proc) {
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            x++;
            y++;
            lock.release(proc);
        }

        @Actor
        public void one() {
            write(ONE);
        }

        @Actor
        public void other() {
            write(OTHER);
        }

        @Actor
        public void reader(II_Result r) {
            lock.acquire(THIRD, LWLockMode.SHARED);
            r.r1 = y;
            r.r2 = x;
            lock.release(THIRD);
        }
    }
}
