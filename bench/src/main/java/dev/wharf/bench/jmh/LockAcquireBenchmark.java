package dev.wharf.bench.jmh;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Acquire and release of a free lock by one thread: nanoseconds for both. LWLock in all its ways, its bare path built up step by
 * step ({@link LockEntries}), and the JDK's locks.
 *
 * <p>Not for: anything with another thread in it; that is what {@code bench/run lock} does with processes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class LockAcquireBenchmark {
    private static final String TRANCHE = "bench";
    private static final String STRUCT = "bench";
    private static final int LINE = 128;

    private Path directory;
    private Segment segment;
    private Proc proc;
    private LWLock lock;
    private LWLock other;
    private LockEntries steps;
    private final ReentrantReadWriteLock reentrant = new ReentrantReadWriteLock();
    private final StampedLock stamped = new StampedLock();

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("wharf-lock-");
        segment = Segment.open(directory.resolve("segment"),
                new SegmentConfig(1 << 20, List.of(new Tranche(TRANCHE, 2, OwnerDeath.CONSISTENT)), 8));
        proc = segment.attachProc("benchmark");
        lock = segment.lwLock(TRANCHE, 0);
        other = segment.lwLock(TRANCHE, 1);
        UnsafeBuffer struct = segment.buffer(segment.shmemInitStruct(proc, STRUCT, LINE + LockEntries.LENGTH));
        steps = new LockEntries(new UnsafeBuffer(struct, 0, LINE), new UnsafeBuffer(struct, LINE, LockEntries.LENGTH));
    }

    @TearDown
    public void close() throws IOException {
        proc.close();
        segment.close();
        Files.delete(directory.resolve("segment"));
        Files.deleteIfExists(directory.resolve("segment.lock"));
        Files.delete(directory);
    }

    /** @return the lock's word after: 0 */
    @Benchmark
    public int stepBare() {
        return steps.bare();
    }

    /** @return the lock's word after: 0 */
    @Benchmark
    public int stepStores() {
        return steps.stores();
    }

    /** @return the lock's word after: 0 */
    @Benchmark
    public int stepList() {
        return steps.list();
    }

    /** @return true: it was free */
    @Benchmark
    public boolean lwLockExclusive() {
        boolean free = lock.acquire(proc, LWLockMode.EXCLUSIVE);
        lock.release(proc);
        return free;
    }

    /** @return true: it was free */
    @Benchmark
    public boolean lwLockShared() {
        boolean free = lock.acquire(proc, LWLockMode.SHARED);
        lock.release(proc);
        return free;
    }

    /** @return true: it was free */
    @Benchmark
    public boolean lwLockConditional() {
        boolean free = lock.conditionalAcquire(proc, LWLockMode.EXCLUSIVE);
        lock.release(proc);
        return free;
    }

    /** Two, one inside the other: the time is for both. @return true: both were free */
    @Benchmark
    public boolean lwLockTwo() {
        boolean free = other.acquire(proc, LWLockMode.SHARED) & lock.acquire(proc, LWLockMode.EXCLUSIVE);
        lock.release(proc);
        other.release(proc);
        return free;
    }

    @Benchmark
    public void reentrantWrite() {
        reentrant.writeLock().lock();
        reentrant.writeLock().unlock();
    }

    @Benchmark
    public void reentrantRead() {
        reentrant.readLock().lock();
        reentrant.readLock().unlock();
    }

    @Benchmark
    public long stampedWrite() {
        long stamp = stamped.writeLock();
        stamped.unlockWrite(stamp);
        return stamp;
    }

    @Benchmark
    public long stampedRead() {
        long stamp = stamped.readLock();
        stamped.unlockRead(stamp);
        return stamp;
    }

    /** @return true: no writer came in between */
    @Benchmark
    public boolean stampedOptimisticRead() {
        return stamped.validate(stamped.tryOptimisticRead());
    }
}
