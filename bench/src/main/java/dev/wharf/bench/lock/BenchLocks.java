package dev.wharf.bench.lock;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.agrona.concurrent.UnsafeBuffer;

/** The locks that a JVM can take. */
final class BenchLocks {
    private BenchLocks() {
    }

    /** No lock at all: what the loop itself costs. */
    static final class None implements BenchLock {
        @Override
        public void acquire(boolean exclusive) {
            // nothing to wait for
        }

        @Override
        public boolean release(boolean exclusive) {
            return true;
        }
    }

    /** The product, whole. */
    static final class LightWeight implements BenchLock {
        private final LWLock lock;
        private final Proc proc;

        LightWeight(Segment segment, String tranche) {
            lock = segment.lwLock(tranche, 0);
            proc = segment.attachProc("lock bench");
        }

        @Override
        public void acquire(boolean exclusive) {
            lock.acquire(proc, exclusive ? LWLockMode.EXCLUSIVE : LWLockMode.SHARED);
        }

        @Override
        public boolean release(boolean exclusive) {
            lock.release(proc);
            return true;
        }
    }

    /** The product, whose reads take no lock, and are done again when a writer came in between. */
    static final class OptimisticLightWeight implements BenchLock {
        private final LWLock lock;
        private final Proc proc;
        private long stamp;

        OptimisticLightWeight(Segment segment, String tranche) {
            lock = segment.lwLock(tranche, 0);
            proc = segment.attachProc("lock bench");
        }

        @Override
        public void acquire(boolean exclusive) {
            if (exclusive) {
                lock.acquire(proc, LWLockMode.EXCLUSIVE);
                return;
            }
            stamp = lock.tryOptimisticRead();
            if (stamp == 0) {
                // A writer is there: as one that gave up being optimistic, and sleeps
                lock.acquire(proc, LWLockMode.SHARED);
            }
        }

        @Override
        public boolean release(boolean exclusive) {
            if (!exclusive && stamp != 0) {
                return lock.validate(stamp);
            }
            lock.release(proc);
            return true;
        }
    }

    /** The bare path: a compare-and-set and an atomic subtraction on one word, and nothing else. Waits by spinning. */
    static final class Bare implements BenchLock {
        private static final int EXCLUSIVE = 1 << 18;
        private static final int HOLDERS = EXCLUSIVE | EXCLUSIVE - 1;
        private static final int SPINS = 100;

        private final UnsafeBuffer word;

        /** @param word 4 bytes, 0 when free */
        Bare(UnsafeBuffer word) {
            this.word = word;
        }

        @Override
        public void acquire(boolean exclusive) {
            int blockers = exclusive ? HOLDERS : EXCLUSIVE;
            int weight = exclusive ? EXCLUSIVE : 1;
            for (int spins = 1;; spins++) {
                int old = word.getIntVolatile(0);
                if ((old & blockers) == 0 && word.compareAndSetInt(0, old, old + weight)) {
                    return;
                }
                pause(spins);
            }
        }

        private static void pause(int spins) {
            if (spins % SPINS == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }

        @Override
        public boolean release(boolean exclusive) {
            word.getAndAddInt(0, exclusive ? -EXCLUSIVE : -1);
            return true;
        }
    }

    /** The kernel's record locks, by way of the JDK. */
    static final class File implements BenchLock {
        private final FileChannel channel;
        private FileLock held;

        File(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void acquire(boolean exclusive) {
            try {
                held = channel.lock(0, 1, !exclusive);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean release(boolean exclusive) {
            try {
                held.release();
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The JDK's, between threads. */
    static final class Reentrant implements BenchLock {
        private final ReentrantReadWriteLock.ReadLock read;
        private final ReentrantReadWriteLock.WriteLock write;

        Reentrant(ReentrantReadWriteLock lock) {
            read = lock.readLock();
            write = lock.writeLock();
        }

        @Override
        public void acquire(boolean exclusive) {
            if (exclusive) {
                write.lock();
            } else {
                read.lock();
            }
        }

        @Override
        public boolean release(boolean exclusive) {
            if (exclusive) {
                write.unlock();
            } else {
                read.unlock();
            }
            return true;
        }
    }

    /** The JDK's, between threads. */
    static final class Stamped implements BenchLock {
        private final StampedLock lock;
        private final boolean optimistic;
        private long stamp;

        /** @param optimistic whether a read takes no lock, and is done again when a writer came in between */
        Stamped(StampedLock lock, boolean optimistic) {
            this.lock = lock;
            this.optimistic = optimistic;
        }

        @Override
        public void acquire(boolean exclusive) {
            if (exclusive) {
                stamp = lock.writeLock();
            } else if (!optimistic) {
                stamp = lock.readLock();
            } else {
                for (int spins = 1;; spins++) {
                    stamp = lock.tryOptimisticRead();
                    if (stamp != 0) {
                        return;
                    }
                    Bare.pause(spins);
                }
            }
        }

        @Override
        public boolean release(boolean exclusive) {
            if (exclusive) {
                lock.unlockWrite(stamp);
                return true;
            }
            if (!optimistic) {
                lock.unlockRead(stamp);
                return true;
            }
            return lock.validate(stamp);
        }
    }
}
