package dev.wharf.bench.lock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a worker in a JVM does: the same loops as {@code lock_peer.c}, step by step. One thread uses it.
 *
 * <p>The clock is {@link System#nanoTime}: on Linux CLOCK_MONOTONIC, the same in all processes.
 */
final class LockWorker {
    /** So that the loop is compiled as a method, and not in the middle of running. */
    private static final int SLICE = 4096;
    private static final int SPINS = 100;
    private static final int MODE_BITS = 24;
    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final int CALIBRATION_ITERATIONS = 2000;
    private static final int CALIBRATIONS = 2000;
    /** So long the holder waits for the sleeper to be asleep. */
    private static final long FALL_ASLEEP_NANOS = 300_000;

    /**
     * One cell, as told by the harness.
     *
     * @param number     counts up; what go and stop are set to
     * @param writers    of 2^24 acquires
     * @param hold       iterations of the busy loop
     * @param sampleMask an acquire is timed if these bits of a random number are 0; -1 for none
     * @param guarded    whether what the lock protects is touched
     */
    record Cell(int number, int writers, int hold, long sampleMask, boolean guarded) {
        /** The fields from {@code at} on. */
        static Cell parse(String[] words, int at) {
            return new Cell(Integer.parseInt(words[at]), Integer.parseInt(words[at + 1]), Integer.parseInt(words[at + 2]),
                    Long.parseLong(words[at + 3]), Integer.parseInt(words[at + 4]) != 0);
        }

        @Override
        public String toString() {
            return number + " " + writers + " " + hold + " " + sampleMask + " " + (guarded ? 1 : 0);
        }
    }

    private final UnsafeBuffer memory;
    private final int number;
    private final BenchLock lock;
    private long random;
    private long shared;
    private long exclusive;
    private long torn;
    private long retries;
    private long sink = 1;

    LockWorker(UnsafeBuffer memory, int number, BenchLock lock) {
        this.memory = memory;
        this.number = number;
        this.lock = lock;
        random = 0x9E3779B97F4A7C15L * (number + 1);
    }

    /** Takes the lock and gives it back until told to stop; once at least. */
    void run(Cell cell) {
        clear();
        long[] switches = switches();
        awaitGo(cell.number());
        while (slice(cell)) {
            // until it is stopped
        }
        finish(switches);
    }

    private boolean slice(Cell cell) {
        UnsafeBuffer memory = this.memory;
        BenchLock lock = this.lock;
        long stopWord = memory.addressOffset() + LockLayout.STOP_OFFSET;
        int stop = cell.number();
        int writers = cell.writers();
        int hold = cell.hold();
        long sampleMask = cell.sampleMask();
        boolean guarded = cell.guarded();
        // Locals: a thread's fields may share a cache line with another thread's, and are read anew after each acquire
        long random = this.random;
        long writes = 0;
        long done = 0;
        boolean stopped = false;
        while (done < SLICE && !stopped) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            boolean write = random >>> Long.SIZE - MODE_BITS < writers;
            boolean timed = (random & sampleMask) == 0;
            long asked = timed ? System.nanoTime() : 0;
            lock.acquire(write);
            if (timed) {
                WaitBuckets.add(memory, LockLayout.waits(number, write), System.nanoTime() - asked);
            }
            if (write) {
                write(hold, guarded);
                lock.release(true);
                writes++;
            } else {
                boolean whole = read(hold, guarded);
                while (!lock.release(false)) {
                    retries++;
                    lock.acquire(false);
                    whole = read(hold, guarded);
                }
                if (!whole) {
                    torn++;
                }
            }
            done++;
            stopped = UnsafeApi.getIntVolatile(null, stopWord) == stop;
        }
        this.random = random;
        exclusive += writes;
        shared += done - writes;
        return !stopped;
    }

    private void write(int hold, boolean guarded) {
        if (guarded) {
            memory.putLongRelease(LockLayout.FIRST_OFFSET, memory.getLong(LockLayout.FIRST_OFFSET) + 1);
        }
        hold(hold);
        if (guarded) {
            memory.putLongRelease(LockLayout.SECOND_OFFSET, memory.getLong(LockLayout.SECOND_OFFSET) + 1);
        }
    }

    /** False if a writer was half-way, at the start or the end. */
    private boolean read(int hold, boolean guarded) {
        long first = guarded ? memory.getLongVolatile(LockLayout.SECOND_OFFSET) : 0;
        hold(hold);
        long second = guarded ? memory.getLongVolatile(LockLayout.FIRST_OFFSET) : 0;
        return first == second;
    }

    /** Each step waits for the one before, and no compiler does several in one: as long in C as here. */
    private void hold(int iterations) {
        long x = sink;
        for (int i = 0; i < iterations; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        sink = x;
    }

    /** Picoseconds of an iteration of the busy hold: the least of many short tries, which a pause does not spoil. */
    long calibrate() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < CALIBRATIONS; i++) {
            long start = System.nanoTime();
            hold(CALIBRATION_ITERATIONS);
            least = Math.min(least, System.nanoTime() - start);
        }
        return least * 1000 / CALIBRATION_ITERATIONS;
    }

    /** Worker 0 holds the lock until worker 1 sleeps, and gives it back; so many times. */
    void wake(int cell, int rounds) {
        clear();
        long[] switches = switches();
        awaitGo(cell);
        for (int round = 1; round <= rounds; round++) {
            if (number == 0) {
                holder(round);
            } else {
                sleeper(round);
            }
        }
        finish(switches);
    }

    private void holder(int round) {
        lock.acquire(true);
        memory.putIntRelease(LockLayout.ROUND_OFFSET, round);
        awaitWord(LockLayout.ASKED_OFFSET, round);
        long start = System.nanoTime();
        while (System.nanoTime() - start < FALL_ASLEEP_NANOS) {
            Thread.onSpinWait();
        }
        memory.putLongRelease(LockLayout.RELEASED_OFFSET, System.nanoTime());
        lock.release(true);
        exclusive++;
        awaitWord(LockLayout.DONE_OFFSET, round);
    }

    private void sleeper(int round) {
        awaitWord(LockLayout.ROUND_OFFSET, round);
        memory.putIntRelease(LockLayout.ASKED_OFFSET, round);
        lock.acquire(true);
        long now = System.nanoTime();
        WaitBuckets.add(memory, LockLayout.waits(number, true), now - memory.getLongVolatile(LockLayout.RELEASED_OFFSET));
        lock.release(true);
        exclusive++;
        memory.putIntRelease(LockLayout.DONE_OFFSET, round);
    }

    private void awaitGo(int cell) {
        memory.getAndAddInt(LockLayout.READY_OFFSET, 1);
        awaitWord(LockLayout.GO_OFFSET, cell);
    }

    private void awaitWord(int offset, int value) {
        for (int spins = 1; memory.getIntVolatile(offset) != value; spins++) {
            if (spins % SPINS == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private void clear() {
        shared = 0;
        exclusive = 0;
        torn = 0;
        retries = 0;
        memory.setMemory(LockLayout.worker(number), LockLayout.WORKER_LENGTH, (byte) 0);
    }

    private void finish(long[] before) {
        long[] after = switches();
        int at = LockLayout.worker(number);
        memory.putLong(at + LockLayout.SHARED_OFFSET, shared);
        memory.putLong(at + LockLayout.EXCLUSIVE_OFFSET, exclusive);
        memory.putLong(at + LockLayout.TORN_OFFSET, torn);
        memory.putLong(at + LockLayout.RETRIES_OFFSET, retries);
        memory.putLong(at + LockLayout.VOLUNTARY_OFFSET, after[0] - before[0]);
        memory.putLongRelease(at + LockLayout.FORCED_OFFSET, after[1] - before[1]);
    }

    /** This thread's context switches so far: by itself, and forced. */
    private static long[] switches() {
        long[] found = new long[2];
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("voluntary_ctxt_switches:")) {
                    found[0] = Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
                } else if (line.startsWith("nonvoluntary_ctxt_switches:")) {
                    found[1] = Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
